"""Days as they are typed, and as sentences say them."""

import datetime as dt

import pytest
from django import forms
from django.utils import translation

from foundation.days import EARLIEST, LATEST, DayField, day_formfield, said_back, understood
from foundation.sentences import day, stretches
from foundation.text import TypedLine
from personnel.models import Person

OUTSIDE = "Enter a day from 1980-01-01 through 2099-12-31."
NO_DAY = "Enter a date, for example 2027-03-02."
TODAY = dt.date(2026, 12, 30)


@pytest.mark.parametrize("typed", ["1980-01-01", "2028-02-29", "2099-12-31", " 2027-03-02 "])
def test_days_of_the_office_are_taken(typed):
    assert DayField().clean(typed) == dt.date.fromisoformat(typed.strip())


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2027-01-03", dt.date(2027, 1, 3)),
        ("20270103", dt.date(2027, 1, 3)),
        ("2027/01/03", dt.date(2027, 1, 3)),
        ("2027.1.3", dt.date(2027, 1, 3)),
        ("３ jan ２０２７", dt.date(2027, 1, 3)),
        ("3 jan 2027", dt.date(2027, 1, 3)),
        ("3 Jan. 2027", dt.date(2027, 1, 3)),
        ("3-JAN-2027", dt.date(2027, 1, 3)),
        ("3 janv. 2027", dt.date(2027, 1, 3)),
        ("January 3, 2027", dt.date(2027, 1, 3)),
        ("January 3rd, 2027", dt.date(2027, 1, 3)),
        ("3 janvier 2027", dt.date(2027, 1, 3)),
        ("3\N{NO-BREAK SPACE}janvier\N{NO-BREAK SPACE}2027", dt.date(2027, 1, 3)),
        ("dimanche 3 janvier 2027", dt.date(2027, 1, 3)),
        ("Sunday 3 January 2027", dt.date(2027, 1, 3)),
        ("1er février 2027", dt.date(2027, 2, 1)),
        ("11 aout 2027", dt.date(2027, 8, 11)),
        ("31 déc. 2027", dt.date(2027, 12, 31)),
        ("25/12/2027", dt.date(2027, 12, 25)),
        ("12/25/2027", dt.date(2027, 12, 25)),
        ("04/04/2027", dt.date(2027, 4, 4)),
        ("today", dt.date(2026, 12, 30)),
        ("Aujourd’hui", dt.date(2026, 12, 30)),
        ("tomorrow", dt.date(2026, 12, 31)),
        ("demain", dt.date(2026, 12, 31)),
        ("+0", dt.date(2026, 12, 30)),
        ("+30", dt.date(2027, 1, 29)),
        ("+ 365", dt.date(2027, 12, 30)),
    ],
)
def test_a_day_is_understood_however_it_is_typed(language, typed, meant):
    with translation.override(language):
        assert understood(typed, today=TODAY) == meant


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("1979-12-31", OUTSIDE),
        ("2100-01-01", OUTSIDE),
        ("+99999", OUTSIDE),
        ("2027-02-29", "“2027-02-29” is not a date that exists."),
        ("02/03/2027", "02/03/2027 may be 2 March 2027 or 3 February 2027. Enter 2027-03-02 or 2027-02-03."),
        ("3 jan 27", "Write the year of “3 jan 27” with four digits, for instance 2027-03-02."),
        ("3 jan", NO_DAY),
        ("45000", NO_DAY),
        ("2027-03-02T10:00", NO_DAY),
        ("yesterday", NO_DAY),
        ("+", NO_DAY),
        ("+30 30", NO_DAY),
        ("-30", NO_DAY),
        ("9" * 30, NO_DAY),
        ("\0", NO_DAY),
        ("👮", NO_DAY),
        ("", "This field is required."),
    ],
)
def test_what_is_no_day_is_refused_in_a_sentence(typed, sentence):
    with pytest.raises(forms.ValidationError) as error:
        DayField().clean(typed)

    assert [one.replace("\xa0", " ") for one in error.value.messages] == [sentence]


def test_what_may_be_two_days_is_refused_in_french():
    with translation.override("fr-ca"), pytest.raises(forms.ValidationError) as error:
        DayField().clean("03/04/2027")

    assert error.value.messages == [
        "« 03/04/2027 » peut être le 3 avril 2027 ou le 4 mars 2027. Saisissez 2027-04-03 ou 2027-03-04.".replace(
            "« ", "«\N{NO-BREAK SPACE}"
        ).replace(" »", "\N{NO-BREAK SPACE}»")
    ]


def test_days_are_counted_from_the_day_on_which_they_are_typed(time_machine):
    time_machine.move_to(dt.datetime(2026, 12, 31, 4, 30, tzinfo=dt.UTC))  # 23:30 of the day before in Ottawa

    assert DayField().clean("+1") == dt.date(2026, 12, 31)


@pytest.mark.parametrize(
    ("language", "stay", "said"),
    [
        ("en-ca", (), "Sunday 3 January 2027"),
        ("fr-ca", (), "dimanche 3 janvier 2027"),
        ("en-ca", (dt.date(2027, 1, 3), dt.date(2028, 1, 2)), "Sunday 3 January 2027 · day 1 of 365"),
        ("fr-ca", (dt.date(2027, 1, 3), dt.date(2028, 1, 2)), "dimanche 3 janvier 2027 · jour 1 sur 365"),
        ("en-ca", (dt.date(2026, 12, 25), dt.date(2027, 1, 3)), "Sunday 3 January 2027 · day 10 of 10"),
        ("en-ca", (dt.date(2027, 1, 4), dt.date(2028, 1, 2)), "Sunday 3 January 2027"),
        ("en-ca", (dt.date(2027, 1, 3), None), "Sunday 3 January 2027"),
    ],
)
def test_what_was_understood_is_said_back(language, stay, said):
    with translation.override(language):
        assert said_back(dt.date(2027, 1, 3), *stay) == said


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
