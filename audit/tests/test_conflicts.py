"""Two people at one row: what each wrote stays, who is asked, and what the trail keeps of a form that was saved."""

import pytest
from django.core import signing
from django.http import QueryDict

from audit import conflicts
from audit.conflicts import VersionedForm, signed_version
from audit.log import sign
from audit.models import Event
from personnel.models import PoliceService
from tests import create

pytestmark = pytest.mark.django_db

ASKED = "Somebody else changed this meanwhile. Your entries are kept below; save again to keep yours."


class ServiceForm(VersionedForm):
    class Meta:
        model = PoliceService
        fields = ["officers", "kind", "code", "abbreviation_en", "abbreviation_fr", "rank_family", "name_en", "name_fr"]


@pytest.fixture
def service(db):
    return create.service(kind="federal", officers=40)


def opened(service):
    """What a browser would send of a form that was opened just now."""
    form = ServiceForm(instance=PoliceService.objects.get(pk=service.pk))
    return {name: "" if (value := form[name].value()) is None else str(value) for name in form.fields}


def sent(service, shown, **typed):
    """The form as it comes back."""
    data = QueryDict(mutable=True)
    data.update({**shown, **typed})
    return ServiceForm(data, instance=PoliceService.objects.get(pk=service.pk))


def somebody_writes(service, by=None, **values):
    other = PoliceService.objects.get(pk=service.pk)
    for name, value in values.items():
        setattr(other, name, value)
    sign(other, by, "")
    other.save()


def stored(service, *names):
    return PoliceService.objects.values_list(*names).get(pk=service.pk)


def test_two_who_write_different_fields_both_keep_theirs(service, alice, emil):
    shown = opened(service)
    somebody_writes(service, emil, kind="municipal")
    form = sent(service, shown, officers="50")

    assert conflicts.save(form, by=alice) is True

    assert stored(service, "officers", "kind") == (50, "municipal")
    assert [(change.label, change.now) for change in form.taken_over] == [("Kind", "Municipal")]
    assert form.changes_by_others == []


def test_who_saves_second_is_asked_where_both_wrote_something(service, alice, emil):
    shown = opened(service)
    somebody_writes(service, emil, officers=30, kind="municipal")
    form = sent(service, shown, officers="50")

    assert conflicts.save(form, by=alice) is False

    assert stored(service, "officers", "kind") == (30, "municipal")
    [change] = form.changes_by_others
    assert (change.name, change.now, change.typed, change.by) == ("officers", "30", "50", "Emil")
    assert change.at is not None
    assert form.errors == {"__all__": [ASKED]}
    assert (form["officers"].value(), form["kind"].value()) == ("50", "municipal")


def test_sending_it_again_keeps_the_own_entries_knowingly(service, alice):
    shown = opened(service)
    somebody_writes(service, officers=30, kind="municipal")
    first = sent(service, shown, officers="50")
    assert not conflicts.save(first, by=alice)
    again = sent(service, {name: first[name].value() for name in first.fields})

    assert conflicts.save(again, by=alice)

    assert stored(service, "officers", "kind") == (50, "municipal")


def test_who_is_overtaken_a_second_time_is_asked_a_second_time(service, alice):
    shown = opened(service)
    somebody_writes(service, officers=30)
    first = sent(service, shown, officers="50")
    assert not conflicts.save(first, by=alice)
    somebody_writes(service, officers=31)
    again = sent(service, {name: first[name].value() for name in first.fields})

    assert not conflicts.save(again, by=alice)

    assert [change.now for change in again.changes_by_others] == ["31"]


def test_two_who_write_the_same_agree(service, alice):
    shown = opened(service)
    somebody_writes(service, officers=50)
    form = sent(service, shown, officers="050")

    assert conflicts.save(form, by=alice)

    assert (form.changes_by_others, form.taken_over) == ([], [])


def test_what_was_emptied_meanwhile_is_told_as_nothing(service, alice):
    shown = opened(service)
    somebody_writes(service, officers=None)
    form = sent(service, shown, officers="50")

    assert not conflicts.save(form, by=alice)

    assert [change.now for change in form.changes_by_others] == ["–"]


def test_a_form_that_was_valid_before_somebody_else_saved_saves_nothing(service, alice):
    form = sent(service, opened(service), officers="50")
    assert form.is_valid()
    somebody_writes(service, officers=30)

    assert conflicts.save(form, by=alice) is False

    assert stored(service, "officers") == (30,)
    assert [change.now for change in form.changes_by_others] == ["30"]


def test_what_is_no_field_of_the_form_stays_as_somebody_else_wrote_it(service, alice):
    form = sent(service, opened(service), officers="50")
    assert form.is_valid()
    somebody_writes(service, redline_heads=7)

    assert conflicts.save(form, by=alice)

    assert stored(service, "officers", "redline_heads") == (50, 7)


def test_other_errors_do_not_lose_what_was_taken_over(service, alice):
    shown = opened(service)
    somebody_writes(service, kind="municipal")
    form = sent(service, shown, officers="many")

    assert not conflicts.save(form, by=alice)

    assert (form["kind"].value(), form["officers"].value()) == ("municipal", "many")
    assert list(form.errors) == ["officers"]


@pytest.mark.parametrize("seen", ["outdated", "", "\0", "😀" * 300, signed_version.__doc__])
def test_a_version_that_is_none_of_ours_asks_about_everything_that_differs(service, alice, seen):
    form = sent(service, opened(service), officers="50", seen=seen)

    assert not conflicts.save(form, by=alice)

    assert [change.name for change in form.changes_by_others] == ["officers"]


def test_the_version_of_another_row_is_none(service, alice):
    other = create.service(kind="federal", officers=40)
    form = sent(service, opened(service), officers="50", seen=opened(other)["seen"])

    assert not conflicts.save(form, by=alice)


def test_who_sends_no_version_has_seen_what_stands_there_now(service, alice):
    shown = opened(service)
    del shown["seen"]

    assert conflicts.save(sent(service, shown, officers="50"), by=alice)


def test_the_version_of_a_row_serves_every_form_of_it(service, alice):
    version = signed_version(service)
    shown = opened(service)
    somebody_writes(service, officers=30)

    assert not conflicts.save(sent(service, shown, officers="50", seen=version), by=alice)
    assert signed_version(PoliceService()) == ""


def test_a_version_tells_nothing_of_the_values(service):
    kept = signing.loads(opened(service)["seen"], salt=f"seen personnel.PoliceService {service.pk}")

    assert {len(fingerprint) for fingerprint in kept.values()} == {16}
    assert not {"40", "federal"} & set(kept.values())


def test_what_somebody_removed_meanwhile_is_not_saved(alice):
    service = create.service()
    form = sent(service, opened(service), officers="50")
    PoliceService.objects.filter(pk=service.pk).delete()

    assert not conflicts.save(form, by=alice)

    assert "Somebody removed this meanwhile." in form.errors["__all__"]


def test_the_trail_tells_which_fields_of_what_were_added_or_edited(alice):
    service = create.service()
    assert conflicts.save(sent(service, opened(service), officers="40"), by=alice)
    new = ServiceForm({**opened(service), "code": "fresh"})
    assert conflicts.save(new, by=alice)

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

    form = LateForm({**opened(create.service()), "code": "fresh"})

    assert conflicts.save(form, by=alice) is False

    assert form.errors["__all__"] == ["Somebody saved the same at this very moment: look at the list, then try again."]
    assert not Event.objects.exists()
