"""The value statement: who is away, what was done, what came home and what is carried, on one page in each language."""

import datetime as dt
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from audit.models import Event, Verb
from missions.models import Role
from tests import create

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
LETTER = (612, 792)


def page_of(service, **query):
    return reverse("value_statement", args=[service.pk], query=query)


def text(answer) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.content.decode())).replace("&#x27;", "'")


@pytest.fixture
def patrol():
    return Role.objects.create(code="patrol-of-test", name_en="Patrol", name_fr="Patrouille")


@pytest.fixture
def partner(bob):
    made = create.partner(name_en="Partner Police", abbreviation_en="PP", officers=200, redline_heads=5)
    made.liaisons.add(bob)
    return made


@pytest.fixture
def world(partner, patrol, today, alice):
    """Two away, of whom one consented to; one home with a language and credentials, of which some are not told."""
    mission = create.mission()
    create.authorization(area=mission.area)
    first, second, home = (create.person(service=partner, family_name=name) for name in ("Alpha", "Beta", "Gamma"))
    term = {"starts_on": today - 10 * DAY, "ends_on": today + 20 * DAY}
    create.deployment(
        mission=mission, person=second, starts_on=today - 9 * DAY, ends_on=today + 90 * DAY, status="in_mission"
    )
    stay = create.deployment(mission=mission, person=first, **term, status="in_mission")
    stay.roles.add(patrol)
    create.consent(
        person=first, mission=mission, state="consented", starts_on=today - 10 * DAY, ends_on=today + 25 * DAY
    )
    back = {"starts_on": today - 300 * DAY, "ends_on": today - 201 * DAY, "status": "completed"}
    create.deployment(mission=mission, person=home, **back).roles.add(patrol)
    create.language(person=home, language="ar", tested_on=today - 150 * DAY)
    create.language(person=home, language="es", tested_on=today - 301 * DAY)  # the day before the arrival
    for code, fields in {
        "driving": {},
        "medical": {"is_restricted": True},
        "weapons": {"needs_verification": True},
    }.items():
        kind = create.kind(code=code, name_en=code.capitalize(), **fields)
        create.credential(person=home, kind=kind, issued_on=today - 300 * DAY)
    create.credential(person=first, kind=create.kind(code="driving"), issued_on=today - 5 * DAY)  # not home yet
    create.deployment(mission=mission, person=create.person(family_name="Delta"), **term, status="in_mission")
    return partner


def test_the_statement_says_who_is_away_what_was_done_and_what_came_home(world, as_user, alice, today):
    answer = as_user(alice).get(page_of(world))

    said = answer.context["said"]
    assert [stay.person.family_name for stay in said.stays] == ["Alpha", "Beta"]
    assert [(stay.roles_then, stay.consented_until) for stay in said.stays] == [
        ("Patrol", today + 25 * DAY),
        ("", None),
    ]
    assert [(figure.measure.name, figure.number) for figure in said.figures] == [
        ("people", 3),
        ("deployments", 3),
        ("person_days", 100 + 11 + 10),
    ]
    assert [(one.label, one.number) for one in said.roles.found] == [("Patrol", 2)]
    assert [(one.label, one.number) for one in said.languages.found] == [("Arabic", 1)]
    assert [(one.label, one.number) for one in said.credentials.found] == [("Driving", 1)]
    page = text(answer)
    assert f"2 people are deployed. The next planned return is on {(today + 20 * DAY):%-d %B %Y}." in page
    assert "2 of 200 officers (1%)" in page
    assert "5 away at once; at most 2 in the coming year" in page
    assert said.agreements == [world.agreements.get()]
    assert "Delta" not in page


def test_each_number_of_the_statement_is_the_number_behind_its_link(world, as_user, alice, today):
    browser = as_user(alice)
    for on in (today, today - 250 * DAY, today + 30 * DAY):
        said = browser.get(page_of(world, on=on.isoformat())).context["said"]
        links = re.findall(
            r'href="([^"]*/figures/[^"]*)"', browser.get(page_of(world, on=on.isoformat())).content.decode()
        )
        assert len(links) == len(said.figures) + len(said.roles.found)
        numbers = [figure.number for figure in said.figures] + [one.number for one in said.roles.found]
        behind = [browser.get(link.replace("&amp;", "&")).context["answer"].number for link in links]
        assert behind == numbers, on


