"""Positions: their profile, their call, and the credentials that they ask for."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.conflicts import signed_version
from missions.models import CredentialKind, Position, Requirement
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def mission(db):
    return create.mission()


def typed(**fields):
    return {
        "number": "P1",
        "title_en": "Adviser",
        "title_fr": "Conseillère ou conseiller",
        "stream": "adviser",
        "places": "2",
        "call_opens": "2031-01-01",
        "call_closes": "2031-01-31",
        **fields,
    }


def test_a_position_is_added_with_what_it_asks(as_user, alice, mission):
    first_aid, driving = create.kind(), create.kind(code="driving")

    response = as_user(alice).post(
        reverse("position_add", args=[mission.pk]), typed(mandatory=[first_aid.pk], recommended=[driving.pk])
    )

    position = Position.objects.get()
    assert response.url == position.get_absolute_url()
    assert dict(position.requirements.values_list("kind__code", "mandatory")) == {"first-aid": True, "driving": False}


def test_editing_changes_what_it_asks(as_user, alice, mission):
    position = create.position(mission=mission)
    kinds = [create.kind(code=code) for code in ("a", "b", "c")]
    Requirement.objects.create(position=position, kind=kinds[0])
    Requirement.objects.create(position=position, kind=kinds[1])
    seen = signed_version(position)

    as_user(alice).post(
        reverse("position_edit", args=[position.pk]),
        typed(mandatory=[kinds[2].pk], recommended=[kinds[1].pk], seen=seen),
    )

    assert dict(position.requirements.values_list("kind__code", "mandatory")) == {"b": False, "c": True}


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"number": "TAKEN"}, "__all__", "This mission has a position of this number."),
        ({"places": "0"}, "places", "Ensure this value is greater than or equal to 1."),
        ({"places": "9" * 30}, "places", "Ensure this value is less than or equal to 200."),
        ({"call_closes": ""}, "__all__", "Give both days of the call; it cannot close before it opens."),
        ({"call_closes": "2030-12-31"}, "__all__", "Give both days of the call; it cannot close before it opens."),
        ({"rank_from": "3", "rank_to": "2"}, "__all__", "The lowest rank cannot be above the highest."),
        ({"language": "es"}, "__all__", "Give a further language together with its level."),
        ({"language_level": "3"}, "__all__", "Give a further language together with its level."),
        (
            {"title_en": "a\0"},
            "title_en",
            "This text contains a character that cannot be shown or printed. Delete it and type it again.",
        ),
        (
            {"mandatory": ["9" * 30]},
            "mandatory",
            f"Select a valid choice. {'9' * 30} is not one of the available choices.",
        ),
    ],
)
def test_bad_input_is_said(as_user, alice, mission, fields, field, message):
    create.position(mission=mission, number="TAKEN")

    response = as_user(alice).post(reverse("position_add", args=[mission.pk]), typed(**fields))

    assert response.context["form"].errors == {field: [message]}
    assert Position.objects.count() == 1


def test_an_edit_leaves_what_is_asked_of_kinds_out_of_use(as_user, alice, mission):
    position = create.position(mission=mission)
    Requirement.objects.create(position=position, kind=create.kind(is_active=False))

    as_user(alice).post(reverse("position_edit", args=[position.pk]), typed(seen=signed_version(position)))

    assert position.requirements.count() == 1


def test_a_liaison_does_not_learn_how_far_a_position_is_filled(as_user, alice, bob, mission, today):
    position = create.position(mission=mission, places=3, call_opens=today, call_closes=today)
    create.nomination(position=position, stage="accepted")

    for address in (reverse("position_list"), position.get_absolute_url()):
        assert "1 of 3" in as_user(alice).get(address).content.decode()
        assert "1 of 3" not in as_user(bob).get(address).content.decode()


def test_a_credential_is_mandatory_or_recommended(as_user, alice, mission):
    kind = create.kind()

    response = as_user(alice).post(
        reverse("position_add", args=[mission.pk]), typed(mandatory=[kind.pk], recommended=[kind.pk])
    )

    assert response.context["form"].errors == {"recommended": ["Mandatory already: First aid."]}


@pytest.mark.parametrize(
    ("opens", "closes", "state"),
    [(None, None, "none"), (1, 5, "coming"), (0, 0, "open"), (-5, 0, "open"), (-5, -1, "closed")],
)
def test_a_call_stands_somewhere_on_each_day(mission, today, opens, closes, state):
    position = create.position(
        mission=mission,
        call_opens=None if opens is None else today + opens * DAY,
        call_closes=None if closes is None else today + closes * DAY,
    )

    assert position.call(today) == state
    assert Position.objects.with_open_call(today).exists() == (state == "open")


@pytest.mark.parametrize("state", ["active", "suspended", "reassessed", "closed"])
def test_the_call_of_a_mission_that_takes_nobody_is_not_open(as_user, bob, mission, today, state):
    create.position(mission=mission, call_opens=today, call_closes=today)
    create.mission_state(mission=mission, state=state)

    listed = as_user(bob).get(reverse("position_list")).context["page"]

    assert Position.objects.with_open_call(today).exists() == (state == "active")
    assert len(listed) == (1 if state == "active" else 0)


def test_a_liaison_sees_open_calls_and_the_positions_of_the_own_people(as_user, bob, example_service, mission, today):
    opened = create.position(mission=mission, number="P1", call_opens=today, call_closes=today)
    closed = create.position(mission=mission, number="P2", call_opens=today - DAY, call_closes=today - DAY)
    other = create.position(mission=mission, number="P3", call_opens=today - DAY, call_closes=today - DAY)
    create.nomination(position=closed, person=create.person(service=example_service))
    browser = as_user(bob)

    listed = {row.pk for row in browser.get(reverse("position_list")).context["page"]}

    assert listed == {opened.pk, closed.pk}
    assert [browser.get(row.get_absolute_url()).status_code for row in (opened, closed, other)] == [200, 200, 404]


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number(
    as_user, alice, mission, django_assert_num_queries, number, today
):
    for each in range(number):
        create.position(mission=mission, number=f"P{each}", call_opens=today, call_closes=today)
    browser = as_user(alice)
    browser.get(reverse("position_list"))

    with django_assert_num_queries(11):
        browser.get(reverse("position_list"))


@pytest.mark.parametrize(("call", "number"), [("none", 1), ("coming", 1), ("open", 1), ("closed", 1), ("odd", 0)])
def test_calls_are_filtered(as_user, alice, mission, today, call, number):
    for each, (opens, closes) in enumerate([(1, 2), (0, 0), (-2, -1)]):
        days = {"call_opens": today + opens * DAY, "call_closes": today + closes * DAY}
        create.position(mission=mission, number=f"P{each}", **days)
    create.position(mission=mission, number="P9")

    assert len(as_user(alice).get(reverse("position_list"), {"call": call}).context["page"]) == number


@pytest.mark.parametrize(
    "fields",
    [
        {"places": 0},
        {"rank_from": 3, "rank_to": 2},
        {"language": "es"},
        {"call_opens": dt.date(2031, 1, 1)},
        {"call_opens": dt.date(2031, 1, 2), "call_closes": dt.date(2031, 1, 1)},
    ],
)
def test_the_database_refuses_a_position_that_cannot_be(mission, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        create.position(mission=mission, **fields)


def test_a_requirement_has_one_place_and_stands_there_once(mission):
    kind = create.kind()
    for places in ({}, {"mission": mission, "lead": mission.lead}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Requirement.objects.create(kind=kind, **places)
    Requirement.objects.create(kind=kind, mission=mission)
    with pytest.raises(IntegrityError), transaction.atomic():
        Requirement.objects.create(kind=kind, mission=mission)


def test_a_credential_kind_stays_within_its_limit():
    with pytest.raises(IntegrityError), transaction.atomic():
        CredentialKind.objects.create(code="x", name_en="X", name_fr="X", validity_months=13, longest_months=12)


def test_a_position_says_what_it_is_about_and_its_tasks_to_who_may_apply_and_to_its_holder(
    as_user, alice, bob, example_service, mission, today
):
    position = create.position(
        mission=mission, call_opens=today, call_closes=today + 9 * DAY, description_fr="Conseille les commissariats."
    )
    url = reverse("position_edit", args=[position.pk])
    form = as_user(alice).get(url).context["form"]
    held = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    holder = create.deployment(
        mission=mission,
        person=create.person(service=example_service),
        position=position,
        starts_on=today,
        ends_on=today + 9 * DAY,
        status="planned",
    )

    as_user(alice).post(
        url, held | {"tasks_en": "Visit districts.\n\nWrite reports.", "tasks_fr": "Visiter.\nRédiger."}
    )

    position.refresh_from_db()
    assert position.tasks == ["Visit districts.", "Write reports."]
    for reader in (alice, bob):
        for path in (f"positions/{position.pk}/", f"deployments/{holder.pk}/"):
            english = as_user(reader).get(f"/en-ca/{path}").content.decode()
            french = as_user(reader).get(f"/fr-ca/{path}").content.decode()
            assert english.count('<span lang="fr">Conseille les commissariats.</span>') == 1
            assert english.count('<li class="user-text">Write reports.</li>') == 1
            assert french.count('<p class="user-text">Conseille les commissariats.</p>') == 1
            assert french.count('<li class="user-text">Rédiger.</li>') == 1


def test_a_position_without_words_has_no_empty_headings(as_user, alice, mission):
    position = create.position(mission=mission)

    page = as_user(alice).get(f"/en-ca/positions/{position.pk}/").content.decode()

    assert "About the position" not in page
    assert "Tasks of the position" not in page
