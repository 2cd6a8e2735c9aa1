"""No text enters uncleaned: every column and every form field that people type into is one of `foundation.text`."""

import tempfile
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import DataError, IntegrityError, connection, models, transaction
from django.urls import get_resolver
from hypothesis import HealthCheck, given, strategies
from hypothesis import settings as rounds

from flags.models import Escalation
from foundation.reading import values
from foundation.reading.opening import open_file, read_rows
from foundation.text import NormalisedField
from personnel.models import Person, Rank
from records import templates
from tests import create

WRITTEN_BY_THE_PROGRAM = {
    "accounts.User": {"password"},
    "audit.Event": {"address", "request_id", "previous_hash", "hash"},
    "audit.Chain": {"last_hash", "seal"},
    "background.ScheduledJob": {"name"},
    "background.JobRun": {"error"},
    "records.ColumnsOfLayout": {"layout", "kind"},
    "records.Export": {"files", "sha256", "address", "table", "ending", "language", "scope"},
    "records.ImportedRow": {"causes", "kind"},
    "deployments.Document": {"media_type"},
    "deployments.Waiver": {"about"},
    "flags.Flag": {"stage"},
    "flags.News": {"once"},
    "outbox.Letter": {"key", "scope", "subject", "text", "html", "error"},
    "outbox.Subscriber": {"key"},
    "personnel.FormerName": {"number_key", "search_text", "sort_name"},
    "personnel.Person": {"number_key", "search_text", "sort_name"},
}
"""Columns whose text nobody types."""


def _is_text(field):
    return type(field) in {models.CharField, models.TextField, NormalisedField} and not field.choices


def test_every_column_that_people_type_into_cleans_what_it_stores():
    found = {
        model._meta.label: names
        for app in settings.OUR_APPS
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model, "history_date")
        if (names := {field.name for field in model._meta.concrete_fields if _is_text(field)})
    }

    assert found == WRITTEN_BY_THE_PROGRAM


def _forms(of=forms.BaseForm):
    for form in of.__subclasses__():
        yield form
        yield from _forms(form)


def _is_ours(module):
    return module.split(".")[0] in settings.OUR_APPS and ".tests." not in module


def test_every_form_field_that_people_type_into_cleans_it():
    get_resolver().url_patterns  # noqa: B018 (loads every page, and with it every form)
    ours = [form for form in _forms() if _is_ours(form.__module__)]
    raw = [
        (form.__qualname__, name)
        for form in ours
        for name, field in form.base_fields.items()
        if type(field) is forms.CharField and not isinstance(field.widget, forms.HiddenInput | forms.PasswordInput)
    ]

    assert len(ours) > 30
    assert raw == []


@pytest.mark.django_db
def test_a_column_stores_clean_text_however_it_is_written():
    person = create.person(given_name="E\u0301lise\u200b  Anne", service_number=" 88004\u200e")
    assert (person.given_name, person.service_number) == ("Élise Anne", "88004")
    Person.objects.filter(pk=person.pk).update(family_name="Lefe\u0300vre\t")
    [other] = Person.objects.bulk_create([_copy_of(person, given_name="Zoe\u0308\u2060")])
    other.family_name = "Noe\u0308l "
    Person.objects.bulk_update([other], ["family_name"])

    with connection.cursor() as cursor:
        cursor.execute("SELECT given_name, family_name FROM personnel_person ORDER BY id")
        assert cursor.fetchall() == [("Élise Anne", "Lefèvre"), ("Zoë", "Noël")]
    assert Person.objects.get(service_number="88004\u200b ") == person


def _copy_of(person, **changed):
    values = {
        field.attname: getattr(person, field.attname) for field in Person._meta.concrete_fields if field.name != "id"
    }
    return Person(**values | {"service_number": ""} | changed)


@pytest.mark.django_db
def test_a_column_refuses_what_no_file_can_hold():
    person = create.person()
    person.given_name = "An\x07ne"

    with pytest.raises(ValidationError), transaction.atomic():
        person.save()
    with pytest.raises(ValidationError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(given_name="An\x07ne")
    assert not Person.objects.filter(given_name="An\x07").exists()


SIGNS = strategies.text(strategies.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.mark.django_db
@rounds(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given=SIGNS, family=SIGNS, number=SIGNS, service=SIGNS, rank=SIGNS)
def test_whatever_is_stored_can_be_exported_and_read_back(db, given, family, number, service, rank):
    try:
        with transaction.atomic():
            person = create.person(
                given_name=given,
                family_name=f"x{family}",
                service_number=number,
                service=create.service(name_en=f"x{service}"),
                rank=create.rank(code=f"rank-{Rank.objects.count()}", name_en=f"x{rank}"),
            )
    except ValidationError:
        return
    stored = Person.objects.select_related("service", "rank").get(pk=person.pk)

    for extension in ("csv", "xlsx"):
        answer = templates.people("people", extension, Person.objects.filter(pk=stored.pk))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "list"
            path.write_bytes(answer.getvalue())
            (Path(folder) / "read").mkdir()
            open_file(path, Path(folder) / "read")
            [(_line, cells)] = read_rows(Path(folder) / "read", 0, 1)
        assert [values.words(cell) for cell in (*cells[:4], cells[5])] == [
            stored.service.code,
            stored.service_number,
            stored.family_name,
            stored.given_name,
            stored.rank.name_en,
        ]


COUNTED_BY_THE_PROGRAM = {
    "accounts.User": {"times_closed"},
    "audit.Chain": {"count"},
    "audit.Event": {"subject_id"},
    "background.JobRun": {"step", "steps", "runs", "failures"},
    "records.Import": {"total", "done"},
    "records.Export": {"size", "rows", "tries"},
    "deployments.Document": {"size"},
    "records.ImportedRow": {"line", "row_id", "table"},
    "deployments.Nomination": {"reserve_rank"},
    "deployments.Score": {"weight", "points"},
    "flags.Flag": {"subject_id", "opening"},
    "flags.LetterChoice": {"told_up_to", "news_up_to", "urgent_up_to"},
    "flags.News": {"subject_id", "number"},
    "outbox.Letter": {"tries"},
    "outbox.Subscriber": {"told_up_to"},
}
"""Columns whose number nobody types freely."""


def _has_no_bounds(field):
    return isinstance(field, models.IntegerField) and not field.primary_key and not field.choices and not _bounds(field)


def _bounds(field):
    """The bounds of our own, not those of the engine."""
    return [validator for validator in field._validators if isinstance(validator, MaxValueValidator)]


def test_every_number_that_people_type_has_bounds():
    found = {
        model._meta.label: names
        for app in settings.OUR_APPS
        for model in apps.get_app_config(app).get_models()
        if not hasattr(model, "history_date")
        if (names := {field.name for field in model._meta.concrete_fields if _has_no_bounds(field)})
    }

    assert found == COUNTED_BY_THE_PROGRAM


@pytest.mark.django_db
@pytest.mark.parametrize("days", [366, 99_999_999_999, -1])
def test_a_number_beyond_its_bounds_is_refused_by_form_and_database(as_user, days):
    administrator = create.user(name="Dora", role="administrator")
    rule = Escalation.objects.get(kind="cap_exceeded")
    typed = {"kind": "cap_exceeded", "after_days": days}

    page = as_user(administrator).post(f"/en-ca/admin/flags/escalation/{rule.pk}/change/", typed)

    assert list(page.context["adminform"].form.errors) == ["after_days"]
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Escalation.objects.filter(pk=rule.pk).update(after_days=days)
