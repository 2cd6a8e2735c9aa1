"""Two people at one row: who is told what; and what the trail keeps of a form that was saved."""

import pytest

from audit import conflicts
from audit.conflicts import VersionedForm, signed_version
from audit.models import Event
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


class ServiceForm(VersionedForm):
    class Meta:
        model = PoliceService
        fields = ["officers", "kind", "code", "abbreviation_en", "abbreviation_fr", "rank_family", "name_en", "name_fr"]


def typed(service, **fields):
    return {name: getattr(service, name) or "" for name in ServiceForm.Meta.fields} | fields


def test_what_changed_is_told_in_the_words_and_the_order_of_the_page(alice):
    service = create.service(kind="federal", officers=40)
    form = ServiceForm(typed(service, seen=signed_version(service)), instance=service)
    other = PoliceService.objects.get(pk=service.pk)
    other.officers, other.kind = None, "municipal"
    other.save()

    assert conflicts.save(form, by=alice) is False

    assert [(change.label, change.before, change.after, change.by) for change in form.changes_by_others] == [
        ("kind", "Federal", "Municipal", "–"),
        ("number of officers", "40", "–", "–"),
    ]


def test_the_trail_tells_which_fields_of_what_were_added_or_edited(alice):
    service = create.service()
    edit = ServiceForm(typed(service, officers="40", seen="outdated"), instance=service)
    assert not conflicts.save(edit, by=alice)
    stored = PoliceService.objects.get(pk=service.pk)
    assert conflicts.save(
        ServiceForm(typed(stored, officers="40", seen=edit["seen"].value()), instance=stored), by=alice
    )
    assert conflicts.save(ServiceForm(typed(service, code="fresh")), by=alice)

    edited, added = Event.objects.order_by("id")
    assert (edited.actor, edited.verb, edited.subject, edited.details) == (
        alice,
        "edited",
        service,
        {"part": "policeservice", "fields": ["officers"], "changes": {"officers": [None, 40]}},
    )
    fresh = PoliceService.objects.get(code="fresh")
    assert (added.verb, added.subject, added.details["part"]) == ("added", fresh, "policeservice")
    assert service.history.latest().history_user == alice


def test_who_saves_the_same_at_the_same_moment_is_told_and_nothing_is_saved(alice):
    class LateForm(ServiceForm):
        def save(self, commit=True):
            create.service(code=self.instance.code)  # somebody else, after this form was judged
            return super().save(commit)

    form = LateForm(typed(create.service(), code="fresh"))

    assert conflicts.save(form, by=alice) is False

    assert form.errors["__all__"] == ["Somebody saved the same at this very moment: look at the list, then try again."]
    assert not Event.objects.exists()
