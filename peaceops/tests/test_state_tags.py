"""States and standings, as an icon and a word."""

import pytest

from deployments.models import Consent, Deployment, Nomination, Waiver
from missions.models import MissionState
from peaceops.templatetags import states


@pytest.mark.parametrize(
    ("row", "tag"),
    [
        (Deployment(status="in_mission"), {"value": "in_mission", "label": "In mission", "icon": "●"}),
        (Nomination(stage="returned"), {"value": "returned", "label": "Returned for correction", "icon": "↩"}),
        (Consent(state="refused"), {"value": "refused", "label": "Refused", "icon": "✕"}),
        (Waiver(state="granted"), {"value": "granted", "label": "Granted", "icon": "✓"}),
    ],
)
def test_a_state_is_an_icon_and_a_word(row, tag):
    assert states.state_tag(row) == tag


@pytest.mark.parametrize(
    "choices",
    [Deployment.Status, Nomination.Stage, MissionState.State, Consent.State, Waiver.State],
)
def test_every_state_has_an_icon(choices):
    assert set(choices.values) <= set(states.ICONS)


def test_standing_call_and_state_of_a_mission_are_an_icon_and_a_word():
    assert states.mission_state_tag("suspended") == {"value": "suspended", "label": "Suspended", "icon": "❙❙"}
    assert states.standing_tag("ending")["icon"] == "△"
    assert states.call_tag("open") == {"value": "call-open", "label": "Open", "icon": "●"}
