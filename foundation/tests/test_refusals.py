"""A refusal gives every reason, for people and for machines."""

import datetime as dt

import pytest
from django.utils.translation import gettext_lazy

from foundation.refusals import Blocker, StepRefused

FULL = Blocker("area_full", "No place is left.", rule=1, first_day=dt.date(2027, 3, 2))
MISSING = Blocker("credential_missing", "First aid is missing.", rule=12, about="first_aid")


def test_a_refusal_keeps_all_reasons_in_their_order():
    refusal = StepRefused(found for found in [FULL, MISSING])

    assert refusal.blockers == [FULL, MISSING]
    assert str(refusal) == "No place is left.; First aid is missing."


def test_a_reason_can_be_a_sentence_that_is_translated_late():
    assert str(StepRefused([Blocker("busy", gettext_lazy("Save"), rule=0)])) == "Save"


def test_reasons_are_values():
    assert Blocker("area_full", "No place is left.", rule=1, first_day=dt.date(2027, 3, 2)) == FULL
    assert len({FULL, MISSING, FULL}) == 2
    assert (MISSING.first_day, FULL.about) == (None, "")
    with pytest.raises(AttributeError):
        FULL.code = "other"
