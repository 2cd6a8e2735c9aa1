"""Every cell of a cross-tab is the number behind its link, and what a few plain lines count."""

import csv
import io
import itertools
import json
from collections import Counter

import pytest
from django.urls import reverse

from deployments.models import Deployment, DeploymentRole
from missions.models import FormerArea, Role
from personnel.models import Person
from reports.crosstab import CAN_BE_CROSSED, DIMENSIONS, crosstab
from reports.crosstab.asked import dimensions_of
from reports.measures import MEASURES, Question, Time, fiscal_year
from reports.tests.figures_by_hand import DAY, FiguresByHand
from reports.tests.small_world import SmallWorld
from tests import create

pytestmark = pytest.mark.django_db

NAMED_ALREADY = {"deployed", "approved", "deployments", "people"}


@pytest.fixture
def world(today, alice, bob, charlie, example_service, other_service):
    """The small world, with people, ranks and roles of every kind, and a mission that moved."""
    made = SmallWorld(today, alice=alice, example=example_service, other=other_service)
    for number, person in enumerate(Person.objects.order_by("pk")):
        person.gender = ("woman", "man", "not_said")[number % 3]
        person.first_language = ("fr", "en")[number % 2]
        person.category = "civilian" if number % 5 == 4 else "police"
        person.save()
    elsewhere = create.area(name_en="Elsewhere")
    create.authorization(area=elsewhere, cap=9, language="fr")
    create.deployment(
        mission=create.mission(area=elsewhere, language=""),
        person=create.person(service=other_service),
        starts_on=today - 900 * DAY,
        ends_on=today - 100 * DAY,
        status="closed",
    )
    roles = [Role.objects.create(code=code, name_en=code, name_fr=code) for code in ("one", "two")]
    ranks = [create.rank(code="low", band=1), create.rank(code="high", band=3), None]
    for number, stay in enumerate(Deployment.objects.order_by("pk")):
        Deployment.objects.filter(pk=stay.pk).update(rank=ranks[number % 3], armed=number % 2)
        for role in roles[: number % 3]:
            DeploymentRole.objects.create(deployment=stay, role=role)
    moved = create.mission(
        area=made.second_area, area_since=today - 200 * DAY, language="fr", kind="specialized_posting"
    )
    FormerArea.objects.create(mission=moved, area=made.area, last_day=today - 201 * DAY, reason_en="It moved.")
    create.deployment(
        mission=moved,
        person=create.person(service=example_service),
        starts_on=today - 300 * DAY,
        ends_on=today + 10 * DAY,
        status="in_mission",
        kind="ancillary",
    )
    return made


def asked(user, on, today, **period) -> Question:
    first, last = fiscal_year(on)
    return Question(reader=user, today=today, on=on, **{"first": first, "last": last, **period})


class ByHand(FiguresByHand):
    """What the deployments of a measure have in each dimension."""

    def counted(self, name, down, across) -> dict:
        measure = MEASURES[name]
        if name == "people":
            found = {
                (row, column, stay.person_id) for stay in self.went() for row, column in self.of(stay, down, across)
            }
            return dict(Counter((row, column) for row, column, _person in found))
        keys, _number = getattr(self, f"{name}_" if name in NAMED_ALREADY else name)()
        total: Counter = Counter()
        for stay in Deployment.objects.filter(pk__in=keys).select_related("person", "rank"):
            for pair in self.of(stay, down, across, measure.time):
                total[pair] += self.days_there(stay) if name == "person_days" else 1
        return dict(total)

    def of(self, stay, down, across, time=Time.PERIOD):
        return itertools.product(*(self.has(stay, name, time) for name in (down, across)))

    def has(self, stay, name, time):
        if name == "area":
            return [self.area_of(stay.mission_id, self.on if time is Time.DAY else stay.first_day)]
        if name == "role":
            return [row.role_id for row in stay.role_rows.all()] or [None]
        if name == "rank_band":
            return [stay.rank.band if stay.rank else None]
        if name == "language":
            day, self.on = self.on, self.on if time is Time.DAY else self.last
            spoken = self.language_of(stay)
            self.on = day
            return [spoken]
        if name in {"mission", "service"}:
            return [getattr(stay, f"{name}_id")]
        return [getattr(stay if name == "armed" else stay.person, name)]


@pytest.mark.parametrize("name", CAN_BE_CROSSED)
def test_every_cell_is_what_a_few_plain_lines_count(world, today, alice, bob, name):
    measure = MEASURES[name]
    names = [dimension.name for dimension in dimensions_of(measure) if dimension.name != "fiscal_year"]
    pairs = list(itertools.pairwise([*names, names[0]]))
    for (user, on), (down, across) in itertools.product([(alice, today), (bob, today - 100 * DAY)], pairs):
        if measure.of_the_office and not user.sees_every_service:
            continue
        question = asked(user, on, today)
        by_hand = ByHand(user, on=on, today=today, first=question.first, last=question.last)
        found = crosstab(name, question, DIMENSIONS[down], DIMENSIONS[across])
        assert found.cells == by_hand.counted(name, down, across), (name, down, across, user.name)


