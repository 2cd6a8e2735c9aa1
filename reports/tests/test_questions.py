"""The page of questions: every number in a sentence is the number behind its link, of whom and where one asks."""

import itertools
import re
from html import unescape

import pytest
from django.urls import reverse

from reports import questions
from reports.tests.figures_by_hand import DAY
from reports.tests.small_world import SmallWorld

pytestmark = pytest.mark.django_db

LINK = re.compile(r'<a href="([^"]+)">([^<]*)</a>')


@pytest.fixture
def world(today, alice, bob, charlie, example_service, other_service):
    return SmallWorld(today, alice=alice, example=example_service, other=other_service)


def sentences(browser, **asked):
    page = browser.get(reverse("question_list"), asked)
    return {str(words): sentence for words, sentence, _report in page.context["answers"]}


def test_every_number_is_the_number_behind_its_link(world, as_user, today, alice, bob):
    for user, on in itertools.product([alice, bob], [today, today - 300 * DAY, today + 30 * DAY]):
        browser = as_user(user)
        for words, sentence in sentences(browser, on=on.isoformat()).items():
            assert LINK.findall(sentence), words
            for address, number in LINK.findall(sentence):
                behind = browser.get(unescape(address))
                assert behind.context["sentence"].endswith(f": {number}"), (words, user.name, on)


def test_the_questions_are_asked_of_whom_and_where_one_says(world, as_user, alice, today):
    browser = as_user(alice)

    whole = sentences(browser)["How many are abroad?"]
    narrowed = sentences(browser, area=world.second_area.pk)["How many are abroad?"]

    assert re.sub("<[^>]*>", "", whole) == "Deployed: 4, of these in missions 3 and at postings 1."
    assert re.sub("<[^>]*>", "", narrowed) == "Deployed: 1, of these in missions 0 and at postings 1."
    assert f"area={world.second_area.pk}" in narrowed
    assert sentences(browser, area="nowhere") == {}


def test_since_the_start_means_through_the_day_that_is_asked_for(world, as_user, alice, today):
    begins = (today - 250 * DAY).isoformat()

    sentence = sentences(as_user(alice), on=begins)["How many have served since 1989?"]

    # Two had gone by then: 400 and 300 days ago.
    assert re.sub("<[^>]*>", "", sentence) == "People: 2. Deployments: 2. Countries and regions: 1."
    assert f"first=1989-01-01&amp;last={begins}" in sentence


def test_a_liaison_is_not_asked_about_the_whole_office(world, as_user, bob):
    asked = sentences(as_user(bob))

    assert "How many may be there, and how many places are free?" not in asked
    assert re.sub("<[^>]*>", "", asked["How many are abroad?"]) == (
        "Deployed: 3, of these in missions 2 and at postings 1."
    )


def test_the_page_asks_the_database_a_fixed_number_of_times(world, as_user, alice, today, django_assert_num_queries):
    browser = as_user(alice)
    browser.get(reverse("question_list"))

    with django_assert_num_queries(50):
        browser.get(reverse("question_list"))


def test_each_question_stands_once():
    words = [str(asked.words) for asked in questions.QUESTIONS]
    assert len(set(words)) == len(words) == 13
