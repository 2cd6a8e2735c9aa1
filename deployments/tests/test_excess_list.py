"""Hundreds of excesses that a list recorded are seen with their figures, flagged once, and confirmed in one act."""

import datetime as dt
import html
import json

import pytest
from django.urls import reverse
from django.utils import translation

from audit.models import Event
from deployments.models import Excess, reasons
from deployments.stays import excess
from deployments.watch.excesses import find, find_lists
from flags.models import Flag
from flags.sentences import sentence_of
from flags.tasks import check_caps
from tests import create

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(2021, 3, 1), dt.date(2021, 5, 31)


@pytest.fixture
def mission(db):
    area = create.area(name_en="Exampleland", name_fr="Pays-Exemple")
    create.authorization(area=area, cap=9, valid_from=dt.date(2021, 1, 1))
    return create.mission(area=area)


@pytest.fixture
def stays(mission):
    """Three people who were there at the same time, and were home again long ago; the cap was 1."""
    made = [
        create.deployment(
            mission=mission,
            starts_on=FIRST,
            ends_on=LAST,
            arrived_on=FIRST,
            departed_on=LAST,
            status="completed",
        )
        for _number in range(3)
    ]
    mission.area.authorizations.update(cap=1)
    return made


@pytest.fixture
def dan(db):
    return create.user(email="dan@example.ca", name="Dan", role="coordinator")


def brought(stays, by, number=7):
    excess.record_history({stay: [(FIRST, LAST)] for stay in stays}, reason=reasons.of_list(number), by=by)


def page(browser, **query):
    return browser.get(reverse("excess_list"), query)


def confirmed(browser, seen, **query):
    address = reverse("excess_confirm_all", query=query)
    return browser.post(address, {"seen": seen}, follow=True)


def test_a_list_is_flagged_once_until_all_of_it_is_confirmed(stays, alice, dan, today):
    brought(stays[:2], alice)
    brought(stays[2:], alice, number=8)

    found = [(each.subject.deployment, each.stage, each.facts) for each in find_lists(today)]
    check_caps()
    [flag] = Flag.objects.open().filter(kind="excesses_of_list", subject_id=Excess.objects.earliest("pk").pk)
    excess.confirm(stays[0], by=dan)
    half = len(list(find_lists(today)))
    excess.confirm(stays[1], by=dan)

    assert found == [(stays[0], "waiting", {"stretches": 2}), (stays[2], "waiting", {"stretches": 1})]
    assert "recorded 2 periods over a cap" in sentence_of(flag, today=today)
    assert list(find(today)) == []
    assert (half, len(list(find_lists(today)))) == (2, 1)


def test_the_flag_leads_to_what_its_list_recorded(stays, alice, dan, as_user, today):
    brought(stays[:2], alice)
    brought(stays[2:], dan, number=8)
    [flag] = [each for each in find_lists(today) if each.facts == {"stretches": 2}]

    shown = as_user(dan).get(flag.kind.page(flag.subject, dan))

    assert {row.deployment for row in shown.context["page"]} == set(stays[:2])


def test_the_page_shows_the_figures_of_these_days(stays, alice, as_user):
    brought(stays, alice)

    shown = page(as_user(alice))

    assert [
        (area.name_en, stretch.first, stretch.last, stretch.used, stretch.cap)
        for area, stretch in shown.context["figures"]
    ] == [("Exampleland", FIRST, LAST, 3, 1)]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en-ca", "List 7 of the office's records"), ("fr-ca", "Liste 7 des dossiers du bureau")],
)
def test_the_list_that_recorded_them_is_named_in_the_language_of_the_reader(stays, alice, as_user, language, said):
    brought(stays[:1], alice)

    with translation.override(language):
        shown = html.unescape(page(as_user(alice)).content.decode())
        stay = html.unescape(as_user(alice).get(stays[0].get_absolute_url()).content.decode())
        taken = json.loads(page(as_user(alice), export="json").getvalue())

    assert Excess.objects.get().reason == "list 7"
    assert f'<span class="user-text">{said}</span>' in shown
    assert f'<span class="user-text">{said}</span>' in stay
    assert said in json.dumps(taken, ensure_ascii=False)


def test_a_second_coordinator_confirms_all_that_is_shown_in_one_act(stays, alice, dan, as_user):
    brought(stays[:2], alice)
    brought(stays[2:], dan, number=8)

    assert page(as_user(dan)).context["to_confirm"] == 2
    answer = confirmed(as_user(dan), 2, cause="history")

    assert "2 stretches of days are confirmed." in answer.content.decode()
    assert set(Excess.objects.values_list("deployment", "confirmed_by")) == {
        (stays[0].pk, dan.pk), (stays[1].pk, dan.pk), (stays[2].pk, None),
    }  # fmt: skip
    events = Event.objects.filter(verb="decided", actor=dan, details__what="confirm")
    assert events.count() == 2
    assert {row.history.latest().history_user for row in Excess.objects.of_list(Excess.objects.earliest("pk"))} == {dan}


def test_who_recorded_them_confirms_none(stays, alice, as_user):
    brought(stays, alice)

    assert page(as_user(alice)).context["to_confirm"] == 0
    answer = confirmed(as_user(alice), 3)

    assert "Nothing waits for a confirmation here any more." in answer.content.decode()
    assert not Excess.objects.exclude(confirmed_by=None).exists()


@pytest.mark.parametrize("seen", ["2", "", "x", "9" * 30, "3\x00"])
def test_what_came_since_it_was_looked_at_is_not_confirmed(stays, alice, dan, as_user, seen):
    brought(stays, alice)

    answer = confirmed(as_user(dan), seen)

    assert "There are 3 by now: look at them again before you confirm them." in answer.content.decode()
    assert not Excess.objects.exclude(confirmed_by=None).exists()


def test_only_what_the_filter_shows_is_confirmed(stays, mission, alice, dan, as_user):
    brought(stays, alice)
    other = create.mission(area=create.area())

    nothing = page(as_user(dan), area=other.area_id)
    wrong = confirmed(as_user(dan), 3, area="x\x00")

    assert (nothing.context["to_confirm"], list(nothing.context["page"])) == (0, [])
    assert "Nothing waits for a confirmation here any more." in wrong.content.decode()
    assert not Excess.objects.exclude(confirmed_by=None).exists()


def test_an_auditor_sees_them_and_confirms_none(stays, alice, dora, as_user):
    brought(stays, alice)
    browser = as_user(dora)

    assert (page(browser).status_code, page(browser).context["to_confirm"]) == (200, 0)
    assert browser.post(reverse("excess_confirm_all"), {"seen": 3}).status_code == 403
