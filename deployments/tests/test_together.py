"""One act for many rows: chosen on a list, taken row by row, told at an address of its own that leads back."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from deployments.models import Deployment, DeploymentTransition
from foundation import results, ticks
from foundation.refusals import Blocker, StepRefused
from tests import create

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def flight(today, example_service):
    """Puts so many people on a plane that lands today, with a place for each."""
    create.ceiling()
    mission = create.mission()
    create.authorization(area=mission.area, cap=90)

    def board(number, **fields):
        days = {"starts_on": today - DAY, "ends_on": today + 90 * DAY, "status": "approved"}
        people = [create.person(service=example_service) for _each in range(number)]
        return [create.deployment(mission=mission, person=one, **{**days, **fields}) for one in people]

    return board


def address(act="arrive"):
    return reverse("deployment_bulk", args=[act])


def hidden(page):
    """What the bar of a list sends along."""
    return re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">', page.split('id="together"')[1])


def test_all_that_match_are_chosen_by_the_filter_and_recorded_on_one_day(flight, as_user, alice, today):
    stays = flight(5)
    create.deployment(mission=create.mission(), starts_on=today, ends_on=today + DAY, status="planned")
    browser = as_user(alice)

    listed = browser.get(reverse("deployment_list"), {"status": "arriving", "sort": "name", "page": "1"})
    asked = dict(hidden(listed.content.decode()))
    form = browser.get(address(), {**asked, "all": "5"})
    sent = {"row": [row.pk for row, _fields in form.context["rows"]], "on_day": today.isoformat()}
    told = browser.post(f"{address()}?status=arriving&sort=name&page=1&all=5", sent)
    result = browser.get(told.url)

    assert 'name="all" value="5"' in listed.content.decode()
    assert asked == {"status": "arriving", "sort": "name", "page": "1"}
    assert told.status_code == 302
    assert set(Deployment.objects.filter(pk__in=[stay.pk for stay in stays]).values_list("arrived_on", flat=True)) == {
        today
    }
    assert "5 arrivals were recorded." in result.content.decode()
    assert result.context["back"] == f"{reverse('deployment_list')}?status=arriving&sort=name&page=1"
    assert result.context["again"] == ""


@pytest.mark.parametrize("said", ["4", "6", "x", "9" * 30, "-5", "5\0", "😀"])
def test_where_other_rows_match_by_now_nothing_is_chosen(flight, as_user, alice, said):
    flight(5)

    response = as_user(alice).get(address(), {"status": "arriving", "all": said}, follow=True)

    [(back, _status)] = response.redirect_chain
    assert back == f"{reverse('deployment_list')}?status=arriving"
    assert "5 rows match now, no longer as many as when you chose all of them. Look again." in response.content.decode()


def test_an_invalid_filter_matches_nobody(flight, as_user, alice):
    flight(2)

    response = as_user(alice).get(address(), {"status": "gone", "all": "2"})

    assert response.url == f"{reverse('deployment_list')}?status=gone"


def test_more_than_take_an_act_together_are_not_offered_and_not_taken(flight, as_user, alice, monkeypatch):
    flight(3)
    monkeypatch.setattr(ticks, "TOGETHER_AT_MOST", 2)
    browser = as_user(alice)

    listed = browser.get(reverse("deployment_list"))
    forged = browser.get(address(), {"all": "3"}, follow=True)

    assert 'name="all"' not in listed.content.decode()
    assert "More than 2 rows match: choose fewer." in forged.content.decode()


@pytest.mark.parametrize("rows", [[], ["x"], ["9" * 30], ["-1"], ["0"], ["1\0"], ["😀"]])
def test_without_a_row_the_list_comes_back_with_its_filter(flight, as_user, alice, rows):
    flight(1)

    response = as_user(alice).get(address(), {"status": "arriving", "row": rows})

    if rows in (["0"],):
        assert response.status_code == 200
        assert response.context["rows"] == []
    else:
        assert response.url == f"{reverse('deployment_list')}?status=arriving"


def test_what_was_refused_stands_with_its_reasons_and_leads_back_ticked(flight, as_user, alice, today):
    good, early, gone = flight(3)
    Deployment.objects.filter(pk=gone.pk).update(status="cancelled")
    sent = {
        "row": [good.pk, early.pk, gone.pk],
        "on_day": today.isoformat(),
        f"day_{early.pk}": (today + DAY).isoformat(),
    }
    browser = as_user(alice)

    told = browser.post(f"{address()}?status=approved&page=3", sent)
    page = browser.get(told.url)
    ticked = re.findall(r'name="row" value="(\d+)"[^>]*checked', browser.get(page.context["back"]).content.decode())

    assert [(row.pk, [one["code"] for one in why]) for row, _language, why in page.context["refused"]] == [
        (early.pk, ["day_in_future"]),
        (gone.pk, ["wrong_step"]),
    ]
    assert page.context["back"] == (f"{reverse('deployment_list')}?status=approved&page=3&row={early.pk}&row={gone.pk}")
    assert page.context["again"] == f"{address()}?status=approved&page=3&row={early.pk}&row={gone.pk}"
    assert ticked == [str(early.pk)]
    assert "1 arrival was recorded. 2 could not be:" in " ".join(page.content.decode().split())


def test_nothing_at_all_is_said_in_words(flight, as_user, alice):
    stays = flight(2, status="planned")
    told = as_user(alice).post(address(), {"row": [stay.pk for stay in stays]}, follow=True)

    assert "No arrival was recorded. 2 could not be:" in told.content.decode()
    assert "Could not be recorded" in told.content.decode()


def test_the_result_is_read_in_both_languages_and_again_without_doing_anything(flight, as_user, alice):
    [stay] = flight(1, status="planned")
    browser = as_user(alice)
    told = browser.post(address(), {"row": [stay.pk]}).url
    steps_taken = DeploymentTransition.objects.count()

    pages = [browser.get(told).content.decode() for _each in range(2)]
    in_french = browser.get(told.replace("/en-ca/", "/fr-ca/")).content.decode()

    assert [page.count("“Record arrival” is not possible here") for page in pages] == [1, 1]
    assert "Aucune arrivée n'a été consignée." in in_french.replace("&#x27;", "'")
    assert "is not possible here" not in in_french
    assert f'href="{told.replace("/en-ca/", "/fr-ca/")}"' in pages[0]
    assert DeploymentTransition.objects.count() == steps_taken


def test_a_reason_that_is_another_one_by_now_stays_in_the_language_in_which_it_was_told(
    flight, as_user, alice, monkeypatch
):
    [stay] = flight(1, status="planned")
    monkeypatch.setattr("deployments.views.bulk.steps.blockers", lambda *_args, **_known: [])
    monkeypatch.setattr("deployments.views.bulk.lifecycle.take_step", refuse := Refusing("The plane turned round."))
    browser = as_user(alice)

    told = browser.post(address(), {"row": [stay.pk]}).url
    in_french = browser.get(told.replace("/en-ca/", "/fr-ca/")).content.decode()

    assert refuse.asked == 1
    assert '<ul lang="en-ca"><li data-code="weather">The plane turned round.</li></ul>' in in_french


class Refusing:
    """A step that is refused."""

    def __init__(self, message):
        self.message, self.asked = message, 0

    def __call__(self, *_args, **_by):
        self.asked += 1
        raise StepRefused([Blocker("weather", self.message, rule=0)])


def test_a_result_is_for_whoever_did_it(flight, as_user, alice, bob):
    dan = create.user(role="coordinator")
    told = as_user(alice).post(address(), {"row": [flight(1)[0].pk]}).url

    assert [as_user(user).get(told).status_code for user in (alice, dan, bob)] == [200, 404, 404]
    assert as_user(alice).get(f"{told[:-2]}x/").status_code == 404
    cache.clear()  # half an hour later
    assert as_user(alice).get(told).status_code == 404


def test_looking_at_a_result_leaves_an_event(flight, as_user, alice):
    told = as_user(alice).post(address(), {"row": [flight(1)[0].pk]}).url
    as_user(alice).get(told)

    assert Event.objects.filter(verb="looked_at", details__page="result_detail").count() == 1


def test_a_page_that_is_sent_twice_is_one_act(flight, as_user, alice, today):
    stays = flight(2)
    sent = {"row": [stay.pk for stay in stays], "on_day": today.isoformat(), "once": "abc"}
    browser = as_user(alice)

    first, second = (browser.post(address(), sent) for _each in range(2))
    later = browser.post(address(), {**sent, "once": "other"}, follow=True)

    assert first.url == second.url
    assert "2 arrivals were recorded." in browser.get(second.url).content.decode()
    assert DeploymentTransition.objects.filter(act="arrive").count() == 2
    assert len(later.context["refused"]) == 2


def test_two_tabs_act_each_on_their_own_rows(flight, as_user, alice, today):
    one, other = flight(2)
    browser = as_user(alice)

    told = [browser.post(address(), {"row": [stay.pk], "on_day": today.isoformat()}).url for stay in (one, other)]

    assert len(set(told)) == 2
    assert [[row.pk for row in browser.get(url).context["done"]] for url in told] == [[one.pk], [other.pk]]


def test_an_act_that_breaks_off_can_be_sent_again(flight, as_user, alice, monkeypatch):
    [stay] = flight(1)
    browser, sent = as_user(alice), {"row": [stay.pk], "once": "abc"}
    monkeypatch.setattr("deployments.views.bulk.lifecycle.take_step", lambda *_args, **_by: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        browser.post(address(), sent)
    monkeypatch.undo()
    again = browser.post(address(), sent, follow=True)

    assert [row.pk for row in again.context["done"]] == [stay.pk]


def test_the_page_of_one_that_is_still_at_work_says_so(as_user, alice):
    name = "b" * results.LENGTH
    cache.set(f"result:{alice.pk}:{name}", results.UNDER_WAY)

    page = as_user(alice).get(reverse("result_detail", args=[name]))

    assert "This is still being done." in page.content.decode()


def test_departures_are_recorded_together_each_on_the_planned_last_day_where_none_is_given(
    flight, as_user, alice, today
):
    over, going = flight(1, status="in_mission", ends_on=today - DAY) + flight(1, status="in_mission")
    form = as_user(alice).get(address("complete"), {"row": [over.pk, going.pk]})

    told = as_user(alice).post(address("complete"), {"row": [over.pk, going.pk]}, follow=True)

    assert form.context["form"].initial["on_day"] is None
    assert "2 departures were recorded." in told.content.decode()
    assert dict(Deployment.objects.values_list("pk", "departed_on")) == {over.pk: today - DAY, going.pk: today}


def test_the_note_for_all_is_no_reason_for_one_that_something_is_wrong_with_and_its_own_is(
    flight, as_user, alice, today
):
    good, wrong = flight(2)
    wrong.person.attestations.all().delete()
    sent = {"row": [good.pk, wrong.pk], "on_day": today.isoformat(), "reason": "Flight 12."}
    browser = as_user(alice)

    refused = browser.post(address(), sent, follow=True)
    recorded = browser.post(address(), {**sent, "row": [wrong.pk], f"reason_{wrong.pk}": "Signed on arrival."})

    assert [row.pk for row, _language, _why in refused.context["refused"]] == [wrong.pk]
    assert [row.pk for row in browser.get(recorded.url).context["done"]] == [wrong.pk]
    assert dict(DeploymentTransition.objects.filter(act="arrive").values_list("deployment", "reason")) == {
        good.pk: "Flight 12.",
        wrong.pk: "Signed on arrival.",
    }


@pytest.mark.parametrize("typed", ["never", "2031-02-30", "9" * 30, "1\0", "😀"])
@pytest.mark.parametrize("field", ["on_day", "day"])
def test_odd_days_are_told_beside_their_field_and_nothing_typed_is_lost(flight, as_user, alice, typed, field):
    one, other = flight(2)
    name = "on_day" if field == "on_day" else f"day_{one.pk}"

    page = as_user(alice).post(
        address(), {"row": [one.pk, other.pk], name: typed, f"reason_{other.pk}": "Kept.", "reason": "Kept, too."}
    )

    assert page.status_code == 200
    assert list(page.context["form"].errors) == [name]
    assert 'value="Kept."' in page.content.decode()
    assert "Kept, too.</textarea>" in page.content.decode()
    assert not DeploymentTransition.objects.filter(act="arrive").exists()


def test_only_acts_that_a_row_of_the_page_can_take_are_offered(flight, as_user, alice, dora):
    flight(1)
    flight(1, status="in_mission")
    browser = as_user(alice)

    offered = [
        [act.split("/")[-2] for act in re.findall(r'formaction="([^"]+)"', browser.get(url).content.decode())]
        for url in (reverse("deployment_list"), f"{reverse('deployment_list')}?status=approved")
    ]

    assert offered == [["arrive", "complete", "cancel"], ["arrive", "cancel"]]
    assert "formaction" not in as_user(dora).get(reverse("deployment_list")).content.decode()


@pytest.mark.parametrize("number", [1, 5])
def test_the_page_of_an_act_takes_as_many_queries_for_1_as_for_5(flight, as_user, alice, number):
    rows = [stay.pk for stay in flight(number)]
    browser = as_user(alice)
    browser.get(address(), {"row": rows})

    with CaptureQueriesContext(connection) as queries:
        browser.get(address(), {"row": rows})

    assert len(queries) == 9


@pytest.mark.parametrize("number", [1, 5])
def test_a_result_takes_as_many_queries_for_1_as_for_5(flight, as_user, alice, number):
    browser = as_user(alice)
    told = browser.post(address(), {"row": [stay.pk for stay in flight(number)]}).url
    browser.get(told)

    with CaptureQueriesContext(connection) as queries:
        browser.get(told)

    assert len(queries) == 9
