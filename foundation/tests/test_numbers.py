"""Numbers as people type them, in both languages, and on the pages where they are typed."""

from decimal import Decimal

import pytest
from django import forms
from django.db import models
from django.urls import get_resolver, reverse
from django.utils import translation

from foundation.numbers import DecimalNumber, WholeNumber, number_formfield, plain
from missions.models import Position
from personnel.models import PoliceService
from tests import create

EN, FR = "en-ca", "fr-ca"


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        (EN, "5000", 5000),
        (EN, "5 000", 5000),
        (EN, "5,000", 5000),
        (EN, "1,234,567", 1234567),
        (EN, " 12 ", 12),
        (EN, "12.0", 12),
        (EN, "\N{MINUS SIGN}3", -3),
        (FR, "5000", 5000),
        (FR, "5 000", 5000),
        (FR, "5\N{NO-BREAK SPACE}000", 5000),
        (FR, "5\N{NARROW NO-BREAK SPACE}000", 5000),
        (FR, "1 234 567", 1234567),
        (FR, "12,0", 12),
        (FR, "５", 5),
    ],
)
def test_whole_numbers_are_understood(language, typed, meant):
    with translation.override(language):
        assert WholeNumber().clean(typed) == meant


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        (EN, "2,5"),
        (EN, "5.000"),
        (EN, "5 00"),
        (FR, "5,000"),
        (FR, "5.000"),
        (FR, "2,5"),
        (EN, "two"),
        (EN, "\0"),
        (EN, "1e3"),
    ],
)
def test_what_is_no_whole_number_is_refused(language, typed):
    with translation.override(language), pytest.raises(forms.ValidationError):
        WholeNumber().clean(typed)


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        (EN, "2.5", "2.5"),
        (EN, "2,5", "2.5"),
        (EN, "5,000", "5000"),
        (EN, "5,000.5", "5000.5"),
        (FR, "2,5", "2.5"),
        (FR, "2.5", "2.5"),
        (FR, "5 000,5", "5000.5"),
        (FR, ",5", "0.5"),
    ],
)
def test_numbers_with_a_comma_are_understood(language, typed, meant):
    with translation.override(language):
        assert DecimalNumber().clean(typed) == Decimal(meant)


@pytest.mark.parametrize(("language", "shown"), [(EN, 'value="2.5"'), (FR, 'value="2,5"')])
def test_a_number_is_shown_as_the_language_writes_it(language, shown):
    class Form(forms.Form):
        share = DecimalNumber(initial=Decimal("2.5"))

    with translation.override(language):
        assert shown in str(Form()["share"])


def test_every_number_of_a_model_form_is_typed_in_this_way():
    columns = [(PoliceService, "officers"), (PoliceService, "redline_percent"), (Position, "places")]

    fields = [number_formfield(model._meta.get_field(name)) for model, name in columns]

    assert [type(field) for field in fields] == [WholeNumber, DecimalNumber, WholeNumber]
    assert isinstance(number_formfield(Position._meta.get_field("rank_from")), forms.TypedChoiceField)
    assert isinstance(models.CharField().formfield(), forms.CharField)


def test_no_form_of_the_pages_takes_days_and_numbers_in_another_way():
    def kinds(base):
        for kind in base.__subclasses__():
            yield kind
            yield from kinds(kind)

    assert get_resolver().url_patterns  # every page is loaded, and with it its forms
    ours = [kind for kind in kinds(forms.ModelForm) if kind.__module__.split(".")[-1] not in {"admin", "options"}]
    bare = {forms.DateField, forms.IntegerField, forms.DecimalField}
    found = [(kind.__name__, name) for kind in ours for name, one in kind.base_fields.items() if type(one) in bare]

    assert found == []
    assert {"ServiceForm", "PlanForm", "CeilingForm"} <= {kind.__name__ for kind in ours}


def test_what_is_no_number_stays_as_it_was_typed():
    assert plain("P-102, 3") == "P-102, 3"


@pytest.mark.django_db
def test_a_service_has_its_numbers_from_a_french_page(as_user, alice, example_service):
    with translation.override(FR):
        page = reverse("service_edit", args=[example_service.pk])
    form = as_user(alice).get(page).context["form"]
    typed = {name: form[name].value() or "" for name in form.fields} | {"seen": form["seen"].value()}

    answer = as_user(alice).post(page, typed | {"officers": "5 000", "redline_percent": "2,5"})

    assert answer.status_code == 302
    example_service.refresh_from_db()
    assert (example_service.officers, example_service.redline_percent) == (5000, Decimal("2.5"))
    assert 'value="2,5"' in as_user(alice).get(page).content.decode()


@pytest.mark.django_db
def test_the_administration_understands_the_same_days_and_numbers(as_user, emil):
    person = create.person()
    page = reverse("admin:personnel_person_change", args=[person.pk])
    form = as_user(emil).get(page).context["adminform"].form
    typed = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}

    answer = as_user(emil).post(page, typed | {"born_on": "3 janv. 1971"})

    assert answer.status_code == 302
    person.refresh_from_db()
    assert person.born_on.isoformat() == "1971-01-03"
