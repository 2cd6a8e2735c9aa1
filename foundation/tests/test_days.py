"""Days as they are typed, and as sentences say them."""

import datetime as dt

import pytest
from django import forms
from django.utils import translation

from foundation.days import EARLIEST, LATEST, DayField, day_formfield
from foundation.sentences import day, stretches
from foundation.text import TypedLine
from personnel.models import Person

OUTSIDE = "Enter a day from 1980-01-01 through 2099-12-31."
NO_DAY = "Enter a day that exists, in the form 2027-03-02."


@pytest.mark.parametrize("typed", ["1980-01-01", "2028-02-29", "2099-12-31", " 2027-03-02 "])
def test_days_of_the_office_are_taken(typed):
    assert DayField().clean(typed) == dt.date.fromisoformat(typed.strip())


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1979-12-31", OUTSIDE),
        ("2100-01-01", OUTSIDE),
        ("2027-02-29", NO_DAY),
        ("02/03/2027", NO_DAY),
        ("2027-03-02T10:00", NO_DAY),
        ("yesterday", NO_DAY),
        ("", "This field is required."),
    ],
)
def test_what_is_no_day_is_refused_in_a_sentence(typed, sentence):
    with pytest.raises(forms.ValidationError) as error:
        DayField().clean(typed)

    assert error.value.messages == [sentence]


def test_a_field_can_have_limits_of_its_own():
    field = DayField(earliest=dt.date(1900, 1, 1), latest=dt.date(2010, 6, 30))

    assert field.clean("1900-01-01") == dt.date(1900, 1, 1)
    with pytest.raises(forms.ValidationError, match="from 1900-01-01 through 2010-06-30"):
        field.clean("2010-07-01")


def test_every_date_of_a_model_form_is_typed_as_a_day():
    fields = {name: day_formfield(Person._meta.get_field(name)) for name in ("born_on", "family_name")}

    assert [type(field) for field in fields.values()] == [DayField, TypedLine]


def test_the_limits_hold_the_first_peace_operation():
    assert EARLIEST < dt.date(1989, 1, 1) < LATEST


@pytest.mark.parametrize(
    ("language", "value", "sentence"),
    [
        ("en-ca", dt.date(2027, 3, 1), "1 March 2027"),
        ("en-ca", dt.date(2027, 3, 21), "21 March 2027"),
        ("fr-ca", dt.date(2027, 3, 1), "1er mars 2027"),
        ("fr-ca", dt.date(2027, 3, 21), "21 mars 2027"),
        ("fr-ca", dt.date(2027, 8, 11), "11 août 2027"),
    ],
)
def test_a_day_in_a_sentence(language, value, sentence):
    with translation.override(language):
        assert day(value).replace("\xa0", " ") == sentence


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en-ca", "from 1 March 2027 through 4 March 2027 and on 9 March 2027"),
        ("fr-ca", "du 1er mars 2027 au 4 mars 2027 et le 9 mars 2027"),
    ],
)
def test_several_stretches_of_days_in_a_sentence(language, sentence):
    ranges = [(dt.date(2027, 3, 1), dt.date(2027, 3, 4)), (dt.date(2027, 3, 9), dt.date(2027, 3, 9))]

    with translation.override(language):
        assert stretches(ranges).replace("\xa0", " ") == sentence
