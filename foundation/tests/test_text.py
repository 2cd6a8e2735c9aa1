"""Searching and sorting ignore case and accents, the same on every database."""

import pytest

from foundation.text import normalised


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("ÉMILIE-ANNE", "emilie anne"),
        ("L’Espérance  d'Été", "lesperance dete"),
        ("Straße", "strasse"),
        ("Jolicœur", "jolicoeur"),
        ("ÆGIDIUS", "aegidius"),
        ("\u200fعلي\u200f", "علي"),
        ("  O'Brien\t", "obrien"),
    ],
)
def test_normalised_text_has_no_case_accents_or_marks(typed, plain):
    assert normalised(typed) == plain


@pytest.mark.parametrize("text", ["Émilie-Anne O’Brien", "Straße", "a  b"])
def test_normalised_text_stays_as_it_is_when_normalised_again(text):
    assert normalised(normalised(text)) == normalised(text)
