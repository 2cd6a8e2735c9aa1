"""A form that is sent empty says what is missing in its own words, once beside the field and once in the summary."""

import re
from html import unescape

import pytest
from django import forms
from django.urls import reverse
from django.utils import translation

from foundation.days import DayField
from foundation.required import missing
from tests.pages import address, patterns
from tests.test_two_versions import form_of, pages

__all__ = ["pages"]

pytestmark = pytest.mark.django_db

OF_THE_FRAMEWORK = ["This field is required.", "Ce champ est obligatoire."]
TITLES = {"en-ca": "<title>Error: ", "fr-ca": "<title>Erreur\N{NO-BREAK SPACE}: "}


def shown(page) -> str:
    return unescape(page.content.decode())


@pytest.mark.parametrize("language", TITLES)
def test_every_form_that_is_sent_empty_says_what_is_missing(pages, as_user, alice, language):
    browser, refused = as_user(alice), {}
    for name in patterns():
        with translation.override(language):
            url = address(name, pages, alice)
        if name.startswith("account_") or form_of(browser.get(url)) is None:
            continue
        page = browser.post(url, {})
        form = form_of(page)
        if form is None or not form.errors or page.status_code not in {200, 409}:
            continue
        body = shown(page)
        assert [one for one in OF_THE_FRAMEWORK if one in body] == [], name
        assert TITLES[language] in body, name
        summary, _between, rest = body.partition('class="alert alert-danger error-summary"')[2].partition("</ul>")
        assert summary, name
        for sentence in [error for errors in form.errors.values() for error in errors]:
            assert unescape(str(sentence)) in summary, (name, sentence)
        for sentence in form.non_field_errors():
            assert unescape(str(sentence)) not in rest, (name, sentence)
        refused[name] = len(form.errors)

    assert len(refused) > 30


@pytest.mark.parametrize(
    ("name", "field", "english", "french"),
    [
        ("mission", forms.ChoiceField(), "Choose a mission.", "Choisissez une mission."),
        ("starts_on", DayField(), "Enter the first day.", "Indiquez le premier jour."),
        ("reason", forms.CharField(), "Give a reason.", "Indiquez un motif."),
        ("reason", forms.ChoiceField(), "Choose a reason.", "Choisissez un motif."),
        ("file", forms.FileField(), "Choose a file.", "Choisissez un fichier."),
        ("agreed", forms.BooleanField(), "Tick the box.", "Cochez la case."),
        ("made_on", DayField(), "Enter a date under “X”.", "Saisissez une date sous « X »."),
        ("armed", forms.ChoiceField(), "Choose an answer under “X”.", "Faites un choix sous « X »."),
        (
            "roles",
            forms.MultipleChoiceField(),
            "Choose at least one under “X”.",
            "Faites au moins un choix sous « X ».",
        ),
        ("relation", forms.CharField(), "Fill in “X”.", "Remplissez « X »."),
    ],
)
def test_what_is_missing_in_both_languages(name, field, english, french):
    assert missing(name, field, "X") == english
    with translation.override("fr-ca"):
        assert missing(name, field, "X").replace("\N{NO-BREAK SPACE}", " ") == french


def test_a_field_with_its_own_sentence_keeps_it():
    class Form(forms.Form):
        rows = forms.CharField(error_messages={"required": "Tick at least one."})
        mission = forms.CharField()

    assert Form({}).errors == {"rows": ["Tick at least one."], "mission": ["Fill in “Mission”."]}


def test_the_form_to_sign_in_and_the_administration_say_it_too(client, as_user, emil):
    page = client.post(reverse("account_login"), {})
    of_the_administration = as_user(emil).post(reverse("admin:personnel_rank_add"), {})

    assert page.context["form"].errors == {
        "login": ["Enter your e-mail address."],
        "password": ["Enter your password."],
    }
    assert "<title>Error: Sign in" in shown(page)
    assert re.search(r"Fill in “Abbreviation|Enter a name in English\.", shown(of_the_administration))
    assert OF_THE_FRAMEWORK[0] not in shown(of_the_administration)


def test_a_page_without_an_error_has_a_plain_title(as_user, alice):
    page = as_user(alice).get(reverse("deployment_list"))

    assert "<title>Deployments – PeaceOps</title>" in shown(page)
