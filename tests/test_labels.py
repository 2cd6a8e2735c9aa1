"""Names of models, fields and choices, labels of forms, lists and the administration are all said in French."""

import importlib
import inspect
import pkgutil

import django_filters
import pytest
from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.validators import validate_email
from django.template.defaultfilters import filesizeformat
from django.utils import translation

from accounts.adapter import ClosedAdapter
from foundation.tables import TABLES
from peaceops.settings import OUR_APPS

# The same word in both languages, typed by hand.
SAME = {
    "A1", "A2", "Act", "Action", "Active", "Administration", "Alberta", "B1", "B2", "C1", "C2", "Cause", "Code",
    "Commentaire", "Curriculum vitae", "Dates", "Document", "Documents", "Liaison", "Manitoba", "Mission", "Missions",
    "Municipal", "Note", "Nunavut", "Ontario", "Page", "Pages", "Places", "Police", "Provincial", "SHA-256",
    "Saskatchewan", "Services", "Source", "Total", "Type", "Yukon", "cause", "code", "document", "documents", "mission",
    "missions", "note", "number", "page", "person", "points", "source", "subject", "type",
}  # fmt: skip


def of_models() -> list[tuple[str, object]]:
    """(where it stands, the label) of the models that people see, with their fields and choices."""
    found: list[tuple[str, object]] = []
    for model in apps.get_models():
        ours = model._meta.app_config.name in OUR_APPS
        if model.__name__.startswith("Historical") or not (ours or model in admin.site._registry):
            continue
        name = model._meta.label
        found += [(name, model._meta.verbose_name), (f"{name} plural", model._meta.verbose_name_plural)]
        for field in model._meta.get_fields():
            # What the database computes has no name of its own: that would be a new column for it.
            if field.auto_created or not hasattr(field, "verbose_name") or getattr(field, "generated", False):
                continue
            found += [(f"{name}.{field.name}", field.verbose_name), (f"{name}.{field.name} help", field.help_text)]
            found += [(f"{name}.{field.name} {value}", label) for value, label in field.flatchoices or []]
    return found


def of_the_administration() -> list[tuple[str, object]]:
    """Headings of its lists that are no fields, groups of fields, and names of apps that it shows."""
    found: list[tuple[str, object]] = []
    for model, shown in admin.site._registry.items():
        for column in [*shown.list_display, *(each for each in shown.list_filter if isinstance(each, str))]:
            known = getattr(shown, column, None) or getattr(model, column, None)
            found.append((f"{model.__name__}.{column}", getattr(known, "short_description", "")))
        found += [(f"{model.__name__} group", title) for title, _options in shown.fieldsets or []]
        found.append((f"{model.__name__} app", model._meta.app_config.verbose_name))
    return found


def of_forms() -> list[tuple[str, object]]:
    """Labels and help of the fields that our forms and filters declare, with their choices."""
    found: list[tuple[str, object]] = []
    for name in OUR_APPS:
        package = importlib.import_module(name)
        for module in pkgutil.walk_packages(package.__path__, f"{name}."):
            if ".tests" in module.name or not ("form" in module.name or "filter" in module.name):
                continue
            for _name, each in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
                if issubclass(each, forms.BaseForm):
                    found += _of_fields(each.__name__, each.base_fields)
                elif issubclass(each, django_filters.FilterSet):
                    found += [(f"{each.__name__}.{key}", one.label) for key, one in each.base_filters.items()]
    return found


def _of_fields(name: str, fields: dict) -> list[tuple[str, object]]:
    found = []
    for key, field in fields.items():
        found += [(f"{name}.{key}", field.label), (f"{name}.{key} help", field.help_text)]
        if type(field) in {forms.ChoiceField, forms.MultipleChoiceField, forms.TypedChoiceField}:
            found += [(f"{name}.{key} {value}", label) for value, label in field.choices if value]
    return found


def of_lists() -> list[tuple[str, object]]:
    """Titles and headings of the lists that are taken along."""
    titles = [(table.name, table.title) for table in TABLES.values()]
    return titles + [(f"{table.name}.{one.key}", one.label) for table in TABLES.values() for one in table.columns]


@pytest.mark.parametrize("gather", [of_models, of_the_administration, of_forms, of_lists])
def test_every_label_is_said_in_french(gather):
    def said(language):
        with translation.override(language):
            return [(where, str(label)) for where, label in gather() if label]

    english, french = said("en-ca"), said("fr-ca")

    assert len(english) > 10
    assert [one for one, other in zip(english, french, strict=True) if one == other and one[1] not in SAME] == []


def test_the_framework_says_courriel_and_agrees_its_verbs():
    with translation.override("fr-ca"):
        mistaken = str(ClosedAdapter.error_messages["email_password_mismatch"])
        invalid = str(validate_email.message)

        offered = str(forms.ChoiceField.default_error_messages["invalid_choice"]) % {"value": "X"}
        size = filesizeformat(50 * 1024 * 1024)

    assert mistaken == "L'adresse courriel ou le mot de passe est incorrect."
    assert offered.replace("\N{NO-BREAK SPACE}", " ") == "« X » ne figure pas parmi les choix."
    assert size.replace("\N{NO-BREAK SPACE}", " ") == "50,0 Mo"  # as everywhere, not « Mio »
    assert "e-mail" not in invalid.lower()
    assert "courriel" in invalid.lower()
