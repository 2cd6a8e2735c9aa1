"""Fixtures of every test: Alice (coordinator), Bob (liaison of the example service), Charlie (liaison of another)."""

import datetime as dt
import math
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import translation

from accounts.access import Role
from peaceops.demonstration import mark
from tests import create
from tests.template_database import django_db_modify_db_settings, django_db_setup

__all__ = ["django_db_modify_db_settings", "django_db_setup"]


LOOKS_AT_NO_ENGINE = {
    "accounts/tests/test_attempts.py",
    "accounts/tests/test_links.py",
    "deployments/tests/test_deployment_pages.py",
    "deployments/tests/test_documents.py",
    "deployments/tests/test_eligibility.py",
    "deployments/tests/test_news.py",
    "deployments/tests/test_nomination_pages.py",
    "flags/tests/test_digests.py",
    "flags/tests/test_short_stays.py",
    "foundation/tests/test_file_names.py",
    "foundation/tests/test_list_settings.py",
    "foundation/tests/test_reading_dates.py",
    "foundation/tests/test_reading_headings.py",
    "foundation/tests/test_reading_limits.py",
    "foundation/tests/test_reading_texts.py",
    "foundation/tests/test_reading_values.py",
    "foundation/tests/test_reading_workbooks.py",
    "foundation/tests/test_scanning.py",
    "foundation/tests/test_spreadsheets.py",
    "foundation/tests/test_text.py",
    "outbox/tests/test_letters.py",
    "outbox/tests/test_webhooks.py",
    "peaceops/tests/test_data_folder.py",
    "peaceops/tests/test_keys.py",
    "peaceops/tests/test_logs.py",
    "peaceops/tests/test_passwords.py",
    "peaceops/tests/test_two_languages.py",
    "records/tests/test_archives.py",
    "records/tests/test_cases.py",
    "records/tests/test_cases_of_dates.py",
    "records/tests/test_cases_of_people.py",
    "records/tests/test_cases_of_workbooks.py",
    "records/tests/test_cases_on_pages.py",
    "records/tests/test_long_lists.py",
    "records/tests/test_published_data.py",
    "records/tests/test_scanned_lists.py",
    "tests/test_access.py",
    "tests/test_administration_ids.py",
    "tests/test_administration_lists.py",
    "tests/test_as_of.py",
    "tests/test_beginnings_of_letters.py",
    "tests/test_csp_reports.py",
    "tests/test_dev.py",
    "tests/test_error_pages.py",
    "tests/test_error_reports.py",
    "tests/test_exports.py",
    "tests/test_floors.py",
    "tests/test_french.py",
    "tests/test_growing_choices.py",
    "tests/test_kept_entries.py",
    "tests/test_metrics.py",
    "tests/test_nothing_is_kept.py",
    "tests/test_pages_of_a_day.py",
    "tests/test_reads.py",
    "tests/test_refused_forms.py",
    "tests/test_role_walk.py",
    "tests/test_scripts.py",
    "tests/test_site.py",
    "tests/test_tokens.py",
    "tests/test_two_versions.py",
    "tests/test_writers.py",
}
"""Tests of pages, files, texts and processes: they are run on one engine where both are tested one after the other."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config, items) -> None:
    """Mark what one engine is enough for, before `-m` looks at the marks."""
    if gone := [path for path in LOOKS_AT_NO_ENGINE if not (config.rootpath / path).exists()]:
        raise pytest.UsageError(f"conftest.py names tests that are gone: {gone}")
    for item in items:
        if item.path.relative_to(config.rootpath).as_posix() in LOOKS_AT_NO_ENGINE:
            item.add_marker(pytest.mark.once)


@pytest.fixture(autouse=True)
def _quiet_surroundings(settings, monkeypatch):
    """Tests need no collected static files and no cache table, and read English unless they say otherwise."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    # Hashing as slowly as for real passwords took a fifth of the time of all tests.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    monkeypatch.setattr(mark, "_known", (math.inf, False))  # asked once a minute, and not by the queries of a page
    cache.clear()  # it is one for the whole run, and counts failed attempts to sign in
    with translation.override("en-ca"):
        yield


@pytest.fixture(scope="module")
def for_the_module(django_db_setup, django_db_blocker):
    """A function that has rows made for all tests of a module, by another; they are gone after the last.

    It is for a fixture that each test of the module uses by itself (`autouse`), so that all see the rows in any order.
    """

    def made(make):
        with django_db_blocker.unblock(), translation.override("en-ca"):
            return make()

    around = transaction.atomic()
    with django_db_blocker.unblock():
        around.__enter__()
    yield made
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def own_files(settings, tmp_path) -> Path:
    """A folder of the test's own where private files lie."""
    settings.PRIVATE_FILES = tmp_path / "private"
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": str(settings.PRIVATE_FILES), "base_url": None}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    return settings.PRIVATE_FILES


@pytest.fixture
def today() -> dt.date:
    """The real day, not an invented one: the guards of the database compare with the real clock."""
    from django.utils import timezone

    return timezone.localdate()


@pytest.fixture
def alice(db):
    return create.user(email="alice@example.ca", name="Alice", role=Role.COORDINATOR)


@pytest.fixture
def example_service(db):
    return create.service(code="example", name_en="Example Police", name_fr="Police d'Exemple")


@pytest.fixture
def other_service(db):
    return create.service(code="other", name_en="Other Police", name_fr="Autre police")


@pytest.fixture
def bob(example_service):
    bob = create.user(email="bob@example.ca", name="Bob", role=Role.LIAISON)
    example_service.liaisons.add(bob)
    return bob


@pytest.fixture
def charlie(other_service):
    charlie = create.user(email="charlie@example.ca", name="Charlie", role=Role.LIAISON)
    other_service.liaisons.add(charlie)
    return charlie


@pytest.fixture
def dora(db):
    """An auditor."""
    return create.user(email="dora@example.ca", name="Dora", role=Role.AUDITOR)


@pytest.fixture
def emil(db):
    """An administrator."""
    return create.user(email="emil@example.ca", name="Emil", role=Role.ADMINISTRATOR)


@pytest.fixture
def as_user():
    """A function that returns a test client signed in as a user."""

    def browser(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return browser
