"""Names with dates: whoever asks about a day before a renaming reads the name of that day, in both languages."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from audit.models import Event
from deployments import guards
from foundation.refusals import StepRefused
from missions import renaming
from missions.models import Area, Mission
from missions.models.names import named_as_of
from personnel.models import PoliceService
from reports import board
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
NEW = {"name_en": "Eswatini", "name_fr": "Eswatini"}


@pytest.fixture
def area(db):
    return create.area(name_en="Swaziland", name_fr="Souaziland")


def rename(row, names, day, by, today):
    return renaming.rename(row, names, day, by=by, today=today, reason_en="By decree.")


def name_on(row, day):
    row = type(row).objects.get(pk=row.pk).named_as_of(day)
    return row.name


def test_a_name_holds_from_its_day_on_and_the_old_one_before(area, alice, today):
    rename(area, NEW, today - 300 * DAY, alice, today)
    rename(area, {"name_en": "Swati", "name_fr": "Swati"}, today - 10 * DAY, alice, today)

    names = {offset: name_on(area, today + offset * DAY) for offset in (-9000, -301, -300, -11, -10, 0, 99)}

    assert names == {
        -9000: "Swaziland",
        -301: "Swaziland",
        -300: "Eswatini",
        -11: "Eswatini",
        -10: "Swati",
        0: "Swati",
        99: "Swati",
    }
    assert [(event.actor, event.details["from_day"]) for event in Event.objects.order_by("id")] == [
        (alice, (today - 300 * DAY).isoformat()),
        (alice, (today - 10 * DAY).isoformat()),
    ]


@pytest.mark.parametrize(
    ("names", "offset", "expected"),
    [
        (NEW, 0, []),
        (NEW, 1, [("day_in_future", "from_day")]),
        (NEW, -99, [("before_the_last", "from_day")]),
        (NEW, -100, [("before_the_last", "from_day")]),
        (NEW, -98, []),
        ({"name_en": "Swaziland", "name_fr": "Souaziland"}, 0, [("same_name", "name_en")]),
    ],
)
def test_what_cannot_be_is_refused(area, alice, today, names, offset, expected):
    create.former_name(of=area, last_day=today - 100 * DAY)

    found = renaming.blockers(area, names, today + offset * DAY, today=today)

    assert [(one.code, one.about) for one in found] == expected


def test_the_newest_renaming_is_withdrawn_and_the_old_name_is_back(area, alice, today):
    first = rename(area, NEW, today - 300 * DAY, alice, today)
    second = rename(area, {"name_en": "Swati", "name_fr": "Swati"}, today - 10 * DAY, alice, today)

    renaming.withdraw(first, area, by=alice, reason="Another country was meant.")
    assert [name_on(area, today - 301 * DAY), name_on(area, today)] == ["Eswatini", "Swati"]
    renaming.withdraw(second, area, by=alice, reason="Not yet.")
    assert [name_on(area, today - 301 * DAY), name_on(area, today)] == ["Eswatini", "Eswatini"]

    with pytest.raises(StepRefused) as refusal:
        renaming.withdraw(second, area, by=alice, reason="Again.")
    assert [one.code for one in refusal.value.blockers] == ["withdrawn"]


@pytest.mark.parametrize("kind", ["area", "mission", "service"])
def test_the_database_keeps_former_names(kind, alice, today):
    row = {"area": create.area, "mission": create.mission, "service": create.service}[kind]()
    abbreviations = {"abbreviation_en": "OP", "abbreviation_fr": "AP"} if kind == "service" else {}
    create.former_name(of=row, **abbreviations)
    rows = row.former_names.all()

    for act in (lambda: rows.update(name_fr="Autre"), lambda: rows.update(last_day=today), rows.delete):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            act()
        assert guards.name_of(error.value) == f"guard_{kind}_name_kept"
    with pytest.raises(IntegrityError), transaction.atomic():
        create.former_name(of=row, **abbreviations)  # until the same day
    with pytest.raises(IntegrityError), transaction.atomic():
        create.former_name(of=row, last_day=today, reason_en="", **abbreviations)


def test_many_rows_are_named_in_one_query_for_each_model_and_none_for_today(alice, today, django_assert_num_queries):
    areas, missions = [create.area() for _ in range(3)], [create.mission() for _ in range(3)]
    create.former_name(of=areas[0])

    with django_assert_num_queries(0):
        named_as_of([*areas, *missions], today, today=today)
    with django_assert_num_queries(2):
        named_as_of([*areas, *missions], dt.date(2010, 12, 31), today=today)

    assert [area.name for area in areas] == ["Old name", "Ruritania", "Ruritania"]


def test_the_board_of_a_past_day_shows_the_names_of_that_day(area, as_user, alice, today):
    create.authorization(area=area)
    mission = create.mission(area=area, name_en="SWM", name_fr="MSW")
    posting = create.mission(area=area, kind="specialized_posting", name_en="Adviser", name_fr="Conseil")
    rename(area, NEW, today - 10 * DAY, alice, today)
    rename(mission, {"name_en": "ESM", "name_fr": "MES"}, today - 10 * DAY, alice, today)
    rename(posting, {"name_en": "Counsel", "name_fr": "Avis"}, today - 10 * DAY, alice, today)

    def shown(on):
        found = board.operations(on, today=today)
        [row], [beside] = found.rows, found.postings
        return [str(row.area), str(row.missions[0]), str(beside.mission), str(beside.area)]

    assert shown(today) == ["Eswatini", "ESM", "Counsel", "Eswatini"]
    assert shown(today - 11 * DAY) == ["Swaziland", "SWM", "Adviser", "Swaziland"]
    french = as_user(alice).get("/fr-ca/", {"on": today - 11 * DAY}).content.decode()
    assert [">Souaziland</a>" in french, ">MSW</a>" in french, ">MES</a>" in french] == [True, True, False]


@pytest.mark.parametrize(
    ("make", "page", "names"),
    [
        (create.area, "area_rename", NEW),
        (create.mission, "mission_rename", NEW),
        (create.service, "service_rename", {**NEW, "abbreviation_en": "RES", "abbreviation_fr": "PRE"}),
    ],
)
def test_a_coordinator_renames_on_a_page_and_takes_it_back(as_user, alice, today, make, page, names):
    row, browser = make(), as_user(alice)
    before = row.name
    url = reverse(page, args=[row.pk])

    done = browser.post(url, {**names, "from_day": today.isoformat(), "reason_fr": "Par décret."}, follow=True)

    shown = done.content.decode()
    assert [before in shown, "<h1>Eswatini</h1>" in shown, '<span lang="fr">Par décret.</span>' in shown] == [True] * 3
    former = row.former_names.get()
    again = browser.post(
        reverse(page.replace("rename", "name_withdraw"), args=[former.pk]), {"reason": "Not so."}, follow=True
    )
    assert f"<h1>{before}</h1>" in again.content.decode().replace("&#x27;", "'")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name_en", "", "Enter a name in English."),
        ("name_fr", "x" * 201, "Ensure this value has at most 200 characters (it has 201)."),
        ("from_day", "2099-01-01", "A name is recorded from a day that has come; until then, the old one is right."),
        ("from_day", "2027-02-30", "“2027-02-30” is not a date that exists."),
        ("reason_en", "", "Give a reason."),
        (
            "reason_en",
            "a\0b",
            "This text contains a character that cannot be shown or printed. Delete it and type it again.",
        ),
    ],
)
def test_bad_input_is_said_beside_its_field_and_kept(area, as_user, alice, today, field, value, message):
    values = {**NEW, "from_day": today.isoformat(), "reason_en": "By decree.", field: value}

    response = as_user(alice).post(reverse("area_rename", args=[area.pk]), values)

    assert response.context["form"].errors == {field: [message]}
    assert response.context["form"]["name_fr"].value() == values["name_fr"]
    assert not area.former_names.exists()


@pytest.mark.parametrize("words", ["swaziland", "SOUAZILAND", "Souazi"])
def test_the_search_finds_former_names(area, as_user, alice, today, words):
    rename(area, NEW, today - 10 * DAY, alice, today)

    page = as_user(alice).get(reverse("search"), {"q": words})

    assert [list(rows) for rows in page.context["found"].values()] == [[area]]
    assert f"Swaziland until {today - 11 * DAY}" in page.content.decode()


def test_a_withdrawn_name_is_not_found(area, as_user, alice, today):
    former = rename(area, NEW, today, alice, today)
    renaming.withdraw(former, area, by=alice, reason="Not so.")

    assert as_user(alice).get(reverse("search"), {"q": "Eswatini"}).context["found"] == {}
    assert list(as_user(alice).get(reverse("search"), {"q": "Swaziland"}).context["found"].values()) == [[area]]


def test_a_liaison_finds_the_own_service_by_its_former_name_and_no_other(as_user, bob, example_service, other_service):
    for service in (example_service, other_service):
        create.former_name(of=service, abbreviation_en="OP", abbreviation_fr="AP")

    found = as_user(bob).get(reverse("search"), {"q": "old name"}).context["found"]

    assert [list(rows) for rows in found.values()] == [[example_service]]


def test_present_names_stay_in_their_rows(area, alice, today):
    rename(area, NEW, today, alice, today)
    area.refresh_from_db()
    area.named_as_of(today - DAY).save()

    assert str(Area.objects.get()) == "Eswatini"
    assert [Mission.objects.count(), PoliceService.objects.count()] == [0, 0]
