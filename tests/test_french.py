"""The French catalogue holds every sentence, translated, with the same placeholders."""

import re

import polib
import pytest
from django.apps import apps
from django.utils import translation

from peaceops.settings import OUR_APPS
from tests.french import BASE_DIR, CATALOGUE, KEYWORDS, gather, key

PLACEHOLDER = re.compile(r"%\(\w+\)s|%s|\{\w+\}")


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE))


def test_it_holds_exactly_the_sentences_of_code_and_templates(catalogue):
    assert {key(entry) for entry in catalogue} == gather()


def test_every_sentence_is_translated_and_none_is_fuzzy(catalogue):
    assert [entry.msgid for entry in catalogue.untranslated_entries() + catalogue.fuzzy_entries()] == []


def test_placeholders_are_the_same(catalogue):
    def of(text):
        return sorted(set(PLACEHOLDER.findall(text)))

    wrong = [
        entry.msgid
        for entry in catalogue
        for said in ([entry.msgstr] if not entry.msgid_plural else entry.msgstr_plural.values())
        # A singular and a plural may leave a number out; nothing may be asked that is not there.
        if (of(said) != of(entry.msgid) if not entry.msgid_plural else not set(of(said)) <= set(of(entry.msgid)))
    ]

    assert wrong == []


def test_french_marks_are_typed_as_french_types_them(catalogue):
    said = [text for entry in catalogue for text in [entry.msgstr, *entry.msgstr_plural.values()]]

    assert [text for text in said if re.search(r"[^\N{NO-BREAK SPACE}]:(\s|$)", text)] == []
    assert [text for text in said if re.search(r"«[^\N{NO-BREAK SPACE}]|[^\N{NO-BREAK SPACE}]»", text)] == []
    assert [text for text in said if re.search(r"\s[?!;]", text)] == []  # as in Canada, unlike in France
    assert [text for text in said if '"' in text or "“" in text] == []


def test_no_name_follows_a_word_that_a_vowel_cuts_short(catalogue):
    """ "de Élise" is no French: names stand after a colon, in brackets, or after a word that stays whole."""
    numbers = {
        "at_most", "cap", "ceiling", "days", "few", "limit", "months", "n", "number", "redline", "too_old", "total",
        "used", "years",
    }  # fmt: skip
    cut = re.compile(r"\b(?:de|que|lorsque|puisque|jusque|quoique) (?:%\((\w+)\)s|\{(\w+)\})", re.IGNORECASE)
    said = [text for entry in catalogue for text in [entry.msgstr, *entry.msgstr_plural.values()]]

    assert [text for text in said for names in cut.findall(text) if not numbers & set(names)] == []


def test_an_attestation_is_no_credential(catalogue):
    """The glossary: « déclaration » is what an officer makes, « attestation » a credential."""
    wrong = [
        entry.msgid
        for entry in catalogue
        if "attestation" in entry.msgid.lower()
        and "credential" not in entry.msgid.lower()
        and "attestation" in entry.msgstr.lower()
    ]

    assert wrong == []


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_no_two_choices_of_a_field_are_called_the_same(language):
    fields = [
        field
        for app in OUR_APPS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if field.choices
    ]

    with translation.override(language):
        labels = {str(field): [str(label) for _value, label in field.choices] for field in fields}

    assert {name: found for name, found in labels.items() if len(set(found)) < len(found)} == {}


def test_no_template_ends_a_word_with_a_colon_of_its_own():
    """French has a space before it: a colon belongs to a sentence that is translated."""
    blocks = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}|<(script|style).*?</\1>", re.DOTALL)
    found = [
        (path.name, match)
        for path in (BASE_DIR / "templates").rglob("*.html")
        for match in re.findall(r".{0,30}(?:[%}]}|</\w+>):(?:\s|<|{).{0,20}", blocks.sub("", path.read_text()))
    ]

    assert found == []


def test_gettext_has_only_names_under_which_sentences_are_gathered():
    named = re.compile(r"^from django\.utils\.translation import (.+)$", re.MULTILINE)
    languages = {"activate", "get_language", "override"}
    wrong = [
        (path.relative_to(BASE_DIR).as_posix(), name)
        for app in OUR_APPS
        for path in (BASE_DIR / app).rglob("*.py")
        for names in named.findall(path.read_text())
        for each in names.split(", ")
        if (name := each.split(" as ")[-1]) not in {*KEYWORDS, *languages}
    ]

    assert wrong == []
