"""Text is cleaned once at every entrance; searching and sorting ignore case and accents, the same on every database."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation

from foundation.text import TypedLine, TypedProse, normalised, one_line, printable, prose


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
        ("Łukasz Øre Đặng Ðorđe Þóra Işık Ħal", "lukasz ore dang dorde thora isik hal"),
        ("ŁUKASZ ØRE ĐẶNG ÞÓRA IŞIK ĦAL", "lukasz ore dang thora isik hal"),
        ("O’Neil O‘Neil OʼNeil OʻNeil O′Neil O`Neil O´Neil O＇Neil OꞌNeil", " ".join(["oneil"] * 9)),
    ],
)
def test_normalised_text_has_no_case_accents_or_marks(typed, plain):
    assert normalised(typed) == plain


@pytest.mark.parametrize("text", ["Émilie-Anne O’Brien", "Straße", "a  b"])
def test_normalised_text_stays_as_it_is_when_normalised_again(text):
    assert normalised(normalised(text)) == normalised(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("E\u0301milie", "Émilie"),
        ("\u200bAnne\u200d-\u2060Marie\ufeff", "Anne-Marie"),
        ("\u202eAnne\u202c \u200fRoy\u2069", "Anne Roy"),
        ("Sou\u00adlier", "Soulier"),
        ("\u3164Anne\u2800\u115f", "Anne"),
        ("  Anne \u00a0\u2003\u202f Roy\t\r\n Côté ", "Anne Roy Côté"),
        ("Anne\u2028Roy\x0bCôté\x85", "Anne Roy Côté"),
        ("👍🏽 O’Brien", "👍🏽 O’Brien"),
        ("\u200b \u3164", ""),
        ("", ""),
    ],
)
def test_one_line_is_composed_visible_and_has_one_space_between_words(typed, kept):
    assert one_line(typed) == kept
    assert TypedLine(required=False).clean(typed) == kept


def test_prose_keeps_its_lines():
    typed = "\r\n Le  vol\u00a0: annule\u0301.\x0b\r\n\tDe\u200bmain\u2029 \n"

    assert prose(typed) == "Le vol : annulé.\n\nDemain"
    assert TypedProse().clean(typed) == "Le vol : annulé.\n\nDemain"


@pytest.mark.parametrize(
    "sign", ["\x00", "\x07", "\x1b", "\x1f", "\x7f", "\x80", "\x9f", "\ufffe", "\ufdd0", "\U0010ffff"]
)
@pytest.mark.parametrize("field", [TypedLine(), TypedProse()])
def test_what_cannot_be_printed_is_refused_in_one_sentence(sign, field):
    with translation.override("en-ca"), pytest.raises(ValidationError) as refused:
        field.clean(f"An{sign}ne")

    assert refused.value.messages == [
        "This text contains a character that cannot be shown or printed. Delete it and type it again."
    ]
    assert printable(f" An{sign}ne\n") == "Anne"


def test_what_shows_nothing_is_not_typed():
    with pytest.raises(ValidationError) as refused:
        TypedLine().clean("\u200b\u2060 ")

    assert refused.value.code == "required"


def test_the_length_is_that_of_what_is_kept():
    class Form(forms.Form):
        name = TypedLine(max_length=4)

    assert Form({"name": " A\u200bnne\u200f  "}).is_valid()
    assert not Form({"name": "Annes"}).is_valid()
