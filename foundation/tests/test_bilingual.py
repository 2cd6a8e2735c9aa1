"""Stored names follow the reader's language."""

import pytest
from django.utils import translation

from foundation.bilingual import in_reader_language, reader_language
from personnel.models import PoliceService


@pytest.mark.parametrize(
    ("language", "expected"), [("en-ca", "en"), ("en", "en"), ("fr-ca", "fr"), ("fr", "fr"), ("de", "en")]
)
def test_a_reader_is_answered_in_french_or_in_english(language, expected):
    with translation.override(language):
        assert reader_language() == expected


def test_without_a_language_the_answer_is_english():
    with translation.override(None):
        assert reader_language() == "en"


@pytest.mark.parametrize(("language", "expected"), [("en-ca", "Example Police"), ("fr-ca", "Police d'Exemple")])
def test_a_name_is_shown_in_the_language_of_the_reader(language, expected):
    service = PoliceService(name_en="Example Police", name_fr="Police d'Exemple")

    with translation.override(language):
        assert (service.name, str(service), in_reader_language(service, "name")) == (expected, expected, expected)
