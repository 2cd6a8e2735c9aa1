"""A form is validated under the lock, also when it was validated before."""

import pytest

from audit import conflicts
from audit.conflicts import VersionedForm, signed_version
from personnel.models import PoliceService
from tests import create

pytestmark = pytest.mark.django_db


class OfficersForm(VersionedForm):
    class Meta:
        model = PoliceService
        fields = ["officers"]


def test_a_form_that_was_valid_before_somebody_else_saved_saves_nothing(alice):
    service = create.service()
    form = OfficersForm({"officers": "40", "seen": signed_version(service)}, instance=service)
    assert form.is_valid()
    other = PoliceService.objects.get(pk=service.pk)
    other.officers = 30
    other.save()

    assert conflicts.save(form, by=alice) is False

    assert PoliceService.objects.get(pk=service.pk).officers == 30
    assert [change.after for change in form.changes_by_others] == ["30"]
