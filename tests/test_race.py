"""Rule 21: many people want the last places at the same moment. Real processes, real connections, both engines."""

import http.client
import json
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.own_database import BASE_DIR, environment, is_postgresql, run

pytestmark = pytest.mark.server
CAP = 22
PEOPLE = 200 if is_postgresql() else 60
PROCESSES, THREADS = (5, 8) if is_postgresql() else (4, 3)


@pytest.fixture(scope="module")
def env(tmp_path_factory):
    with environment(tmp_path_factory.mktemp("race")) as env:
        yield env


def world(env):
    """An area with 22 places and many people who want them."""
    return json.loads(run(env, "-m", "tests.race", "prepare", str(PEOPLE)))


def race(env, act, ids):
    """All ids at once, spread over processes; outcomes, errors, and how many are approved in the end."""
    return *run_at_once(env, act, ids), count(env, ids)


def run_at_once(env, act, ids):
    """All ids at once, spread over processes; outcomes and errors."""
    runners = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.race", act, str(THREADS), *map(str, ids[number::PROCESSES])],
            cwd=BASE_DIR,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(PROCESSES)
    ]
    for runner in runners:  # all stand ready, then all begin
        runner.stdout.readline()
    for runner in runners:
        runner.stdin.write("go\n")
        runner.stdin.flush()
    outcomes: Counter[str] = Counter()
    errors = []
    for runner in runners:
        told, complaint = runner.communicate(timeout=240)
        assert runner.returncode == 0, complaint
        answer = json.loads(told)
        outcomes.update(answer["outcomes"])
        errors += answer["errors"]
    return dict(outcomes), errors


def count(env, ids):
    return json.loads(run(env, "-m", "tests.race", "count", *map(str, ids)))


def test_exactly_as_many_are_approved_as_there_are_places(env):
    told = world(env)

    outcomes, errors, approved = race(env, "approve", told["ids"])

    assert errors == []
    assert outcomes == {"approved": CAP, "area_full": PEOPLE - CAP}
    assert approved == CAP


def test_the_last_places_of_a_position_and_one_nomination_a_person(env):
    """Sixteen for three places, and one person put forward twelve times, over several processes at the same moment."""
    told = json.loads(run(env, "-m", "tests.race", "prepare-pool", "16"))

    nominated = run_at_once(env, "nominate", told["pool"])
    put_forward = run_at_once(env, "put-forward", [told["candidate"]] * 12)

    assert nominated == ({"nominated": 3, "position_filled": 13}, [])
    assert put_forward == ({"put forward": 1, "put_forward_already": 11}, [])


def test_one_correction_is_made_once_however_many_confirm_it(env):
    told = json.loads(run(env, "-m", "tests.race", "prepare-corrections", "1"))

    outcomes, errors = run_at_once(env, "confirm", [told["ids"][0]] * 16)

    assert errors == []
    assert outcomes == {"made": 1, "wrong_step": 15}


def test_corrections_that_fill_the_last_places_of_an_area(env):
    """Sixteen people to the other area, where three places are free."""
    told = json.loads(run(env, "-m", "tests.race", "prepare-corrections", "16"))

    outcomes, errors = run_at_once(env, "confirm", told["ids"][::2])

    assert errors == []
    assert outcomes == {"made": 3, "area_full": 13}
    assert json.loads(run(env, "-m", "tests.race", "used", *map(str, told["areas"]))) == [13, 19]


def test_corrections_across_two_areas_wait_for_each_other_in_one_order(env):
    """Half from the first area to the second and half back: no deadlock, and no area above its cap."""
    told = json.loads(run(env, "-m", "tests.race", "prepare-corrections", "12"))

    outcomes, errors = run_at_once(env, "confirm", told["ids"])

    assert errors == []
    assert set(outcomes) <= {"made", "area_full"}
    assert outcomes["made"] >= 6
    assert max(json.loads(run(env, "-m", "tests.race", "used", *map(str, told["areas"])))) <= 15


def test_no_more_documents_are_kept_than_a_nomination_and_a_service_may_hold(env):
    """Sixteen at once for one nomination that may have five; then one for each of sixteen, which may hold 3 MB."""
    limits = {**env, "DOCUMENTS_PER_CANDIDATURE": "5", "DOCUMENTS_MB_PER_SERVICE": "3"}
    [one] = json.loads(run(env, "-m", "tests.race", "prepare-uploads", "1"))
    of_a_service = json.loads(run(env, "-m", "tests.race", "prepare-uploads", "16"))

    of_one = run_at_once(limits, "upload", [one] * 16)
    of_all = run_at_once(limits, "upload", of_a_service)

    assert of_one == ({"uploaded": 5, "too_many_documents": 11}, [])
    assert of_all == ({"uploaded": 6, "service_documents_too_large": 10}, [])


def test_events_are_numbered_without_gaps_however_many_write(tmp_path):
    """Sixty times two events over several processes, a third of them given up: the numbers close up again."""
    with environment(tmp_path) as env:
        run(env, "-m", "tests.race", "prepare", "1")
        before, _intact = json.loads(run(env, "-m", "tests.race", "events"))

        outcomes, errors = run_at_once(env, "record", list(range(60)))
        numbers, intact = json.loads(run(env, "-m", "tests.race", "events"))

    assert errors == []
    assert outcomes == {"recorded": 40, "given up": 20}
    assert numbers == list(range(1, len(before) + 81))
    assert intact is True


def test_the_guard_alone_holds_the_cap(env):
    told = world(env)

    outcomes, errors, approved = race(env, "raw", told["ids"])

    assert errors == []
    assert outcomes == {"approved": CAP, "guard": PEOPLE - CAP}
    assert approved == CAP


def test_without_lock_and_guard_the_same_race_exceeds_the_cap(tmp_path):
    """The negative control: were this green with 22, the tests above could not fail."""
    with environment(tmp_path) as env:
        told = world(env)
        run(env, "-m", "tests.race", "guards-off")
        _outcomes, errors, approved = race(env, "bare", told["ids"])

    assert errors == []
    assert approved > CAP


def test_over_http_exactly_as_many_succeed_as_there_are_places(env):
    told = world(env)
    port = 18200 + (time.time_ns() // 1000) % 700
    run(env, "manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    server = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "peaceops.wsgi", "--bind", f"127.0.0.1:{port}", "--no-control-socket",
            "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--log-level", "warning",
        ],
        cwd=BASE_DIR,
        env=env,
    )  # fmt: skip
    try:
        _wait_for(port)
        with ThreadPoolExecutor(30) as pool:
            found = Counter(pool.map(lambda one: _approve(port, told["session"], one), told["ids"][:60]))
        assert found == {302: CAP, 409: 60 - CAP}
        assert count(env, told["ids"]) == CAP
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait_for(port):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/livez")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer")


def _approve(port, session, deployment_id):
    token = "a" * 32
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request(
        "POST",
        f"/en-ca/deployments/{deployment_id}/approve/",
        body=f"csrfmiddlewaretoken={token}&reason=",
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"sessionid={session}; csrftoken={token}",
        },
    )
    return connection.getresponse().status