@pytest.mark.parametrize("name", ["deployments", "people", "arrivals", "person_days", "early_ends"])
def test_fiscal_years_are_counted_each_for_itself(world, today, alice, name):
    first, last = today - 900 * DAY, today + 30 * DAY
    found = crosstab(
        name, asked(alice, today, today, first=first, last=last), DIMENSIONS["fiscal_year"], DIMENSIONS["gender"]
    )

    expected, begins, place = {}, first, 0
    while begins <= today:
        ends = min(fiscal_year(begins)[1], last)
        by_hand = ByHand(alice, on=today, today=today, first=begins, last=ends)
        for (gender, _gender), number in by_hand.counted(name, "gender", "gender").items():
            expected[place, gender] = number
        begins, place = ends + DAY, place + 1
    assert found.cells == expected


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?rows=service&columns=area",
        "?rows=gender&columns=rank_band&category=police",
        "?rows=role&columns=service",
        "?rows=role&columns=gender&role=none",
        "?rows=mission&columns=language",
        "?measure=deployments&rows=fiscal_year&columns=service&first=2020-01-01",
        "?measure=people&rows=area&columns=category",
        "?measure=person_days&rows=armed&columns=fiscal_year",
        "?measure=deployed_in_missions&rows=first_language&columns=armed&on=2020-05-01",
    ],
)
def test_every_number_is_the_number_behind_its_link(world, as_user, alice, bob, query):
    for user in (alice, bob):
        browser = as_user(user)
        page = browser.get(reverse("crosstab") + query)
        for cell in itertools.chain(*page.context["rows"], page.context["totals"]):
            if cell["address"]:
                behind = browser.get(cell["address"]).context["answer"].number
                assert int(cell["words"].replace(",", "")) == behind, (query, cell["address"])


def test_totals_are_sums_unless_somebody_is_in_several_cells(world, today, alice, django_assert_num_queries):
    question = asked(alice, today, today)
    with django_assert_num_queries(3):  # the cells, the services, the areas
        plain = crosstab("deployed", question, DIMENSIONS["service"], DIMENSIONS["area"])
    assert sum(plain.cells.values()) == sum(plain.of_rows.values()) == sum(plain.of_columns.values())
    assert plain.found.number == MEASURES["deployed"].rows(question).count()
    assert plain.warnings == []
    with django_assert_num_queries(5):  # the cells, the roles, the totals of both, the whole
        several = crosstab("deployed", question, DIMENSIONS["role"], DIMENSIONS["gender"])
    assert sum(several.cells.values()) > several.found.number == plain.found.number
    assert several.warnings == [
        "A deployment with several roles is counted in each of them.",
        "The totals count each once, and are not the sums of the cells.",
    ]


def test_each_form_says_what_the_page_says(world, as_user, alice):
    browser, query = as_user(alice), {"rows": "gender", "columns": "service"}
    page = browser.get(reverse("crosstab"), query)
    shown = [[cell["words"] for cell in row] for row in [*page.context["rows"], page.context["totals"]]]
    assert len(shown) > 2

    def taken(ending):
        response = browser.get(reverse("crosstab"), {**query, "export": ending})
        return b"".join(response.streaming_content) if response.streaming else response.content

    lines = list(csv.reader(io.StringIO(taken("csv").decode("utf-8-sig"))))
    assert lines[1 : lines.index([])] == shown
    told = json.loads(taken("json"))
    assert [[str(cell) for cell in row.values()] for row in [*told["rows"], told["total"]]] == shown
    assert taken("xlsx")[:2] == b"PK"
    assert taken("pdf")[:5] == b"%PDF-"


def test_the_bars_say_what_the_table_says(world, as_user, alice):
    for query in ({"rows": "service", "columns": "gender"}, {"rows": "role", "columns": "gender"}):
        page = as_user(alice).get(reverse("crosstab"), query)
        rows = [[cell["words"] for cell in row] for row in page.context["rows"]]
        drawing = page.context["drawing"]
        assert [[bar.label, bar.number] for bar in drawing.bars] == [[row[0], row[-1]] for row in rows]
        in_parts = query["rows"] == "service"
        expected = [[number for number in (row[1:-1] if in_parts else row[-1:]) if number != "0"] for row in rows]
        assert [[part.number for part in bar.parts] for bar in drawing.bars] == expected


def test_a_liaison_reads_no_name_of_another_service(world, as_user, bob, other_service):
    for query in ("?rows=service&columns=area", "?measure=people&rows=service&columns=gender"):
        page = as_user(bob).get(reverse("crosstab") + query).content.decode()
        assert other_service.name_en not in page
    assert as_user(bob).get(reverse("crosstab"), {"measure": "places_taken"}).context["crosstab"] is None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("measure=nonsense", "There is no such figure."),
        ("measure=share_of_women", "There is no such figure."),
        ("rows=nonsense", "This figure cannot be told apart by that."),
        ("measure=women&rows=gender", "This figure cannot be told apart by that."),
        ("rows=fiscal_year", "This figure cannot be told apart by that."),
        ("rows=area&columns=area", "Choose something else for the columns than for the rows."),
        ("measure=planned&on=2019-01-01", "This is no longer known for a past day."),
        ("rows=gender&columns=armed&on=1990-01-01", "Nothing is counted here."),
        ("service=99999999", "Select a valid choice."),
        ("role=%00&rank_band=9", "Select a valid choice."),
        ("measure=deployments&first=tomorrow&last=x", "Enter a date"),
    ],
)
def test_nonsense_is_answered_by_a_sentence(world, as_user, alice, query, said):
    for ending in ("", "&export=csv"):
        page = as_user(alice).get(f"{reverse('crosstab')}?{query}{ending}", follow=True)
        assert page.status_code == 200
        if not ending:
            assert said in page.content.decode()


def test_a_table_of_too_many_columns_is_refused(world, as_user, alice, monkeypatch):
    monkeypatch.setattr("reports.crosstab.asked.COLUMNS_AT_MOST", 1)
    page = as_user(alice).get(reverse("crosstab"), {"rows": "area", "columns": "gender"})
    assert "There would be more than 1 columns." in page.content.decode()
