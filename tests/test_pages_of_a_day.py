"""What pages show as of another day: names, states, places and people of that day, by the facts that are on record."""

import datetime as dt
import re
from types import SimpleNamespace

import pytest
from django.urls import reverse

from missions.renaming import rename
from reports import board
from reports.tests.test_figures import figures
from tests import create

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
THEN = -400
"""The past day of most tests, from today."""
ASKED = [-400, 0, 20, 365, 1825]
"""Days as of which an area is asked when it is full: a past one, today, and up to five years ahead."""


def text_of(response) -> str:
    """The main part of a page without its tags."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    return re.sub(r"\s+", " ", text).replace("&#x27;", "'").replace("\xa0", " ")


def title_of(response) -> str:
    return re.search(r"<h1>([^<]*)</h1>", response.content.decode())[1]


@pytest.fixture
def as_of(today):
    """What an address asks for to see a day, which is given from today."""
    return lambda offset: {"on": (today + offset * DAY).isoformat()}


@pytest.fixture
def world(today, alice, example_service, other_service):
    """A country whose name, authorization, missions and people are others now than they were."""
    area = create.area(name_en="Swaziland", name_fr="Souaziland")
    create.authorization(area=area, cap=2, valid_from=today - 2000 * DAY, valid_to=today - 101 * DAY, reference="OLD")
    create.authorization(area=area, cap=5, valid_from=today - 100 * DAY, reference="NEW")
    mission = create.mission(area=area, name_en="SWM", name_fr="MSW", starts_on=today - 1500 * DAY)
    create.mission_state(mission=mission, state="suspended", from_day=today - 100 * DAY)
    later = create.mission(area=area, name_en="Later Mission", starts_on=today - 50 * DAY)
    ours, theirs = create.person(service=example_service), create.person(service=other_service, family_name="Gagnon")

    def stay(person, mission, first, last, status):
        days = {"starts_on": today + first * DAY, "ends_on": today + last * DAY}
        return create.deployment(mission=mission, person=person, status=status, **days)

    made = SimpleNamespace(
        area=area,
        mission=mission,
        later=later,
        service=example_service,
        person=ours,
        stays={
            "before": stay(theirs, mission, -900, -800, "closed"),
            "ours": stay(ours, mission, -500, -300, "completed"),
            "theirs": stay(theirs, mission, -450, -200, "ended_early"),
            "now": stay(ours, later, -20, 40, "in_mission"),
            "to come": stay(theirs, later, 10, 90, "planned"),
        },
    )
    short = {"abbreviation_en": "NP", "abbreviation_fr": "NP"}
    for row, name, more in ((area, "Eswatini", {}), (mission, "ESM", {}), (example_service, "New Police", short)):
        names = {"name_en": name, "name_fr": name, **more}
        rename(row, names, today - 100 * DAY, by=alice, today=today, reason_en="By decree.")
        row.refresh_from_db()
    return made


def test_the_page_of_an_area_is_that_of_the_day(world, as_user, alice, as_of, today):
    browser, url = as_user(alice), world.area.get_absolute_url()

    then, now = browser.get(url, as_of(THEN)), browser.get(url)

    def rows(page, part, name):
        query = {"part": part, **(as_of(THEN) if page is then else {})}
        return len(browser.get(url, query).context[name])

    assert (title_of(then), title_of(now)) == ("Swaziland", "Eswatini")
    shown = [
        (
            page.context["strength"].used,
            page.context["strength"].cap,
            page.context["authorization"].reference,
            page.context["first_full_day"],
            page.context["chart"].rows[0].since,
            [str(mission) for mission in page.context["missions"]],
            [rows(page, *part) for part in (("now", "stays"), ("coming", "coming"), ("returned", "past"))],
        )
        for page in (then, now)
    ]
    day = today + THEN * DAY
    assert shown == [
        (2, 2, "OLD", day, day - 365 * DAY, ["SWM"], [2, 0, 1]),
        (1, 5, "NEW", None, today - 365 * DAY, ["ESM", "Later Mission"], [1, 1, 3]),
    ]
    coming = browser.get(url, {"part": "coming", **as_of(THEN)})
    assert "What was planned or approved on a past day is no longer known." in text_of(coming)
    people = then.content.decode().partition("<tbody>")[2].partition('class="part"')[2]
    assert ["Example Police" in people, "New Police" in people] == [True, False]


def test_the_page_of_a_mission_is_that_of_the_day(world, as_user, alice, as_of, today):
    create.moved(mission=world.mission, area=create.area(name_en="Lesotho"), from_day=today - 90 * DAY)
    browser, url = as_user(alice), world.mission.get_absolute_url()

    then, now = browser.get(url, as_of(THEN)), browser.get(url)

    assert (title_of(then), title_of(now)) == ("SWM", "ESM")
    assert (then.context["state"], now.context["state"]) == ("active", "suspended")
    assert (str(then.context["area"]), str(now.context["area"])) == ("Swaziland", "Lesotho")
    assert then.context["stays"] == [world.stays["ours"], world.stays["theirs"]]
    assert now.context["stays"] == []
    then, now = browser.get(url, {"part": "about", **as_of(THEN)}), browser.get(url, {"part": "about"})
    of_today = "Mandate, objectives, teams, positions and what is asked are of today."
    assert (of_today in text_of(then), of_today in text_of(now)) == (True, False)


def test_a_mission_that_had_not_begun_is_said_to_begin_later(world, as_user, alice, as_of):
    pages = [as_user(alice).get(world.later.get_absolute_url(), as_of(offset)) for offset in (-51, -50)]

    assert ["Its first day is " in text_of(page) for page in pages] == [True, False]
    heads = [page.content.decode().partition("</h1>")[2].partition('class="as-of"')[0] for page in pages]
    assert ["tag-active" in head for head in heads] == [False, True]


def test_a_roster_shows_what_was_known_of_its_people_by_the_day(as_user, alice, as_of, today):
    roster = create.roster()
    days = {"nominated_on": today - 500 * DAY, "training_on": today - 450 * DAY, "certified_on": today - 440 * DAY}
    entry = create.roster_entry(roster=roster, **days)
    create.roster_entry(roster=roster, nominated_on=today - 300 * DAY)
    create.call_out(entry=entry, first_day=today - 420 * DAY)

    def shown(offset):
        page = as_user(alice).get(roster.get_absolute_url(), as_of(offset))
        said = text_of(page)
        rows = [row.standing_then for row in page.context["page"]]
        return page.context["on_roster"], rows, [str(day) in said for day in days.values()], "Geneva" in said

    assert shown(-501) == (0, [], [False, False, False], False)
    assert shown(-451) == (1, ["nominated"], [True, False, False], False)
    assert shown(-421) == (1, ["valid"], [True, True, True], False)
    assert shown(-420) == (1, ["valid"], [True, True, True], True)
    assert shown(0) == (2, ["valid", "nominated"], [True, True, True], True)


@pytest.mark.parametrize(
    ("offset", "missions"),
    [
        (-1501, []),
        (-1500, [("SWM", "Active", "Swaziland", 0)]),
        (THEN, [("SWM", "Active", "Swaziland", 2)]),
        (-100, [("ESM", "Suspended", "Eswatini", 0)]),
        (0, [("ESM", "Suspended", "Lesotho", 0), ("Later Mission", "Active", "Eswatini", 1)]),
    ],
)
def test_the_list_of_missions_has_those_that_had_begun(world, as_user, alice, as_of, today, offset, missions):
    create.moved(mission=world.mission, area=create.area(name_en="Lesotho"), from_day=today - 90 * DAY)

    page = as_user(alice).get(reverse("mission_list"), as_of(offset)).context["page"]

    found = [
        (str(row), row.state_then.capitalize(), str(row.area_shown), row.deployed_then) for row in page.object_list
    ]
    assert sorted(found) == missions


def test_missions_are_filtered_by_their_area_and_state_of_the_day(world, as_user, alice, as_of, today):
    lesotho = create.area(name_en="Lesotho")
    create.moved(mission=world.mission, area=lesotho, from_day=today - 90 * DAY)
    browser, url = as_user(alice), reverse("mission_list")

    found = [
        len(browser.get(url, {**as_of(offset), **query}).context["page"])
        for offset in (THEN, 0)
        for query in ({"area": world.area.pk}, {"area": lesotho.pk}, {"state": "active"}, {"state": "suspended"})
    ]

    assert found == [1, 0, 1, 0, 1, 1, 1, 1]


def test_the_list_of_areas_has_the_names_and_authorizations_of_the_day(world, as_user, alice, as_of):
    browser, url = as_user(alice), reverse("area_list")

    rows = [browser.get(url, as_of(offset)).context["rows"] for offset in (-2001, THEN, 0)]

    assert [[(str(area), paper and paper.cap) for area, paper in found] for found in rows] == [
        [("Swaziland", None)],
        [("Swaziland", 2)],
        [("Eswatini", 5)],
    ]


STATUSES = [
    # offset of the day; the rows of the list with their status of that day
    (-901, {}),
    (-900, {"before": "In mission"}),
    (-801, {"before": "In mission"}),
    (-800, {"before": "Completed"}),
    (THEN, {"before": "Completed", "ours": "In mission", "theirs": "In mission"}),
    (-250, {"before": "Completed", "ours": "Completed", "theirs": "In mission"}),
    (-200, {"before": "Completed", "ours": "Completed", "theirs": "Ended early"}),
    (-1, {"before": "Completed", "ours": "Completed", "theirs": "Ended early", "now": "In mission"}),
    (0, {"before": "Closed", "ours": "Completed", "theirs": "Ended early", "now": "In mission", "to come": "Planned"}),
    (9, {"before": "Closed", "ours": "Completed", "theirs": "Ended early", "now": "In mission", "to come": "Planned"}),
]


@pytest.mark.parametrize(("offset", "rows"), STATUSES)
def test_the_list_of_deployments_has_who_had_arrived_with_the_status_of_the_day(
    world, as_user, alice, as_of, offset, rows
):
    page = as_user(alice).get(reverse("deployment_list"), as_of(offset)).content.decode()

    found = {}
    names = {f"/deployments/{stay.pk}/": name for name, stay in world.stays.items()}
    for row in page.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]:
        name = next((name for link, name in names.items() if link in row), None)
        if name is None:
            assert "No deployment fits these filters." in row
            continue
        found[name] = re.findall(r'<span aria-hidden="true">[^<]+</span> ([^<]+)</span>', row)[-1]
    assert found == rows


@pytest.mark.parametrize(
    ("offset", "query", "names"),
    [
        (THEN, {"status": "deployed"}, ["ours", "theirs"]),
        (-300, {"status": "deployed"}, ["ours", "theirs"]),  # the day of the departure is still one of the stay
        (-300, {"status": "returned"}, ["before", "ours"]),
        (THEN, {"status": "arrived"}, ["before", "ours", "theirs"]),
        (THEN, {"status": "planned"}, None),
        (THEN, {"sort": "status"}, None),
        (-1, {"status": "deployed"}, ["now"]),
        (0, {"status": "planned"}, ["to come"]),
        (30, {"status": "deployed"}, ["now"]),
        (41, {"status": "deployed"}, []),
        (30, {"status": "planned"}, ["to come"]),
    ],
)
def test_deployments_are_filtered_by_what_is_known_of_the_day(world, as_user, alice, as_of, offset, query, names):
    page = as_user(alice).get(reverse("deployment_list"), {**as_of(offset), **query})

    found = [name for name, stay in world.stays.items() if stay in list(page.context["page"])]
    assert found == (names or [])
    assert bool(page.context["filter"].form.errors) == (names is None)


def test_nobody_takes_steps_with_the_rows_of_another_day(world, as_user, alice, as_of):
    browser, url = as_user(alice), reverse("deployment_list")

    pages = [browser.get(url, as_of(offset)).content.decode() for offset in (-1, 0, 1)]

    assert ['name="row"' in page for page in pages] == [False, True, False]
    assert [reverse("deployment_bulk", args=["approve"]) in page for page in pages] == [False, True, False]


def test_the_page_of_a_person_is_that_of_the_day(world, as_user, alice, as_of, today):
    person, kind = world.person, create.kind()
    day = today + THEN * DAY
    person.rank = create.rank(code="sergeant", name_en="Sergeant", abbreviation_en="Sgt.", level=3)
    person.born_on = day.replace(year=day.year - 40) + DAY
    person.save()
    for first, last in ((-700, -420), (-390, 400), (-410, 200)):
        create.credential(person=person, kind=kind, issued_on=today + first * DAY, expires_on=today + last * DAY)
    create.language(person=person, tested_on=today + (THEN + 1) * DAY)
    create.attestation(person=person, made_on=today - 9 * DAY, expires_on=today + 99 * DAY)
    browser, url = as_user(alice), person.get_absolute_url()

    then, now = browser.get(url, as_of(THEN)), browser.get(url)

    assert (title_of(then), title_of(now)) == ("Cst. Émilie Tremblay", "Sgt. Émilie Tremblay")
    shown = [
        (
            page.context["age"],
            str(page.context["there"].mission),
            [str(standing) for _row, standing in page.context["credentials"]],
            len(page.context["languages"]),
            len(page.context["attestations"]),
            [stay.pk for stay in page.context["deployments"]],
        )
        for page in (then, now)
    ]
    now_there, before = world.stays["now"].pk, world.stays["ours"].pk
    assert shown == [
        (39, "SWM", ["valid", "expired"], 0, 1, [before]),
        (41, "Later Mission", ["valid", "valid", "expired"], 1, 2, [now_there, before]),
    ]
    assert "Rank (today) Sergeant" in text_of(then)
    assert "Rank Sergeant" in text_of(now)


def test_who_was_not_deployed_has_no_rank_of_that_day(world, as_user, alice, as_of):
    page = as_user(alice).get(world.person.get_absolute_url(), as_of(-600))

    assert title_of(page) == "Émilie Tremblay"
    assert page.context["deployments"] == []
    assert "No deployment had begun by that day." in text_of(page)


def test_no_day_tells_when_a_restricted_credential_was_issued(world, as_user, dora, as_of, today):
    kind = create.kind(code="secret", name_en="Secret thing", is_restricted=True)
    create.credential(person=world.person, kind=kind, issued_on=today - 300 * DAY)

    pages = [as_user(dora).get(world.person.get_absolute_url(), as_of(offset)) for offset in (-301, -300, 0)]

    assert [page.context["credentials"][0][1] for page in pages] == [None, None, None]
    assert [len(page.context["credentials"]) for page in pages] == [1, 1, 1]


def test_what_was_verified_later_was_not_verified_then(world, as_user, alice, as_of, today):
    kind = create.kind(needs_verification=True)
    verified = {"verified_by": alice, "verified_on": today - 10 * DAY}
    create.credential(person=world.person, kind=kind, issued_on=today - 500 * DAY, **verified)

    pages = [text_of(as_user(alice).get(world.person.get_absolute_url(), as_of(offset))) for offset in (-11, -10)]

    assert [f"Verified later, on {today - 10 * DAY}" in page for page in pages] == [True, False]
    assert [f"Alice, {today - 10 * DAY}" in page for page in pages] == [False, True]


def test_the_list_of_people_says_where_they_were_with_the_rank_of_then(world, as_user, alice, as_of):
    person = world.person
    person.rank = create.rank(code="sergeant", abbreviation_en="Sgt.", level=3)
    person.save()

    pages = [text_of(as_user(alice).get(reverse("person_list"), as_of(offset))) for offset in (-600, THEN, 0)]

    assert ["Tremblay, Émilie Police" in page for page in pages] == [True, False, False]
    assert ["Tremblay, Émilie Cst." in page for page in pages] == [False, True, False]
    assert ["Tremblay, Émilie Sgt." in page for page in pages] == [False, False, True]
    assert ["SWM" in page for page in pages] == [False, True, False]


def test_the_pages_of_services_are_those_of_the_day(world, as_user, alice, as_of, today):
    days = {"starts_on": today - 700 * DAY, "ends_on": today - 350 * DAY}
    create.agreement(service=world.service, **days)
    world.service.kind = "municipal"
    world.service.save()
    browser = as_user(alice)

    lists = [browser.get(reverse("service_list"), as_of(offset)).context["page"] for offset in (THEN, 0)]
    pages = [browser.get(world.service.get_absolute_url(), as_of(offset)) for offset in (-1000, THEN, 0)]

    found = [row for page in lists for row in page if row == world.service]
    assert [(str(row), row.away_then, row.people_ever, row.deployments_ever) for row in found] == [
        ("Example Police", 1, 1, 1),
        ("New Police", 1, 1, 2),
    ]
    assert [title_of(page) for page in pages] == ["Example Police", "Example Police", "New Police"]
    assert [[str(standing) for _row, standing in page.context["agreements"]] for page in pages] == [
        ["coming"],
        ["ending"],
        ["expired"],
    ]
    assert [page.context["away"] for page in pages] == [[], [world.stays["ours"]], [world.stays["now"]]]
    assert [page.context["deployments_ever"] for page in pages] == [0, 1, 2]


def test_calls_and_places_of_positions_are_those_of_the_day(world, as_user, alice, as_of, today):
    days = {"call_opens": today - 410 * DAY, "call_closes": today - 395 * DAY}
    create.position(mission=world.mission, **days)
    create.position(mission=world.later, **days)  # of a mission that began later
    browser, url = as_user(alice), reverse("position_list")

    pages = [browser.get(url, {**as_of(offset), "call": "open"}) for offset in (-411, -410, THEN, -395, -394, 0)]

    assert [len(page.context["page"]) for page in pages] == [0, 1, 1, 1, 0, 0]
    [row] = pages[2].context["page"]
    assert (str(row.mission), str(row.area_shown), row.call_state, row.closes_in) == ("SWM", "Swaziland", "open", 5)


def test_a_liaison_finds_no_position_by_looking_back(world, as_user, bob, as_of, today):
    days = {"call_opens": today - 410 * DAY, "call_closes": today - 395 * DAY}
    create.position(mission=world.mission, **days)

    page = as_user(bob).get(reverse("position_list"), as_of(THEN))

    assert list(page.context["page"]) == []


@pytest.mark.parametrize("offset", [-850, THEN, -250, -1, 0, 30])
def test_a_liaison_sees_the_own_service_on_any_day_and_no_other(world, as_user, charlie, other_service, as_of, offset):
    browser = as_user(charlie)
    urls = [reverse(name) for name in ("person_list", "deployment_list", "service_list")]
    urls.append(other_service.get_absolute_url())

    shown = "".join(text_of(browser.get(url, as_of(offset))) for url in urls)

    assert ["Gagnon" in shown, "Other Police" in shown] == [True, True]
    assert ["Tremblay" in shown, "Example Police" in shown, "New Police" in shown] == [False, False, False]
    assert browser.get(world.person.get_absolute_url(), as_of(offset)).status_code == 404
    assert browser.get(world.service.get_absolute_url(), as_of(offset)).status_code == 404


@pytest.mark.parametrize("offset", [-850, THEN, -300, -200, -1])
@pytest.mark.parametrize("page", ["home", "area", "mission", "service", "mission_list", "service_list"])
def test_figures_of_another_day_open_exactly_their_rows(world, as_user, alice, as_of, page, offset, monkeypatch):
    monkeypatch.setattr("missions.views.parts.PAST_SHOWN", 0)
    browser, rows = as_user(alice), {"area": world.area, "mission": world.mission, "service": world.service}
    address = rows[page].get_absolute_url() if page in rows else reverse(page)

    found = list(figures(browser, f"{address}?on={as_of(offset)['on']}"))
    of_that_day = [(url, number) for url, number in found if "deployment_list" in url or "/deployments/" in url]

    assert of_that_day or offset == -850
    assert all(url.endswith(f"on={as_of(offset)['on']}") for url, _number in of_that_day)
    assert of_that_day == [(url, browser.get(url).context["page"].paginator.count) for url, _number in of_that_day]


@pytest.mark.parametrize("offset", [-800, -30, 0, 30, 400, 1000])
def test_the_board_agrees_with_the_pages_on_any_day(world, as_user, alice, as_of, today, offset):
    shown = board.operations(today + offset * DAY, today=today)

    for row in shown.rows:
        page = as_user(alice).get(row.area.get_absolute_url(), as_of(offset)).context
        assert (page["strength"], page["first_full_day"]) == (row.strength, row.first_full_day)
        assert (str(page["area"]), page["authorization"]) == (str(row.area), row.authorization)


@pytest.mark.parametrize(
    ("first", "cap", "lowered_on", "full"),
    [
        # the day on which somebody comes, the cap, the day on which it becomes 1; full from, as of each day of `ASKED`
        (10, 1, None, [10, 10, 20, None, None]),
        (900, 1, None, [900, 900, 900, 900, None]),
        (1826, 1, None, [1826, 1826, 1826, 1826, 1826]),
        (1826, 2, None, [None, None, None, None, None]),
        (2000, 2, 1990, [2000, 2000, 2000, 2000, 2000]),
        (1800, 2, 1815, [1815, 1815, 1815, 1815, 1825]),
        (9000, 1, None, [9000, 9000, 9000, 9000, 9000]),
    ],
)
def test_board_and_area_page_say_the_same_day_from_which_an_area_is_full_at_any_distance(
    as_user, alice, as_of, today, first, cap, lowered_on, full
):
    area = create.area()
    create.authorization(area=area, cap=cap, valid_to=lowered_on and today + (lowered_on - 1) * DAY)
    if lowered_on:
        create.authorization(area=area, cap=1, valid_from=today + lowered_on * DAY)
    days = {"starts_on": today + first * DAY, "ends_on": today + (first + 30) * DAY}
    create.deployment(mission=create.mission(area=area), status="approved", **days)

    said = []
    for offset in ASKED:
        [row] = board.operations(today + offset * DAY, today=today).rows
        page = as_user(alice).get(area.get_absolute_url(), as_of(offset)).context
        said.append((row.first_full_day, page["first_full_day"]))

    assert said == [(day and today + day * DAY,) * 2 for day in full]


# Queries of pages as of a past day, with one row of everything and with three.
QUERIES = {
    "area_list": 11,
    "mission_list": 12,
    "position_list": 15,
    "deployment_list": 20,
    "person_list": 14,
    "service_list": 8,
    "area_detail": 41,
    "mission_detail": 40,
    "service_detail": 23,
    "person_detail": 24,
}


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("name", QUERIES)
def test_pages_of_a_past_day_take_the_same_queries_for_one_row_and_for_three(
    as_user, alice, today, as_of, name, number, example_service, django_assert_num_queries
):
    area = create.area()
    create.authorization(area=area)
    days = {"starts_on": today - 500 * DAY, "ends_on": today - 300 * DAY}
    for _each in range(number):
        mission = create.moved(mission=create.mission(area=area), area=create.area(), from_day=today - 100 * DAY)
        person = create.person(service=example_service)
        create.position(mission=mission)
        create.deployment(mission=mission, person=person, status="completed", **days)
        create.former_name(of=mission, last_day=today - 10 * DAY)
    rows = {"area_detail": area, "mission_detail": mission, "service_detail": example_service, "person_detail": person}
    address = rows[name].get_absolute_url() if name in rows else reverse(name)
    browser = as_user(alice)
    browser.get(address)  # content types are looked up once in the life of a process

    with django_assert_num_queries(QUERIES[name]):
        assert browser.get(address, as_of(THEN)).status_code == 200
