"""Records of the same person are found, and merged without losing a row."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from deployments.candidates import duplicates, merging
from foundation.refusals import StepRefused
from personnel.merge_form import MergeForm
from personnel.models import Person
from tests import create

pytestmark = pytest.mark.django_db
BORN = dt.date(1985, 5, 17)


def pairs():
    found = duplicates.pairs(duplicates.alike(), Person.objects.all())
    return [(pair.kept, pair.merged, pair.same_number) for pair in found]


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
    mission, service = create.mission(), create.service()
    kept, merged = create.person(service=service), create.person(service=service)
    stay = create.deployment(mission=mission, person=merged, starts_on=today, ends_on=today, status="planned")
    create.credential(person=merged, kind=create.kind())
    create.language(person=merged)
    nomination = create.nomination(position=create.position(mission=mission), person=merged)
    consent = create.consent(person=merged, mission=mission, starts_on=today, ends_on=today)
    earlier = create.person()
    earlier.merged_into = merged
    earlier.save()

    merging.merge(kept, merged, by=alice, reason="Same badge.")

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
        merging.merge(kept, merged, by=alice, reason="Same badge.")

    assert [blocker.code for blocker in refusal.value.blockers] == ["merge_conflict"]
    assert Person.objects.filter(merged_into__isnull=False).count() == 0


def test_two_live_nominations_for_one_position_are_settled_first(alice):
    position, service = create.position(mission=create.mission()), create.service()
    kept, merged = create.person(service=service), create.person(service=service)
    for person in (kept, merged):
        create.nomination(position=position, person=person)

    with pytest.raises(StepRefused) as refusal:
        merging.merge(kept, merged, by=alice, reason="Same badge.")

    assert [blocker.message for blocker in refusal.value.blockers] == [
        "Both records are put forward for the same position, wait for the same answer, or stand on the same roster."
    ]


def test_a_merged_record_leads_to_the_one_that_is_kept(as_user, alice):
    service = create.service()
    kept, merged = (create.person(family_name="Quintal", service=service) for _number in range(2))
    browser = as_user(alice)

    listed = browser.get(reverse("duplicate_list")).content.decode()
    response = browser.post(
        reverse("person_merge", args=[kept.pk, merged.pk]), {"stays": "one", "reason": "Same badge."}
    )

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

    merging.merge(kept, merged, by=alice, reason="Same badge.")

    kept.refresh_from_db()
    merged.refresh_from_db()
    assert (kept.service_number, kept.born_on, kept.joined_on) == ("E-7", BORN, dt.date(2006, 6, 1))
    assert merged.service_number == ""
    assert merged.history.filter(service_number="E-7").exists()


def test_two_who_merge_at_once_merge_once(alice):
    kept, merged, third = create.person(), create.person(), create.person()
    stale = Person.objects.get(pk=merged.pk)
    merging.merge(kept, merged, by=alice, reason="Same badge.")

    with pytest.raises(StepRefused) as refusal:
        merging.merge(third, stale, by=alice, reason="Same badge.")

    assert [blocker.code for blocker in refusal.value.blockers] == ["merged_already"]


@pytest.mark.parametrize("same_service", [True, False])
def test_a_service_number_stays_with_its_service(alice, same_service):
    kept = create.person()
    merged = create.person(service=kept.service if same_service else create.service(), service_number="E-7")

    merging.merge(kept, merged, by=alice, reason="Same badge.")

    kept.refresh_from_db()
    assert kept.service_number == ("E-7" if same_service else "")


def test_the_other_record_stays_with_the_values_that_were_chosen(as_user, alice, example_service):
    one = create.person(service=example_service, service_number="E-1", given_name="Emilie", gender="not_said")
    other = create.person(service=example_service, service_number="E-2", family_name="Roy", born_on=None)
    address = reverse("person_merge", args=[one.pk, other.pk])
    chosen = {
        "given_name": "other",
        "family_name": "other",
        "service_number": "one",
        "gender": "other",
        "born_on": "one",
    }

    shown = as_user(alice).get(address).context["form"]
    as_user(alice).post(address, {"stays": "other", "reason": "Same badge.", **chosen})

    assert [line.label for line in shown.lines() if line.choice] == [
        "Given name", "Family name", "Service number", "Gender", "Date of birth",
    ]  # fmt: skip
    other.refresh_from_db()
    one.refresh_from_db()
    assert (other.full_name, other.service_number, other.gender, other.born_on) == ("Émilie Roy", "E-1", "woman", BORN)
    assert (one.merged_into, one.service_number) == (other, "")
    for words in ("emilie tremblay", "e-2", "roy", "E-1"):
        assert list(Person.objects.current().search(words)) == [other], words


def test_records_that_changed_since_they_were_shown_are_shown_again(as_user, alice, example_service):
    one = create.person(service=example_service, given_name="Emilie")
    other = create.person(service=example_service)
    address = reverse("person_merge", args=[one.pk, other.pk])
    shown = as_user(alice).get(address).context["form"]
    typed = {name: shown[name].value() for name in ("seen_one", "seen_other")}
    typed |= {"stays": "one", "given_name": "one", "reason": "Same badge."}
    Person.objects.filter(pk=one.pk).update(given_name="Amélie")

    page = as_user(alice).post(address, typed)

    assert page.context["form"].non_field_errors() == [
        "A record changed since you were shown them. Look at both again, and choose anew where it matters."
    ]
    assert "Amélie" in page.content.decode()
    assert not Person.objects.filter(merged_into__isnull=False).exists()
    seen = dict(re.findall(r'name="(seen_\w+)" value="([^"]+)"', page.content.decode()))
    assert set(seen) == {"seen_one", "seen_other"}
    assert as_user(alice).post(address, {**typed, **seen}).status_code == 302
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.given_name, other.merged_into) == ("Amélie", one)


def test_a_record_that_changes_between_the_look_and_the_lock_is_not_merged(alice, example_service):
    one, other = (create.person(service=example_service) for _number in range(2))
    form = MergeForm(one=one, other=other)
    Person.objects.filter(pk=other.pk).update(given_name="Amélie")

    with pytest.raises(StepRefused) as refusal:
        merging.merge(one, other, by=alice, reason="Same badge.", still=form.still_shows)

    assert [blocker.code for blocker in refusal.value.blockers] == ["changed_meanwhile"]
    assert not Person.objects.filter(merged_into__isnull=False).exists()


def test_values_that_do_not_fit_each_other_are_refused_beside_them(as_user, alice, example_service):
    quebec = create.service(code="sq", name_en="Sûreté du Québec", rank_family="quebec")
    one = create.person(service=example_service)
    other = create.person(service=quebec, rank=create.rank(family="quebec", code="agent"))

    page = as_user(alice).post(
        reverse("person_merge", args=[one.pk, other.pk]),
        {"stays": "one", "service": "other", "rank": "one", "reason": "Moved."},
    )

    assert page.status_code == 409
    assert page.context["form"].errors == {"rank": ["This rank is not used by this police service."]}
    assert not Person.objects.filter(merged_into__isnull=False).exists()


def test_no_service_loses_sight_of_what_it_has_under_way(alice, example_service, other_service):
    kept, merged = create.person(service=example_service), create.person(service=other_service)
    create.nomination(position=create.position(mission=create.mission()), person=merged)

    with pytest.raises(StepRefused) as refusal:
        merging.merge(kept, merged, by=alice, reason="Same badge.")

    assert [(blocker.code, blocker.about) for blocker in refusal.value.blockers] == [("under_way", "service")]


def test_the_emptied_record_of_another_service_says_so_and_offers_nothing(
    as_user, alice, charlie, example_service, other_service
):
    kept, merged = create.person(service=example_service), create.person(service=other_service, family_name="Gingras")
    merging.merge(kept, merged, by=alice, reason="Moved.")

    page = as_user(charlie).get(merged.get_absolute_url())

    text = page.content.decode()
    assert "This record was merged into a record of another police service." in text
    assert f"/people/{merged.pk}/" not in text.split("<main", 1)[1]
    assert str(kept.get_absolute_url()) not in text
    for name, args in (("person_edit", []), ("person_eligibility", []), ("record_add", ["credential"])):
        assert as_user(charlie).get(reverse(name, args=[merged.pk, *args])).status_code == 404


def test_two_people_are_remembered_with_who_and_why(as_user, alice, example_service):
    one, other = create.person(service=example_service), create.person(service=example_service)
    browser, address = as_user(alice), reverse("person_distinguish", args=[other.pk, one.pk])

    empty = browser.post(address, {"reason": " "})
    answer = browser.post(address, {"reason": "Cousins; born on the same day."})
    again = browser.post(address, {"reason": "Once more."})
    page = browser.get(answer.url)

    assert empty.context["form"].errors == {"reason": ["Give a reason."]}
    assert again.status_code == 409
    assert page.context["pairs"] == []
    assert "Cousins; born on the same day." in page.content.decode()
    assert [(said.first, said.second, said.said_by) for said in page.context["two_people"]] == [(one, other, alice)]
    merging.merge(one, other, by=alice, reason="They are one after all.")


def test_a_pair_is_found_by_what_they_were_called_before():
    older, newer = create.person(family_name="Roy"), create.person()
    older.family_name = "Gingras"
    older.save()
    newer.family_name = "Roy"
    newer.save()

    assert pairs() == [(older, newer, False)]


def test_each_two_of_three_are_a_pair_until_somebody_says_that_they_are_two_people(alice):
    first, second, third = (create.person() for _each in range(3))
    every_pair = pairs()
    for one in (second, third):
        duplicates.say_two_people(first, one, by=alice, reason="Cousins.")

    assert every_pair == [(first, third, False), (second, third, False), (first, second, False)]
    assert pairs() == [(second, third, False)]


def test_a_pair_is_found_by_a_number_that_both_had_before():
    older, newer = create.person(service_number="A-77"), create.person(service_number="a 77", family_name="Roy")
    for number, person in enumerate([older, newer]):
        person.service_number = f"B-{number}"
        person.save()

    assert pairs() == [(older, newer, True)]


def test_the_same_number_of_others_with_no_number_is_none():
    create.person(service_number="", family_name="Roy")
    create.person(service_number="-", family_name="Gingras")

    assert pairs() == []
