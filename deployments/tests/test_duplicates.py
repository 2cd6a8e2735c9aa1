"""Records of the same person are found, and merged without losing a row."""

import datetime as dt

import pytest
from django.urls import reverse

from deployments.candidates import duplicates
from foundation.refusals import StepRefused
from personnel.models import Person
from tests import create

pytestmark = pytest.mark.django_db
BORN = dt.date(1985, 5, 17)


def pairs():
    return [(pair.kept, pair.merged, pair.same_number) for pair in duplicates.find_pairs()]


def test_the_same_name_and_birth_or_number_is_found_whatever_case_and_accents():
    older = create.person(given_name="Émilie-Anne", family_name="D'Amours", service_number="A-77")
    same_name = create.person(given_name="emilie anne", family_name="DAMOURS")
    same_number = create.person(given_name="Émilie", family_name="Damours", service_number="a 77")
    create.person(given_name="Émilie-Anne", family_name="D'Amours", born_on=BORN + dt.timedelta(days=1))
    create.person(given_name="Émilie-Anne", family_name="D'Amours", born_on=None)
    create.person(given_name="Maude", family_name="Gingras", service_number="B-1", born_on=dt.date(1990, 1, 1))
    create.person(given_name="Loïc", family_name="Quintal", service_number="B-1", born_on=dt.date(1991, 1, 1))

    assert pairs() == [(older, same_number, True), (older, same_name, False)]


def test_merging_loses_no_row(alice, today):
    mission = create.mission()
    kept, merged = create.person(), create.person()
    stay = create.deployment(mission=mission, person=merged, starts_on=today, ends_on=today, status="planned")
    create.credential(person=merged, kind=create.kind())
    create.language(person=merged)
    nomination = create.nomination(position=create.position(mission=mission), person=merged)
    consent = create.consent(person=merged, mission=mission, starts_on=today, ends_on=today)
    earlier = create.person()
    earlier.merged_into = merged
    earlier.save()

    duplicates.merge(kept, merged, by=alice, reason="Same badge.")

    for row in (stay, nomination, consent):
        row.refresh_from_db()
        assert row.person == kept
    assert (kept.credentials.count(), kept.languages.count(), kept.attestations.count()) == (1, 1, 2)
    assert set(Person.objects.filter(merged_into=kept)) == {merged, earlier}
    assert stay.history.first().history_change_reason == "Same badge."
    assert pairs() == []


def test_nobody_is_merged_into_two_places_at_once(alice, today):
    mission = create.mission()
    kept, merged = create.person(), create.person()
    for person in (kept, merged):
        create.deployment(mission=mission, person=person, starts_on=today, ends_on=today, status="planned")

    with pytest.raises(StepRefused) as refusal:
        duplicates.merge(kept, merged, by=alice, reason="Same badge.")

    assert [blocker.code for blocker in refusal.value.blockers] == ["merge_conflict"]
    assert Person.objects.filter(merged_into__isnull=False).count() == 0


def test_two_live_nominations_for_one_position_are_settled_first(alice):
    position = create.position(mission=create.mission())
    kept, merged = create.person(), create.person()
    for person in (kept, merged):
        create.nomination(position=position, person=person)

    with pytest.raises(StepRefused) as refusal:
        duplicates.merge(kept, merged, by=alice, reason="Same badge.")

    assert [blocker.message for blocker in refusal.value.blockers] == [
        "Both records are put forward for the same position, or wait for the same answer."
    ]


def test_a_merged_record_leads_to_the_one_that_is_kept(as_user, alice):
    kept, merged = create.person(family_name="Quintal"), create.person(family_name="Quintal")
    browser = as_user(alice)

    listed = browser.get(reverse("duplicate_list")).content.decode()
    response = browser.post(reverse("person_merge", args=[kept.pk, merged.pk]), {"reason": "Same badge."})

    assert reverse("person_merge", args=[kept.pk, merged.pk]) in listed
    assert response.url == kept.get_absolute_url()
    assert browser.get(merged.get_absolute_url()).url == kept.get_absolute_url()
    assert [person.pk for person in browser.get(reverse("person_list")).context["page"]] == [kept.pk]
    assert browser.get(reverse("person_merge", args=[kept.pk, merged.pk])).status_code == 404


def test_a_new_person_who_is_on_record_is_pointed_out_once(as_user, alice, example_service):
    existing = create.person(service=example_service, service_number="E-1")
    typed = {
        "category": "police",
        "given_name": "émilie",
        "family_name": "TREMBLAY",
        "service": example_service.pk,
        "rank": existing.rank_id,
        "gender": "woman",
        "first_language": "fr",
        "born_on": "1985-05-17",
        "state": "active",
    }
    browser = as_user(alice)

    asked = browser.post(reverse("person_add"), typed)
    browser.post(reverse("person_add"), {**typed, "somebody_else": "on"})

    assert "E-1" in asked.context["form"].errors["somebody_else"][0]
    assert Person.objects.count() == 2


def test_a_liaison_is_told_of_nobody_of_another_service(as_user, charlie, other_service, example_service):
    create.person(service=example_service)
    typed = {
        "category": "police",
        "given_name": "Émilie",
        "family_name": "Tremblay",
        "service": other_service.pk,
        "rank": create.rank().pk,
        "gender": "woman",
        "first_language": "fr",
        "born_on": "1985-05-17",
        "state": "active",
    }

    response = as_user(charlie).post(reverse("person_add"), typed)

    assert response.status_code == 302
    assert Person.objects.filter(service=other_service).count() == 1


def test_the_kept_record_takes_over_what_only_the_other_knew(alice, example_service):
    kept = create.person(service=example_service, born_on=None, joined_on=None)
    merged = create.person(service=example_service, service_number="E-7")

    duplicates.merge(kept, merged, by=alice, reason="Same badge.")

    kept.refresh_from_db()
    merged.refresh_from_db()
    assert (kept.service_number, kept.born_on, kept.joined_on) == ("E-7", BORN, dt.date(2006, 6, 1))
    assert merged.service_number == ""
    assert merged.history.filter(service_number="E-7").exists()


def test_two_who_merge_at_once_merge_once(alice):
    kept, merged, third = create.person(), create.person(), create.person()
    stale = Person.objects.get(pk=merged.pk)
    duplicates.merge(kept, merged, by=alice, reason="Same badge.")

    with pytest.raises(StepRefused) as refusal:
        duplicates.merge(third, stale, by=alice, reason="Same badge.")

    assert [blocker.code for blocker in refusal.value.blockers] == ["merged_already"]


@pytest.mark.parametrize("same_service", [True, False])
def test_a_service_number_stays_with_its_service(alice, same_service):
    kept = create.person()
    merged = create.person(service=kept.service if same_service else create.service(), service_number="E-7")

    duplicates.merge(kept, merged, by=alice, reason="Same badge.")

    kept.refresh_from_db()
    assert kept.service_number == ("E-7" if same_service else "")
