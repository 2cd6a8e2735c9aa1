"""Promises of the whole site: migrations, security, languages, health, pages of refusal."""

import os
import re
import subprocess
import sys
import threading

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from background.schedule import HEARTBEAT
from background.tasks import heartbeat
from flags.tasks import (
    check_approvals,
    check_caps,
    check_papers,
    check_what_waits,
    flag_expiring_postings,
    write_letters,
)
from outbox.tasks import send_letters
from peaceops import __version__, health
from tests import create
from tests.own_database import BASE_DIR

# What the admin must not show (contacts are shown after a reason only) and parts of something that a page shows.
NOT_IN_THE_ADMIN = {
    "Chain",
    "EmergencyContact",
    "Import",
    "ImportedRow",
    "Export",
    "ColumnsOfLayout",
    "Document",
    "Review",
    "Score",
    "ScreeningAnswer",
    "ScheduledJob",
    "JobRun",
    "Letter",
    "LetterChoice",
    "SavedView",
    "ReportSubscription",
    "DeploymentRole",
}
OURS = [label for label in settings.OUR_APPS if (settings.BASE_DIR / label / "migrations").exists()]


@pytest.mark.django_db
def test_migrations_agree_with_the_models():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_named_and_linear():
    for label in OURS:
        folder = BASE_DIR / label / "migrations"
        names = sorted(path.stem for path in folder.glob("[0-9]*.py"))
        assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
        assert not [name for name in names if "auto" in name]


def test_the_deployment_check_is_clean_in_production_settings(tmp_path):
    env = {**os.environ, "HTTPS": "on", "ALLOWED_HOSTS": "peaceops.example", "DATA_DIR": str(tmp_path)}
    for name in ("DATABASE_URL", "SECRET_KEY", "AUDIT_KEY"):
        env.pop(name, None)

    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=BASE_DIR,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout
    for name in ("secret-key.txt", "audit-key.txt"):
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secret-key.txt").read_text() != (tmp_path / "audit-key.txt").read_text()


def test_only_pages_tasks_and_commands_ask_the_clock_which_day_it_is():
    pages = re.compile(r"/(\w*forms|views|filters|admin|context|tasks|management|migrations|tests|as_of|days)(/|\.py$)")
    modules = [path for label in settings.OUR_APPS for path in (BASE_DIR / label).rglob("*.py")]

    asking = [path for path in modules if not pages.search(str(path)) and "localdate()" in path.read_text()]

    assert asking == []


@pytest.mark.django_db
def test_every_page_carries_the_strict_headers(client):
    response = client.get(reverse("account_login"))

    policy = response["Content-Security-Policy"]
    assert "'unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


def test_templates_hold_no_inline_script_or_style():
    for path in (BASE_DIR / "templates").rglob("*.html"):
        if path.parent.name == "emails":  # mail programs know no style sheets
            continue
        text = path.read_text()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]* src=)", text), path


def test_templates_name_static_files_that_there_are():
    """Only with collected files would a page answer 500 for one that is gone."""
    named = {
        name
        for path in (BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r"""{% static ["']([^"']+)""", path.read_text())
    }

    assert {name for name in named if not (BASE_DIR / "static" / name).is_file()} == set()
    assert len(named) > 5


def test_every_whole_page_names_its_icon():
    """Browsers ask for /favicon.ico otherwise, which is not there."""
    whole = [path for path in (BASE_DIR / "templates").rglob("*.html") if "<html" in path.read_text()]
    pages = [path for path in whole if path.parent.name != "emails"] + [BASE_DIR / "templates/admin/base_site.html"]

    icon = '<link rel="icon" href="{% static "img/mark.svg" %}"'
    assert len(pages) > 3
    # The pages shown when something failed share the first lines of their head.
    assert icon in (BASE_DIR / "templates/_bare_head.html").read_text()
    for path in pages:
        text = path.read_text()
        assert icon in text or '{% include "_bare_head.html" %}' in text, path


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "accounts/user/", "accounts/user/add/", "personnel/rank/?_popup=1"])
def test_the_administration_has_the_icon_of_the_site(page, as_user, emil):
    said = as_user(emil).get(f"/en-ca/admin/{page}").content.decode()

    assert said.count('<link rel="icon" href="/static/img/mark.svg" type="image/svg+xml">') == 1


def test_days_in_sentences_are_said_in_words():
    """ "Answer until 2 March 2027": only the cells of tables, which say their label, are ISO."""
    found = [
        (path.name, line.strip())
        for path in sorted((BASE_DIR / "templates").rglob("*.html"))
        for line in path.read_text().splitlines()
        if re.search(r"""blocktranslate [^%]*date:"Y-m-d["']""", line) and "data-label" not in line
    ]

    assert found == []


def test_the_row_of_an_empty_table_spans_all_its_columns():
    tables = [
        (path.name, len(re.findall(r'<th scope="col"|(?<!{% else %}){% sort_header ', table)), spans)
        for path in sorted((BASE_DIR / "templates").rglob("*.html"))
        for table in re.findall(r"<table.*?</table>", path.read_text(), re.DOTALL)
        if (spans := [int(one) for one in re.findall(r'{% empty %}\s*<tr><td colspan="(\d+)"', table)])
    ]

    assert len(tables) > 8
    assert [(name, columns, spans) for name, columns, spans in tables if spans != [columns]] == []


def test_vendored_files_name_no_source_map():
    for path in (BASE_DIR / "static" / "vendor").glob("*.min.*"):
        assert "sourceMappingURL" not in path.read_text()


