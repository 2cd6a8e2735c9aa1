"""What a field offers is set on the one form, for whoever asks; the class of the form keeps what it had."""

import pytest
from django import forms
from django.utils import translation

from accounts.models import User
from foundation.choices import offer, offer_rows
from personnel.models import PoliceService

pytestmark = pytest.mark.django_db


class AssignForm(forms.Form):
    to = forms.ModelChoiceField(queryset=User.objects.none())
    urgency = forms.ChoiceField(choices=[("now", "Now"), ("later", "Later")])


def options(form, name):
    return [(str(value), label) for value, label in form.fields[name].choices]


def test_a_field_offers_the_rows_that_it_is_given_and_takes_no_other(alice, bob):
    form = AssignForm({"to": bob.pk, "urgency": "now"})

    offer_rows(form, "to", User.objects.filter(pk=alice.pk))

    assert options(form, "to") == [("", "---------"), (str(alice.pk), str(alice))]
    assert list(form.errors) == ["to"]
    assert options(AssignForm(), "to") == [("", "---------")]


def test_rows_are_told_as_asked(alice):
    form = AssignForm()

    offer_rows(form, "to", User.objects.filter(pk=alice.pk), told=lambda user: user.email)

    assert options(form, "to") == [("", "---------"), (str(alice.pk), alice.email)]


def test_a_field_offers_the_choices_that_it_is_given(alice):
    form = AssignForm({"to": "", "urgency": "now"})

    offer(form, "urgency", [("later", "Later")])

    assert options(form, "urgency") == [("later", "Later")]
    assert "urgency" in form.errors
    assert options(AssignForm(), "urgency") == [("now", "Now"), ("later", "Later")]


def test_an_empty_choice_is_said_in_words_in_both_languages(db):
    class Form(forms.Form):
        service = forms.ModelChoiceField(PoliceService.objects.all())
        kind = forms.ChoiceField(choices=[("", "---------"), ("a", "A")])

    drawn = {}
    for language in ("en-ca", "fr-ca"):
        with translation.override(language):
            drawn[language] = str(Form())

    assert drawn["en-ca"].count('<option value="" selected>Choose</option>') == 2
    assert drawn["fr-ca"].count('<option value="" selected>Choisir</option>') == 2
    assert "-----" not in "".join(drawn.values())
