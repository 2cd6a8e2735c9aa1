"""What a form says of a stored row is judged under the lock, also when it was judged before."""

import pytest

from audit import conflicts
from audit.conflicts import SeenForm, stamp
from personnel.models import PoliceService
from tests import create

pytestmark = pytest.mark.django_db


class OfficersForm(SeenForm):
    class Meta:
        model = PoliceService
        fields = ["officers"]


def test_a_form_that_was_valid_before_somebody_else_saved_saves_nothing(alice):
    service = create.service()
    form = OfficersForm({"officers": "40", "seen": stamp(service)}, instance=service)
    assert form.is_valid()
    other = PoliceService.objects.get(pk=service.pk)
    other.officers = 30
    other.save()

    assert conflicts.save(form, by=alice) is False

    assert PoliceService.objects.get(pk=service.pk).officers == 30
    assert [change.after for change in form.theirs] == ["30"]