def test_the_statement_of_a_past_day_is_that_of_the_day(world, as_user, alice, today):
    said = as_user(alice).get(page_of(world, on=(today - 250 * DAY).isoformat())).context["said"]

    assert [stay.person.family_name for stay in said.stays] == ["Gamma"]
    assert [figure.number for figure in said.figures] == [1, 1, 51]
    assert (said.languages.found, said.credentials.found, said.most_away) == ([], [], None)


def test_a_liaison_opens_that_of_the_own_service_only(world, as_user, bob, charlie, example_service, other_service):
    assert as_user(bob).get(page_of(world)).status_code == 200
    assert as_user(charlie).get(page_of(world)).status_code == 404
    listed = as_user(bob).get(reverse("report_list")).content.decode()
    assert page_of(world) in listed
    assert page_of(other_service) not in listed
    assert reverse("value_statement", args=[world.pk]) in as_user(bob).get(world.get_absolute_url()).content.decode()


NAME = "de la Vérendrye-Tremblay-Blackwood"


def crowded(service, patrol, today, number):
    """So many people away, with long names everywhere."""
    mission = create.mission(
        name_en="United Nations Multidimensional Integrated Stabilization Mission in Ruritania and Graustark",
        name_fr="Mission multidimensionnelle intégrée des Nations Unies de stabilisation en Ruritanie et au Graustark",
    )
    create.authorization(area=mission.area)
    advice = Role.objects.create(
        code="advice",
        name_en="Adviser to the national police on community policing",
        name_fr="Conseil à la police nationale en matière de police communautaire",
    )
    for each in range(number):
        person = create.person(service=service, given_name="Marie-Antoinette", family_name=f"{NAME} {each:02}")
        stay = create.deployment(
            mission=mission,
            person=person,
            starts_on=today - 9 * DAY,
            ends_on=today + (each + 1) * DAY,
            status="in_mission",
        )
        stay.roles.add(patrol, advice)


@pytest.mark.parametrize("number", [0, 12, 15])
@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_the_statement_is_one_page_in_both_languages(as_user, alice, partner, patrol, today, language, number):
    crowded(partner, patrol, today, number)

    answer = as_user(alice).get(page_of(partner, export="pdf").replace("/en-ca/", f"/{language}/"))

    drawn = PdfReader(io.BytesIO(answer.content))
    [sheet] = drawn.pages
    assert (float(sheet.mediabox.width), float(sheet.mediabox.height)) == LETTER
    root = drawn.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == (language, True)
    assert "/StructTreeRoot" in root
    assert drawn.metadata.title.startswith(
        {"en-ca": "Value statement: ", "fr-ca": "Bilan de la contribution"}[language]
    )
    words = re.sub(r"\s+", " ", sheet.extract_text())
    for each in range(number):
        assert (f"{each:02}" in re.findall(r"Blackwood (\d\d)", words)) == (each < 12)
    more = {"en-ca": "The first 12 to return, and 3 more", "fr-ca": "Les 12 premiers retours, et 3 de plus"}[language]
    assert (more in words) == (number == 15)


def test_the_pdf_is_recorded_as_taken_along(world, as_user, alice):
    as_user(alice).get(page_of(world, export="pdf"))

    event = Event.objects.filter(verb=Verb.EXPORTED).get()
    assert (event.subject, event.details["what"], event.details["ending"]) == (world, "value_statement", "pdf")


def test_the_statement_costs_the_same_whoever_is_away(world, as_user, alice, patrol, today):
    browser = as_user(alice)
    browser.get(page_of(world))

    counts = []
    for _each in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            browser.get(page_of(world))
        counts.append(len(asked))
        if len(counts) == 1:
            crowded(world, patrol, today, 3)
    assert counts == [24, 24]
