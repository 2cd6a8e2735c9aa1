"""The pages of areas and missions: the figures of their head, their parts behind tabs, and the muster list to print."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from audit.models import Event
from flags.tasks import flag_expiring_postings
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def text_of(response) -> str:
    """The main part of a page without its tags."""
    text = re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2])
    return re.sub(r"\s+", " ", text).replace("&#x27;", "'").replace("\xa0", " ")


@pytest.fixture
def place(today, example_service):
    """Mali: two missions, four people there of whom three leave soon, one successor, and one who has returned."""
    area = create.area(name_en="Mali", name_fr="Mali")
    create.authorization(area=area, cap=5, reference="MA-ML-2021")
    area.ours, area.theirs = create.mission(area=area, name_en="Ours"), create.mission(area=area, name_en="Theirs")
    area.stays = {}
    for name, mission, first, last, status in (
        ("Archambeault", area.ours, -300, 20, "in_mission"),
        ("Bellefleur", area.ours, -300, 90, "in_mission"),
        ("Chowdhury", area.theirs, -300, 91, "in_mission"),
        ("Dhaliwal", area.theirs, -300, -3, "in_mission"),
        ("Eaglespeaker", area.ours, -600, -301, "completed"),
    ):
        person = create.person(service=example_service, family_name=name)
        days = {"starts_on": today + first * DAY, "ends_on": today + last * DAY}
        area.stays[name] = create.deployment(mission=mission, person=person, status=status, **days)
    area.next_one = create.deployment(
        mission=area.ours,
        person=create.person(service=example_service, family_name="Fontaine"),
        starts_on=today + 21 * DAY,
        ends_on=today + 300 * DAY,
        status="approved",
        relieves=area.stays["Archambeault"],
    )
    create.position(mission=area.ours, number="P-1", places=2, duty_station="Bamako")
    create.position(mission=area.theirs, number="P-2")
    flag_expiring_postings()
    return area


def tabs_of(response):
    return {tab.name: tab.count for tab in response.context["tabs"]}


def names_of(response):
    return [stay.person.family_name for stay in response.context["stays"]]


def test_each_tab_says_how_many_rows_stand_behind_it(place, as_user, alice):
    browser = as_user(alice)

    area, ours = browser.get(place.get_absolute_url()), browser.get(place.ours.get_absolute_url())

    assert tabs_of(area) == {
        "now": 4,
        "coming": 1,
        "leaving": 3,
        "alone": 2,
        "positions": 2,
        "authorizations": 1,
        "returned": 1,
        "flags": area.context["to_act"] + area.context["to_plan"],
        "missions": 2,
    }
    assert tabs_of(ours) == {
        "now": 2,
        "coming": 1,
        "leaving": 2,
        "alone": 1,
        "positions": 1,
        "authorizations": 1,
        "returned": 1,
        "flags": ours.context["to_act"] + ours.context["to_plan"],
        "about": None,
    }


def test_each_part_shows_its_rows_at_an_address_of_its_own(place, as_user, alice):
    browser, url = as_user(alice), place.get_absolute_url()

    def part(name):
        return browser.get(url, {"part": name})

    assert names_of(part("now")) == ["Dhaliwal", "Archambeault", "Bellefleur", "Chowdhury"]
    assert names_of(part("leaving")) == ["Dhaliwal", "Archambeault", "Bellefleur"]
    assert names_of(part("alone")) == ["Dhaliwal", "Bellefleur"]
    assert [stay.person.family_name for stay in part("coming").context["coming"]] == ["Fontaine"]
    assert re.search(r"Fontaine Ours .* Approved .*Archambeault", text_of(part("coming")))
    assert [stay.person.family_name for stay in part("returned").context["past"]] == ["Eaglespeaker"]
    assert [position.number for position in part("positions").context["positions"]] == ["P-1", "P-2"]
    assert "In force today" in text_of(part("authorizations"))
    assert len(part("flags").context["notices"]) == tabs_of(part("flags"))["flags"] > 0
    assert "Theirs" in text_of(part("missions"))


@pytest.mark.parametrize("wrong", ["nothing", "9" * 30, "a\0b", "😀", ""])
def test_a_part_that_there_is_not_shows_who_is_there(place, as_user, alice, wrong):
    page = as_user(alice).get(place.get_absolute_url(), {"part": wrong})

    assert (page.status_code, page.context["part"]) == (200, "now")


def test_the_head_says_the_figures_of_the_day(place, as_user, alice, today):
    page = text_of(as_user(alice).get(place.get_absolute_url()))
    mission = text_of(as_user(alice).get(place.ours.get_absolute_url()))

    assert "4 / 5 places taken 1 free never full MA-ML-2021 , up to 5 Amend" in page
    assert "2 in this mission Mali 4 / 5 places taken 1 free" in mission


def test_an_area_that_never_fills_says_so(as_user, alice):
    area = create.area()
    create.authorization(area=area, cap=3)

    assert "0 / 3 places taken 3 free never full" in text_of(as_user(alice).get(area.get_absolute_url()))


def test_flags_are_one_line_that_leads_to_them(place, as_user, alice):
    place.flags.update(severity="plan")
    place.flags.filter(pk=place.flags.first().pk).update(severity="act")

    page = as_user(alice).get(place.get_absolute_url())

    number = page.context["to_plan"]
    assert re.search(
        rf'href="[^"]*\?part=flags#part"[^▲]*▲</span> 1 to act on</strong>, {number} to plan ahead</a>',
        page.content.decode(),
    )


def test_who_has_a_successor_says_whom_and_others_are_to_be_relieved(place, as_user, alice, dora):
    page = as_user(alice).get(place.get_absolute_url()).content.decode()

    plan = reverse("deployment_plan")
    relieved = [name for name, stay in place.stays.items() if f'href="{plan}?relieves={stay.pk}"' in page]
    assert relieved == ["Bellefleur", "Chowdhury", "Dhaliwal"]
    assert f'<a href="{place.next_one.get_absolute_url()}">Cst. Émilie Fontaine</a>' in page
    assert "?relieves=" not in as_user(dora).get(place.get_absolute_url()).content.decode()


def test_nobody_is_to_be_relieved_in_a_mission_that_stands_still(place, as_user, alice):
    create.mission_state(mission=place.theirs, state="suspended")

    page = as_user(alice).get(place.get_absolute_url())

    assert tabs_of(page)["alone"] == 1
    assert f"?relieves={place.stays['Dhaliwal'].pk}" not in page.content.decode()


def test_somebody_can_be_planned_from_the_head_and_from_a_position(place, as_user, alice, dora):
    plan = reverse("deployment_plan")
    area, mission = place.get_absolute_url(), place.ours.get_absolute_url()

    pages = [as_user(alice).get(url).content.decode() for url in (area, mission, f"{mission}?part=positions")]

    assert f'href="{plan}?area={place.pk}"' in pages[0]
    assert f'href="{plan}?mission={place.ours.pk}"' in pages[1]
    assert f'href="{plan}?position={place.ours.positions.get().pk}"' in pages[2]
    assert plan not in as_user(dora).get(area).content.decode()


def test_stays_are_bars_of_the_same_days(place, as_user, alice, today):
    page = as_user(alice).get(place.get_absolute_url())

    bars, stays = page.context["bars"], page.context["stays"]
    assert (bars.scale.first, bars.scale.last) == (today - 300 * DAY, today + 91 * DAY)  # 392 days
    assert bars.at == "76.5306%"
    assert [(stay.bar.x, stay.bar.width) for stay in stays] == [
        ("0%", "76.0204%"),
        ("0%", "81.8878%"),
        ("0%", "99.7449%"),
        ("0%", "100%"),
    ]


def test_who_records_arrivals_is_led_from_who_is_coming_to_the_list_that_does(place, as_user, alice, dora, today):
    address = f"{reverse('deployment_list')}?area={place.pk}&amp;status=approved&amp;sort=first"

    def leads(user, **query):
        return address in as_user(user).get(place.get_absolute_url(), {"part": "coming", **query}).content.decode()

    assert (leads(alice), leads(dora), leads(alice, on=today + DAY)) == (True, False, False)
    place.next_one.status = "planned"
    place.next_one.save()
    assert not leads(alice)


# Queries of each part of the page of an area and of a mission, with few people and with many.
QUERIES = {
    "now": (32, 31),
    "coming": (30, 29),
    "leaving": (32, 31),
    "alone": (32, 31),
    "positions": (32, 31),
    "returned": (30, 29),
    "flags": (30, 29),
}


@pytest.mark.parametrize("number", [1, 4])
@pytest.mark.parametrize("part", QUERIES)
def test_a_part_takes_the_same_queries_for_one_person_and_for_four(
    as_user, alice, today, example_service, django_assert_num_queries, part, number
):
    area = create.area()
    create.authorization(area=area)
    mission = create.mission(area=area)
    for index in range(number):
        days = {"starts_on": today - 300 * DAY, "ends_on": today + 20 * DAY}
        create.deployment(mission=mission, status="in_mission", **days)
        there = create.deployment(mission=mission, status="in_mission", **days)
        create.deployment(
            mission=mission, starts_on=today + 21 * DAY, ends_on=today + 99 * DAY, status="planned", relieves=there
        )
        create.deployment(mission=mission, starts_on=today - 99 * DAY, ends_on=today - 9 * DAY, status="completed")
        create.position(mission=mission, number=f"P-{index}")
    flag_expiring_postings()
    browser = as_user(alice)
    browser.get(area.get_absolute_url())  # content types are looked up once in the life of a process

    for row, queries in zip((area, mission), QUERIES[part], strict=True):
        with django_assert_num_queries(queries):
            assert browser.get(row.get_absolute_url(), {"part": part}).context["part"] == part


def test_the_muster_list_has_who_is_there_on_any_day_and_no_more(place, as_user, alice, today):
    place.stays["Bellefleur"].duty_station = "Gao"
    place.stays["Bellefleur"].save()
    browser, url = as_user(alice), reverse("area_muster", args=[place.pk])

    now, then, later = (browser.get(url, {"on": (today + offset * DAY).isoformat()}) for offset in (0, -301, 90))

    rows = [[stay.person.family_name for stay in page.context["stays"]] for page in (now, then, later)]
    assert rows == [
        ["Archambeault", "Bellefleur", "Chowdhury", "Dhaliwal"],
        ["Eaglespeaker"],
        ["Bellefleur", "Chowdhury"],
    ]
    page = text_of(now)
    assert f"Cst. Émilie Bellefleur Example Police Gao {today - 300 * DAY} {today + 90 * DAY}" in page
    assert f"Cst. Émilie Chowdhury Example Police Theirs {today - 300 * DAY} {today + 91 * DAY}" in page
    assert "4 people are there." in page
    assert "Fontaine" not in page
    ours = browser.get(reverse("mission_muster", args=[place.ours.pk]))
    assert [stay.person.family_name for stay in ours.context["stays"]] == ["Archambeault", "Bellefleur"]


def test_who_reads_a_muster_list_leaves_an_event(place, as_user, alice, bob):
    for page, row in (("area_muster", place), ("mission_muster", place.ours)):
        as_user(alice).get(reverse(page, args=[row.pk]))

        event = Event.objects.latest("pk")
        assert (event.actor, event.verb, event.subject, event.details["page"]) == (alice, "looked_at", row, page)
        assert as_user(bob).get(reverse(page, args=[row.pk])).status_code == 403
        assert as_user(alice).get(reverse(page, args=["9" * 18])).status_code == 404


@pytest.fixture
def read(place, other_service, charlie, alice, today):
    """Charlie, of another service, has one person in a mission in Mali, of which much more is known."""
    person = create.person(service=other_service, family_name="Gagnon")
    days = {"starts_on": today - 9 * DAY, "ends_on": today + 99 * DAY}
    create.deployment(mission=place.ours, person=person, status="in_mission", **days)
    create.position(
        mission=place.ours, number="P-3", title_en="Trainer", call_opens=today - DAY, call_closes=today + 9 * DAY
    )
    create.mission_state(
        mission=place.ours, state="active", reason_en="Secretreason", recorded_by=alice, from_day=today - 50 * DAY
    )
    place.ours.mandate_en = "Train the police of Mali."
    place.ours.save()
    return place.ours.get_absolute_url()


@pytest.mark.parametrize(
    "query",
    [
        "",
        "part=now",
        "part=leaving",
        "part=coming",
        "part=returned",
        "part=flags",
        "part=authorizations",
        "export=csv",
        "export=print",
        "on=2020-01-01",
        "on=2020-01-01&part=now",
    ],
)
def test_a_liaison_reads_of_a_mission_no_figure_and_nobody_of_another_service(read, place, as_user, charlie, query):
    page = as_user(charlie).get(f"{read}?{query}")

    said = page.content.decode()
    others = [*place.stays, "Fontaine", "Example Police", "Secretreason", "Alice", "MA-ML-2021", "P-1", "P-2"]
    assert (page.status_code, [word for word in others if word in said]) == (200, [])
    assert "chart" not in said
    shown = {"mission", "area", "language", "armed", "own_people", "calls", "asked", "themes"}
    keys = {key for context in page.context for scope in context.dicts for key in scope}
    assert shown <= keys
    assert (
        keys & {"strength", "authorizations", "authorization", "tabs", "stays", "notices", "to_act", "chart"} == set()
    )


def test_a_liaison_reads_mandate_conditions_open_calls_and_the_own_people(read, place, as_user, charlie, bob):
    page = as_user(charlie).get(read)

    said = text_of(page)
    assert "Train the police of Mali." in said
    assert "Language of operation French" in said
    assert ["Armed / unarmed Armed" in said, "Armed / unarmed Unarmed" in said].count(True) == 1
    assert "P-3 Trainer" in said
    assert [stay.person.family_name for stay in page.context["own_people"]] == ["Gagnon"]
    own = [stay.person.family_name for stay in as_user(bob).get(read).context["own_people"]]
    assert own == ["Archambeault", "Bellefleur"]
    assert as_user(charlie).get(place.get_absolute_url()).status_code == 403


def test_a_liaison_reads_of_a_roster_nobody_on_it(as_user, charlie, example_service):
    entry = create.roster_entry(person=create.person(service=example_service), roster=create.roster())

    for query in ({}, {"part": "roster"}, {"export": "csv"}):
        said = as_user(charlie).get(entry.roster.get_absolute_url(), query).content.decode()
        assert ["Tremblay" in said, "On the roster" in said] == [False, False]


@pytest.mark.parametrize("number", [1, 4])
def test_the_page_for_a_liaison_takes_the_same_queries_for_one_person_and_for_four(
    place, other_service, as_user, charlie, today, number, django_assert_num_queries
):
    place.authorizations.update(cap=9)
    for _each in range(number):
        person = create.person(service=other_service)
        create.deployment(
            mission=place.ours, person=person, starts_on=today, ends_on=today + 9 * DAY, status="in_mission"
        )
    browser = as_user(charlie)
    browser.get(place.ours.get_absolute_url())

    with django_assert_num_queries(18):
        browser.get(place.ours.get_absolute_url())
