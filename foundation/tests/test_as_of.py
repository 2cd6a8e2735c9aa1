import datetime as dt

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from foundation import as_of
from foundation.as_of import AsOf

TODAY = dt.date(2026, 11, 27)
THEN = dt.date(2019, 9, 5)
NO_DAY = ["Enter a date, for example 2027-03-02."]
NOT_OURS = ["Enter a day from 1980-01-01 through 2099-12-31."]


def day_of(query: str, *, shown: bool = True) -> AsOf:
    found = AsOf("/people/", QueryDict(query), TODAY)
    found.is_shown = shown
    return found


@pytest.mark.parametrize(
    ("query", "on", "typed", "errors"),
    [
        ("", TODAY, "2026-11-27", []),
        ("on=", TODAY, "2026-11-27", []),
        ("on=2019-09-05", THEN, "2019-09-05", []),
        ("on=2026-11-27", TODAY, "2026-11-27", []),
        ("on=soon", TODAY, "soon", NO_DAY),
        ("on=2019-02-29", TODAY, "2019-02-29", ["“2019-02-29” is not a date that exists."]),
        ("on=2019-09-05%00", TODAY, "2019-09-05\0", NO_DAY),
        ("on=" + "9" * 30, TODAY, "9" * 30, NO_DAY),
        ("on=1979-12-31", TODAY, "1979-12-31", NOT_OURS),
        ("on=1980-01-01", dt.date(1980, 1, 1), "1980-01-01", []),
        ("on=2099-12-31", dt.date(2099, 12, 31), "2099-12-31", []),
        ("on=2100-01-01", TODAY, "2100-01-01", NOT_OURS),
    ],
)
def test_a_page_shows_the_day_that_was_asked_for_or_today_with_what_is_wrong(query, on, typed, errors):
    day = day_of(query)

    assert (day.on, day.typed, day.errors) == (on, typed, errors)
    assert (day.is_today, day.is_past) == (on == TODAY, on < TODAY)


@pytest.mark.parametrize(
    ("query", "shown", "on", "instead"),
    [
        ("on=2019-09-05", True, THEN, False),
        ("on=2019-09-05", False, TODAY, True),
        ("on=soon", False, TODAY, False),
        ("on=2026-11-27", False, TODAY, False),
        ("", False, TODAY, False),
    ],
)
def test_a_page_that_knows_no_other_day_shows_today_instead(query, shown, on, instead):
    day = day_of(query, shown=shown)

    assert (day.on, day.shows_today_instead) == (on, instead)


@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/areas/7/", "/areas/7/?on=2019-09-05"),
        ("/people/?state=active", "/people/?state=active&on=2019-09-05"),
        ("/areas/7/#authorization-3", "/areas/7/?on=2019-09-05#authorization-3"),
    ],
)
def test_links_keep_the_day_and_carry_none_of_today(address, kept, shown):
    assert day_of("on=2019-09-05", shown=shown).keep(address) == kept
    assert [day_of(query).keep(address) for query in ("", "on=2026-11-27", "on=nonsense")] == [address] * 3


def test_today_is_asked_for_with_all_else_that_was_asked_for():
    day = day_of("on=2019-09-05&q=a%26b&service=1&service=2&page=3&after=9")

    assert day.of_today == "/people/?q=a%26b&service=1&service=2"
    assert day.other_questions == [("q", "a&b"), ("service", "1"), ("service", "2")]
    assert day_of("on=2019-09-05").of_today == "/people/"


def test_the_page_is_the_day_of_its_request_once_it_asked_for_it():
    request = RequestFactory().get("/", {"on": "2019-09-05"})
    before = as_of.context(request)["as_of"]

    shown = as_of.shown(request)

    assert before is shown is as_of.of(request)
    assert shown.on == THEN


@pytest.mark.parametrize(
    ("tag", "address"),
    [
        ('{% url_as_of "area_list" %}', "/en-ca/areas/?on=2019-09-05"),
        ('{% url_as_of "area_detail" 7 %}', "/en-ca/areas/7/?on=2019-09-05"),
        ("{% url_as_of row %}", "/rows/1/?on=2019-09-05"),
        ('{% url_as_of "/flags/1/" %}', "/flags/1/?on=2019-09-05"),
        (
            '{% url_as_of "deployment_list" mission=3 q="é" %}',
            "/en-ca/deployments/?mission=3&amp;q=%C3%A9&amp;on=2019-09-05",
        ),
    ],
)
def test_a_link_is_to_a_row_a_named_page_or_an_address(tag, address):
    class Row:
        def get_absolute_url(self):
            return "/rows/1/"

    context = {"row": Row(), "as_of": day_of("on=2019-09-05")}

    rendered = Template("{% load as_of %}" + tag).render(Context(context))

    assert rendered == address
    without = Template("{% load as_of %}{% url_as_of row %}").render(Context({"row": Row()}))
    assert without == "/rows/1/"


@pytest.mark.django_db
def test_an_address_that_asks_too_much_is_refused_with_a_page_of_its_own(alice):
    browser = Client(raise_request_exception=False)
    browser.force_login(alice)

    answer = browser.get(f"{reverse('person_list')}?{'&'.join(['on=2019-09-05'] * 2001)}")

    assert answer.status_code == 413
    assert b"Too much data was sent at once" in answer.content
