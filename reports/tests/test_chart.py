"""The chart of strength against the cap: what it says of each day, where it draws it, and the rows it leads to."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from deployments.stays import authorised_cap
from reports.chart import HEIGHT, strength_chart
from reports.tests.small_world import DAY
from tests import create

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(today):
    """A country with two missions: a cap of 3 that becomes 4 in twenty days, and people there, approved and held."""
    area = create.area(name_en="Mali", name_fr="Mali")
    create.authorization(area=area, cap=3, valid_from=today - 400 * DAY, valid_to=today + 19 * DAY)
    create.authorization(area=area, cap=4, valid_from=today + 20 * DAY, valid_to=today + 300 * DAY)
    ours, theirs = create.mission(area=area, name_en="Ours"), create.mission(area=area, name_en="Theirs")
    for mission, first, last, status in (
        (ours, -10, 30, "in_mission"),
        (ours, 10, 40, "approved"),
        (ours, 10, 40, "planned"),
        (theirs, -10, 25, "in_mission"),
        (theirs, -50, -20, "completed"),
        (theirs, 0, 5, "cancelled"),
    ):
        create.deployment(mission=mission, starts_on=today + first * DAY, ends_on=today + last * DAY, status=status)
    posting = create.mission(area=area, kind="specialized_posting")
    create.deployment(mission=posting, kind="ancillary", starts_on=today, ends_on=today + 9 * DAY, status="in_mission")
    area.ours = ours
    return area


# From which day on, and what the chart says then. Typed by hand.
OF_THE_AREA = [
    (-30, "1 in mission, cap 3, 2 free"),
    (-19, "0 in mission, cap 3, 3 free"),
    (-10, "2 in mission, cap 3, 1 free"),
    (10, "2 in mission, 1 approved, 1 planned, cap 3, 0 free"),
    (20, "2 in mission, 1 approved, 1 planned, cap 4, 1 free"),
    (26, "1 in mission, 1 approved, 1 planned, cap 4, 2 free"),
    (31, "0 in mission, 1 approved, 1 planned, cap 4, 3 free"),
    (41, "0 in mission, cap 4, 4 free"),
]
OF_THE_MISSION = [
    (-30, "0 in mission; 1 with the other missions, cap 3, 2 free"),
    (-19, "0 in mission; 0 with the other missions, cap 3, 3 free"),
    (-10, "1 in mission; 2 with the other missions, cap 3, 1 free"),
    (10, "1 in mission, 1 approved, 1 planned; 3 with the other missions, cap 3, 0 free"),
    (20, "1 in mission, 1 approved, 1 planned; 3 with the other missions, cap 4, 1 free"),
    (26, "1 in mission, 1 approved, 1 planned; 2 with the other missions, cap 4, 2 free"),
    (31, "0 in mission, 1 approved, 1 planned; 1 with the other missions, cap 4, 3 free"),
    (41, "0 in mission; 0 with the other missions, cap 4, 4 free"),
]


def chart_of(area, today, *, share_of=None, back=30, ahead=69):
    first, last = today - back * DAY, today + ahead * DAY
    rows_at = f"{reverse('deployment_list')}?area={area.pk}&status=counted"
    if share_of is None:
        steps = authorised_cap.timeline(area, first, last, today=today)
        return strength_chart(steps, first, last, on=today, today=today, rows_at=rows_at)
    whole, own = authorised_cap.with_share(area, share_of, first, last, today=today)
    rows_at += f"&mission={share_of.pk}"
    return strength_chart(whole, first, last, on=today, today=today, rows_at=rows_at, own=own)


@pytest.mark.parametrize(("of_the_mission", "said"), [(False, OF_THE_AREA), (True, OF_THE_MISSION)])
def test_it_says_the_figures_from_each_day_on_which_they_change(place, today, of_the_mission, said):
    chart = chart_of(place, today, share_of=place.ours if of_the_mission else None)

    assert [((row.since - today).days, row.figures) for row in chart.rows] == said
    assert [row.last for row in chart.rows[:-1]] == [row.since - DAY for row in chart.rows[1:]]


def test_it_says_them_in_french_too(place, today):
    with translation.override("fr-ca"):
        said = [row.figures for row in chart_of(place, today, share_of=place.ours).rows]

    assert said[3] == "1 en mission, 1 approuvé, 1 planifié; 3 avec les autres missions, plafond 3, 0 libre"


def test_days_over_the_cap_and_without_an_authorization_are_said(place, today):
    place.authorizations.filter(cap=3).update(cap=1)

    said = {(row.since - today).days: row.figures for row in chart_of(place, today, ahead=400).rows}

    assert said[-10] == "2 in mission, cap 1, 1 over the cap"
    assert said[301] == "0 in mission, no authorization, 0 free"


def test_each_row_leads_to_whoever_it_counts(place, as_user, alice, today):
    for share_of in (None, place.ours):
        for row in chart_of(place, today, share_of=share_of).rows:
            counted = row.shown.in_mission + row.shown.approved + row.shown.held
            assert as_user(alice).get(row.address).context["page"].paginator.count == counted, row


def test_the_row_of_today_leads_to_the_list_of_today(place, today):
    chart = chart_of(place, today, back=0)

    assert (chart.rows[0].since, "on=" in chart.rows[0].address) == (today, False)


def test_it_is_drawn_in_parts_of_its_width(place, today):
    chart = chart_of(place, today)  # 100 days: one per cent each

    assert chart.scale.highest == 5
    assert [(box.x, box.width) for box in chart.in_mission] == [
        ("0%", "11%"),
        ("20%", "36%"),
        ("56%", "5%"),
    ]
    assert [(box.x, box.width) for box in chart.held] == [
        ("40%", "16%"),
        ("56%", "5%"),
        ("61%", "10%"),
    ]
    assert [(line.x1, line.x2, line.label) for line in chart.cap] == [
        ("50%", "50%", ""),
        ("0%", "50%", "cap 3"),
        ("50%", "100%", "cap 4"),
    ]
    assert (chart.today, chart.shown, chart.others, chart.over) == ("30%", "", [], [])
    heights = [float(box.y) + float(box.height) for box in chart.in_mission]
    assert heights == [HEIGHT - chart.scale.bottom] * 3


def test_the_share_of_a_mission_stands_below_the_others(place, today):
    chart = chart_of(place, today, share_of=place.ours)

    assert [(box.x, box.width) for box in chart.in_mission] == [("20%", "41%")]
    assert [(box.x, box.width) for box in chart.others] == [
        ("0%", "11%"),
        ("20%", "20%"),
        ("40%", "16%"),
    ]


@pytest.mark.parametrize(("language", "said"), [("en-ca", "Jan Apr Jul Oct"), ("fr-ca", "janv. avr. juill. oct.")])
def test_its_months_are_named_in_the_language_of_the_page(place, as_user, alice, language, said):
    page = as_user(alice).get(f"/{language}/areas/{place.pk}/").content.decode()

    labels = re.findall(r'<text class="chart-label[^>]*dx?y="16"[^>]*>([^<]+)</text>', page)
    assert set(labels) == set(said.split())


def test_the_chart_of_a_mission_says_which_part_is_its_own(place, as_user, alice):
    area, mission = (as_user(alice).get(row.get_absolute_url()).content.decode() for row in (place, place.ours))

    assert "Dark: Ours. Pale: the other missions in Mali, which use places under the same cap." in mission
    assert ["Pale:" in area, "key-others" in area, "key-others" in mission] == [False, False, True]


def test_its_script_is_loaded_where_a_chart_is_and_nowhere_else(place, as_user, alice):
    browser = as_user(alice)
    pages = [place.get_absolute_url(), place.ours.get_absolute_url(), reverse("ceiling_detail"), reverse("home")]

    assert ["js/chart.js" in browser.get(page).content.decode() for page in pages] == [True, True, True, False]
