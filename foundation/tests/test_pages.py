"""Pages that are one form judge it by themselves, and act on a valid one only."""

import pytest
from django import forms
from django.contrib.messages.storage.cookie import CookieStorage
from django.urls import reverse

from foundation.pages import form_page, typed
from foundation.refusals import Blocker, StepRefused

pytestmark = pytest.mark.django_db


class DayOffForm(forms.Form):
    reason = forms.CharField()


@pytest.fixture
def show(rf, alice):
    def show(data, act, **kwargs):
        request = rf.get("/") if data is None else rf.post("/", data)
        request.user, request._messages = alice, CookieStorage(request)
        form = DayOffForm(typed(request))
        response = form_page(request, form, lambda: act(form), **{"back": "home", "done": "Done.", **kwargs})
        return response, [str(message) for message in request._messages]

    return show


def test_a_valid_form_is_acted_on_and_said_to_be_done(show):
    acted = []

    response, said = show({"reason": "Rest."}, lambda form: acted.append(form.cleaned_data["reason"]))

    assert (response.status_code, response.url) == (302, reverse("home"))
    assert (acted, said) == (["Rest."], ["Done."])


@pytest.mark.parametrize("data", [None, {}, {"reason": " "}])
def test_nothing_is_done_before_a_valid_form_is_sent(show, data):
    acted = []

    response, said = show(data, acted.append)

    assert response.status_code == 200
    assert (acted, said) == ([], [])


def test_a_refusal_comes_back_with_every_reason_and_what_was_typed(show):
    def refuse(form):
        raise StepRefused([Blocker("one", "First reason.", rule=0), Blocker("two", "Second reason.", rule=0)])

    response, said = show({"reason": "Rest well."}, refuse)

    page = response.content.decode()
    assert (response.status_code, said) == (409, [])
    assert [text in page for text in ("First reason.", "Second reason.", "Rest well.")] == [True, True, True]


def test_an_error_found_while_acting_comes_back_too(show):
    response, said = show({"reason": "Rest."}, lambda form: form.add_error("reason", "Taken already."))

    assert (response.status_code, said) == (200, [])
    assert "Taken already." in response.content.decode()


def test_without_a_page_to_go_back_to_the_answer_of_the_act_is_shown(show):
    response, said = show({"reason": "Rest."}, lambda form: reverse("person_list"), back=None, done="")

    assert (response.status_code, response.url, said) == (302, reverse("person_list"), [])