@pytest.mark.django_db
def test_the_first_address_leads_to_the_readers_language(client):
    assert client.get("/", headers={"accept-language": "fr-CA,fr;q=0.9"}).url == "/fr-ca/"
    assert client.get("/", headers={"accept-language": "en"}).url == "/en-ca/"


@pytest.mark.django_db
def test_the_language_switch_leads_to_the_same_page(as_user, alice):
    page = as_user(alice).get("/en-ca/deployments/?status=planned&sort=name").content.decode()

    assert 'href="/fr-ca/deployments/?status=planned&amp;sort=name" lang="fr"' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "refused", "missing"),
    [
        ("en-ca", "You do not have access to this page", "There is no such page"),
        ("fr-ca", "Vous n'avez pas accès à cette page", "Cette page n'existe pas"),
    ],
)
def test_refusals_speak_the_readers_language(as_user, bob, language, refused, missing):
    assert refused in as_user(bob).get(f"/{language}/missions/").content.decode()
    assert missing in as_user(bob).get(f"/{language}/people/{'9' * 30}/").content.decode()


@pytest.mark.django_db
def test_an_error_is_answered_in_both_languages(as_user, alice, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("on purpose")

    monkeypatch.setattr("reports.board.operations", fail)
    browser = Client(raise_request_exception=False)
    browser.force_login(alice)

    response = browser.get("/fr-ca/")

    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()
    assert "Une erreur est survenue" in response.content.decode()


@pytest.mark.django_db
def test_livez_and_readyz(client, settings):
    assert client.get("/livez").json() == {"status": "ok", "version": __version__}
    early = client.get("/readyz")
    heartbeat()
    for job in (
        check_caps,
        flag_expiring_postings,
        check_approvals,
        check_papers,
        check_what_waits,
        write_letters,
        send_letters,
    ):
        job()
    ready = client.get("/readyz")

    assert (early.status_code, early.json()["beat"], early.json()["sweeps"]) == (503, "failed", "failed")
    assert (ready.status_code, set(ready.json().values())) == (200, {"ok"})


@pytest.mark.django_db
def test_readyz_is_red_when_beat_is_late_or_the_broker_is_gone(client, settings, monkeypatch):
    from django.core.cache import cache

    heartbeat()
    settings.REDIS_URL = "redis://nowhere"
    monkeypatch.setattr("peaceops.celery.app.connection_for_write", lambda **_: (_ for _ in ()).throw(OSError))
    assert client.get("/readyz").json()["broker"] == "failed"

    cache.set(HEARTBEAT, timezone.now().timestamp() - settings.BEAT_LATE_SECONDS - 1)
    late = client.get("/readyz")
    assert (late.status_code, late.json()["beat"]) == (503, "failed")


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["database", "broker", "files", "scanner"])
def test_readyz_answers_while_a_part_says_nothing_and_asks_it_no_second_time(client, monkeypatch, part):
    asked, spoken = [], threading.Event()

    def silent():
        asked.append(part)
        return spoken.wait(60)

    monkeypatch.setitem(health.ELSEWHERE, part, health.Question(silent))
    silent_ones = [client.get("/readyz").json() for _each in range(2)]
    spoken.set()
    health.ELSEWHERE[part].last.result(60)
    after = client.get("/readyz").json()

    assert [told[part] for told in silent_ones] == ["failed", "failed"]
    assert {told["guards"] for told in silent_ones} == {"not asked" if part == "database" else "ok"}
    assert after[part] == "ok"
    assert len(asked) == 2


@pytest.mark.django_db
@pytest.mark.parametrize("is_there", [False, True])
def test_a_page_without_a_database_says_so(as_user, alice, monkeypatch, is_there):
    def fail(*_args, **_kwargs):
        raise OperationalError("connection refused")

    monkeypatch.setattr("reports.board.operations", fail)
    monkeypatch.setattr("peaceops.error_pages._is_connected", lambda: is_there)
    browser = Client(raise_request_exception=False)
    browser.force_login(alice)
    page = browser.get(reverse("home"))

    title = "Something went wrong" if is_there else "The database does not answer"
    assert (page.status_code, f"<h1>{title}</h1>" in page.content.decode()) == (500 if is_there else 503, True)


@pytest.mark.django_db
def test_every_model_of_ours_is_in_the_admin_with_search_and_filters(as_user, emil):
    from django.contrib import admin

    browser = as_user(emil)
    unregistered = []
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            if model.__name__.startswith("Historical") or model.__name__ in NOT_IN_THE_ADMIN:
                continue
            if model not in admin.site._registry:
                unregistered.append(model)
                continue
            registered = admin.site._registry[model]
            assert registered.list_display != ("__str__",), model
            assert registered.search_fields, model
            assert registered.list_filter, model
            listing = reverse(f"admin:{label}_{model._meta.model_name}_changelist")
            assert browser.get(listing, {"q": "é"}).status_code == 200
    assert unregistered == []


@pytest.mark.django_db
def test_the_admin_deletes_no_person_deployment_account_or_event(as_user, emil, today):
    deployment = create.deployment(mission=create.mission(), starts_on=today, ends_on=today, status="planned")

    for name, row in [
        ("deployments_deployment", deployment),
        ("personnel_person", deployment.person),
        ("accounts_user", emil),
    ]:
        assert as_user(emil).post(reverse(f"admin:{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.django_db
def test_the_admin_says_a_guards_no_beside_the_form(as_user, emil):
    create.ceiling(cap=200)

    response = as_user(emil).post(
        reverse("admin:missions_ceiling_add"), {"cap": 150, "valid_from": "2019-01-01", "valid_to": "", "reason_en": ""}
    )

    assert response.status_code == 200
    assert response.context["errors"] == [["Another policy ceiling is in force on some of these days."]]
