"""`/metrics`: who may read it, what it counts, and what it costs."""

import datetime as dt
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from background.tasks import heartbeat
from flags.tasks import check_caps
from outbox.models import Letter
from peaceops import health
from tests import create
from tests.own_database import BASE_DIR, environment
from tests.server import free_port, wait_until

HERE = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def scrape(settings, db):
    """A function that reads the numbers from this host, by their names with labels."""
    settings.METRICS = "loopback"

    def read() -> dict[str, float]:
        answer = Client().get("/metrics", **HERE)
        assert answer.status_code == 200
        return numbers(answer.content.decode())

    return read


def numbers(said: str) -> dict[str, float]:
    return {name: float(value) for name, value in re.findall(r"^([a-z]\S*) (\S+)$", said, re.MULTILINE)}


@pytest.mark.django_db
def test_it_is_not_there_unless_it_is_switched_on(settings):
    assert settings.METRICS == "off"
    assert Client().get("/metrics", **HERE).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 401),
        ({"HTTP_AUTHORIZATION": "Bearer "}, 401),
        ({"HTTP_AUTHORIZATION": "Bearer wrong"}, 401),
        ({"HTTP_AUTHORIZATION": "Bearer écrit"}, 401),
        ({"HTTP_AUTHORIZATION": "Basic the-token"}, 401),
        ({"HTTP_AUTHORIZATION": "the-token"}, 401),
        ({"HTTP_AUTHORIZATION": "Bearer the-token"}, 200),
        ({"HTTP_AUTHORIZATION": "bearer the-token", "REMOTE_ADDR": "203.0.113.7"}, 200),
    ],
)
def test_who_has_the_token_reads_it(settings, sent, status):
    settings.METRICS, settings.METRICS_TOKEN = "token", "the-token"

    answer = Client().get("/metrics", **sent)

    assert answer.status_code == status
    assert answer.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "127.9.9.9"}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, 200),
        ({"REMOTE_ADDR": "10.0.0.1"}, 404),
        ({"REMOTE_ADDR": ""}, 404),
        ({**HERE, "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 404),
        ({**HERE, "HTTP_X_FORWARDED_PROTO": "https"}, 404),
        ({**HERE, "HTTP_X_REAL_IP": "127.0.0.1"}, 404),
        ({**HERE, "HTTP_FORWARDED": "for=127.0.0.1"}, 404),
        ({**HERE, "HTTP_VIA": "1.1 proxy"}, 404),
    ],
)
def test_who_asks_from_this_host_and_through_no_proxy_reads_it(settings, sent, status):
    settings.METRICS = "loopback"

    assert Client().get("/metrics", **sent).status_code == status


def test_requests_are_counted_by_page_and_not_by_address(scrape, as_user, alice):
    before = scrape()
    browser, person = as_user(alice), create.person(family_name="Gingras")
    browser.get(reverse("person_detail", args=[person.pk]) + "?q=Gingras")
    browser.get("/Gingras")
    browser.generic("GINGRAS", reverse("mission_list"))
    after = scrape()

    grown = {name: value - before.get(name, 0) for name, value in after.items() if name.endswith("}")}
    assert {name: by for name, by in grown.items() if name.startswith("peaceops_requests_total") and by} == {
        'peaceops_requests_total{method="GET",route="person_detail",status="2xx"}': 1,
        'peaceops_requests_total{method="GET",route="none",status="4xx"}': 1,
        'peaceops_requests_total{method="other",route="mission_list",status="4xx"}': 1,
        'peaceops_requests_total{method="GET",route="metrics",status="2xx"}': 1,
    }
    assert grown['peaceops_request_seconds_count{route="person_detail"}'] == 1
    assert "gingras" not in str(after).lower()
    assert str(person.pk) not in {part for name in after for part in re.findall(r'"([^"]*)"', name)}


def test_the_figures_of_the_office(scrape, alice):
    now, area = timezone.now(), create.area(code="kosovo")
    create.authorization(area=area, cap=3)
    create.area(code="no-authorization")
    today = timezone.localdate()
    days = {"starts_on": today, "ends_on": today + dt.timedelta(days=90)}
    create.deployment(mission=create.mission(area=area), status="in_mission", **days)
    for minutes, given_up_at in ((10, None), (5, None), (90, now)):
        at = now - dt.timedelta(minutes=minutes)
        Letter.objects.create(
            key=str(uuid.uuid4()), user=alice, subject="Flags", text="-", language="en-ca",
            written_at=at, next_try_at=at, given_up_at=given_up_at,
        )  # fmt: skip
    check_caps()

    told = scrape()

    assert told["peaceops_database_up"] == 1
    assert (told["peaceops_letters_waiting"], told["peaceops_letters_given_up"]) == (2, 1)
    assert 600 <= told["peaceops_letters_oldest_waiting_seconds"] < 660
    assert told['peaceops_job_late{job="flags.check_caps"}'] == 0
    assert 0 <= told['peaceops_job_went_well_seconds{job="flags.check_caps"}'] < 60
    assert 'peaceops_job_went_well_seconds{job="flags.check_papers"}' not in told
    assert set(told) >= {'peaceops_flags_open{severity="act"}', 'peaceops_flags_open{severity="plan"}'}
    assert {name: value for name, value in told.items() if "places" in name} == {
        'peaceops_places_used{area="kosovo"}': 1,
        'peaceops_places_used{area="no-authorization"}': 0,
        'peaceops_places_cap{area="kosovo"}': 3,
    }
    assert "peaceops_backup_age_hours" not in told


@pytest.mark.parametrize("areas", [1, 3])
def test_it_asks_nine_queries_and_leaves_no_event(scrape, alice, areas, django_assert_num_queries):
    for _each in range(areas):
        create.authorization(area=create.area(), cap=3)
    heartbeat()
    before = Event.objects.count()

    with django_assert_num_queries(9):
        scrape()

    assert Event.objects.count() == before


def test_without_a_database_the_numbers_of_the_web_server_go_on(scrape, monkeypatch):
    def away():
        raise OperationalError

    monkeypatch.setitem(health.ELSEWHERE, "database", health.Question(away))

    told = scrape()

    assert told["peaceops_database_up"] == 0
    assert "peaceops_letters_waiting" not in told
    assert scrape()['peaceops_requests_total{method="GET",route="metrics",status="2xx"}'] >= 1


def test_it_is_read_over_plain_http_where_pages_are_not(scrape, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert scrape()["peaceops_database_up"] == 1


@pytest.mark.server
def test_the_processes_of_one_server_count_together(tmp_path):
    with environment(tmp_path) as env:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "gunicorn", "peaceops.wsgi", "--workers", "2", "--bind", f"127.0.0.1:{port}"]
        kept = {**env, "METRICS": "loopback", "TMPDIR": str(tmp_path)}
        server = subprocess.Popen([*command, "--no-control-socket"], cwd=BASE_DIR, env=kept)
        try:
            wait_until(lambda: read(f"{url}/livez"))
            before = numbers(read(f"{url}/metrics"))[LIVEZ]
            for _each in range(20):
                read(f"{url}/livez")
            after = {numbers(read(f"{url}/metrics"))[LIVEZ] for _each in range(10)}
            folders = list(tmp_path.glob("peaceops-metrics-*"))
        finally:
            server.terminate()
            server.wait(60)

    assert after == {before + 20}
    assert len(folders) == 1
    assert not folders[0].exists()


LIVEZ = 'peaceops_requests_total{method="GET",route="livez",status="2xx"}'


def read(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.read().decode()
    except urllib.error.URLError:
        time.sleep(0.2)
        return ""
