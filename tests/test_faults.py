"""The background under its accidents, with real workers, beats and connections, on both engines and both brokers."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from urllib.parse import urlsplit

import psycopg
import pytest

from tests import mail_server
from tests.own_database import BASE_DIR, environment, is_postgresql

pytestmark = pytest.mark.server
POSTINGS = 40
CELERY = [sys.executable, "-m", "celery", "--quiet"]
WITHOUT = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "CRITICAL"]


class Office:
    """One installation: commands to its database, workers, beats, and the mail server that it sends to."""

    def __init__(self, env, mail, line):
        self.env, self.mail, self.line, self.started = env, mail, line, []
        self.desk = self.begin(
            [sys.executable, "-m", "tests.faults"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def begin(self, command, **options):
        patience = {"EMAIL_TIMEOUT": "2" if options else "60"}  # the desk's, and that of workers
        env = {**self.env, **patience}
        process = subprocess.Popen(command, cwd=BASE_DIR, env=env, start_new_session=True, **options)
        self.started.append(process)
        return process

    def ask(self, what, **arguments):
        self.desk.stdin.write(json.dumps([what, arguments]) + "\n")
        self.desk.stdin.flush()
        answer = self.desk.stdout.readline()
        assert answer, f"{what} failed"
        return json.loads(answer)

    def worker(self, app="peaceops"):
        # Children only where the broker brings back what a killed one held.
        pool = ["--pool", "prefork", "--concurrency", "2"] if "REDIS_URL" in self.env else ["--pool", "solo"]
        name = ["--hostname", f"worker{len(self.started)}@here"]
        queues = ["--queues", "sweeps,letters"]
        return self.begin([*CELERY, "--app", app, "worker", *queues, *name, *pool, *WITHOUT])

    def beat(self):
        schedule = f"{self.env['DATA_DIR']}/beat-{len(self.started)}"
        return self.begin(
            [*CELERY, "--app", "peaceops", "beat", "--schedule", schedule, "--pidfile=", "--loglevel", "CRITICAL"]
        )

    def wait_until(self, question, meanwhile=None, seconds=90):
        """Ask again and again; `meanwhile` is what beat would say each minute."""
        deadline, asked = time.monotonic() + seconds, 0.0
        while not question():
            assert time.monotonic() < deadline, (self.ask("outbox"), self.ask("run_of", job="flags.check_caps"))
            if meanwhile and time.monotonic() - asked > 1:
                self.ask("send", task=meanwhile)
                asked = time.monotonic()
            time.sleep(0.1)


def kill(process):
    """As a machine that loses its power: the process and its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults")
    with environment(folder) as env, mail_server.running() as mail, contextlib.ExitStack() as stack:
        line = None
        if "REDIS_URL" in env:
            there = urlsplit(env["REDIS_URL"])
            line = mail_server.Line(there.hostname, there.port or 6379)
            stack.callback(line.close)
            env["REDIS_URL"] = f"redis://127.0.0.1:{line.port}{there.path}"
        env |= {
            "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
            "LETTER_CLAIM_SECONDS": "3",
        }
        subprocess.run(
            [sys.executable, "manage.py", "createcachetable"], cwd=BASE_DIR, env=env, check=True, capture_output=True
        )
        office = Office(env, mail, line)
        office.alice = office.ask("world", postings=POSTINGS)
        yield office
        for process in office.started:
            kill(process)


@pytest.fixture(autouse=True)
def _clean(office):
    """Each test begins without workers, with a polite mail server and nothing on its way."""
    yield
    for process in office.started[1:]:
        kill(process)
    del office.started[1:]
    office.mail.manners.clear()
    office.mail.taken.clear()
    office.mail.heard.clear()


def test_a_worker_killed_in_the_middle_of_a_sweep_leaves_nothing_half_done(office):
    mark = BASE_DIR.joinpath(office.env["DATA_DIR"], "in-the-middle")
    first = office.worker("tests.faults")
    office.ask("send", task="flags.flag_expiring_postings", scheduled=True)
    office.wait_until(mark.exists)
    kill(first)

    assert office.ask("ledger_of", kind="posting_ending") == [0, 0, 0]
    assert office.ask("run_of", job="flags.flag_expiring_postings") == ["running", 1, 0]
    # A quarter of an hour later beat's knock finds the run broken off, and another worker carries it out.
    office.ask("age_runs", minutes=16)
    office.worker()
    office.wait_until(
        lambda: office.ask("run_of", job="flags.flag_expiring_postings")[0] == "done", meanwhile="background.catch_up"
    )
    assert office.ask("ledger_of", kind="posting_ending") == [POSTINGS, POSTINGS, 0]
    # What was caught up beside it ends before its worker is killed: a run broken off now would hold up the next test.
    office.wait_until(
        lambda: office.ask("run_of", job="flags.check_caps")[:1] == ["done"], meanwhile="background.catch_up"
    )


def test_two_workers_and_two_beats_flag_once_and_write_once(office):
    for begin in (office.worker, office.worker, office.beat, office.beat):
        begin()
    for _each in range(4):
        office.ask("send", task="flags.flag_expiring_postings", scheduled=True)
        office.ask("send", task="flags.check_caps", scheduled=True)
        office.ask("send", task="flags.check_papers")
        office.ask("send", task="flags.write_letters")
        office.ask("send", task="outbox.send_letters")
    office.wait_until(lambda: office.mail.taken, meanwhile="flags.write_letters")
    office.wait_until(lambda: office.ask("run_of", job="flags.check_caps")[:2] == ["done", 1])
    for _each in range(4):
        office.ask("send", task="flags.write_letters")
        office.ask("send", task="outbox.send_letters")
    done = office.ask("run_of", job="outbox.send_letters")[1] + 4
    office.wait_until(lambda: office.ask("run_of", job="outbox.send_letters")[1] >= done)

    assert office.ask("ledger_of", kind="posting_ending") == [POSTINGS, POSTINGS, 0]
    assert office.ask("run_of", job="flags.check_caps")[1] == 1
    assert len(office.mail.taken) == len(set(office.mail.taken)) == len(office.ask("outbox")) == 1


def test_a_worker_killed_in_the_middle_of_sending_loses_and_doubles_nothing(office):
    office.ask("write", count=5, user=office.alice)
    office.mail.manners[:] = ["accept", "accept", *["silence"] * 5]
    first = office.worker()
    office.wait_until(
        lambda: len(office.mail.heard) > 2 and len(office.mail.taken) == 2, meanwhile="outbox.send_letters"
    )
    kill(first)
    office.mail.manners.clear()

    office.worker()
    office.wait_until(lambda: len(office.mail.taken) >= 5, meanwhile="outbox.send_letters")
    office.wait_until(lambda: {row[0] for row in office.ask("outbox")} == {"sent"})

    assert set(Counter(office.mail.taken).values()) == {1}
    # Each letter in hand when the worker died was tried again, whether the mail server had heard of it yet or not.
    assert 5 < len(office.mail.heard) <= sum(row[1] for row in office.ask("outbox")[-5:])


def test_a_mail_server_without_manners_gets_each_letter_once(office):
    office.ask("write", count=1, user=office.alice)
    office.mail.manners[:] = ["refuse", "silence", "drop", "hang_up"]
    told = []
    for _each in range(5):
        office.ask("send_due")
        told.append(office.ask("outbox")[-1])
        office.ask("make_due")

    assert told == [
        ["waiting", 1, "refused 450", 1],
        ["waiting", 2, "unreachable", 2],
        ["waiting", 3, "unreachable", 5],
        ["sent", 4, "", told[3][3]],
        ["sent", 4, "", told[4][3]],
    ]
    assert len(office.mail.taken) == 1
    assert len(set(office.mail.heard)) == 1  # all tries carried one number


def test_a_receiver_that_does_not_exist_is_given_up_at_once(office):
    office.ask("write", count=1, user=office.alice)
    office.mail.manners[:] = ["forbid"]

    assert office.ask("send_due") == [1, 0]
    assert office.ask("outbox")[-1][:3] == ["given_up", 1, "refused 550"]
    assert office.ask("send_due") == [0, 0]


def test_while_the_broker_is_gone_the_web_works_and_letters_go_out_when_it_is_back(office):
    other = office.ask("world", postings=0)
    with broker_gone(office):
        status = office.ask("assign_on_the_web", user=other)
        broker = office.ask("ready")["broker"]
        number, state = office.ask("letter_of_an_assignment")
    office.worker()
    office.wait_until(lambda: number in office.mail.taken, meanwhile="outbox.send_letters")
    office.wait_until(lambda: office.ask("letter_of_an_assignment") == [number, "sent"])

    assert (status, broker, state) == (302, "failed", "waiting")
    # Sweeps that were waiting, too, may write to others by now.
    assert office.mail.taken.count(number) == 1


@contextlib.contextmanager
def broker_gone(office):
    """Redis stopped, or the folder of messages gone."""
    folder = BASE_DIR.joinpath(office.env["DATA_DIR"], "broker", "messages")
    if office.line:
        office.line.cut()
    else:
        folder.rename(folder.with_name("gone"))
        folder.write_text("no folder")
    yield
    if office.line:
        office.line.mend()
    else:
        folder.unlink()
        folder.with_name("gone").rename(folder)


def test_a_worker_lives_through_a_restart_of_the_database(office):
    worker = office.worker()
    before = office.ask("run_of", job="flags.flag_expiring_postings")[1]
    office.wait_until(
        lambda: office.ask("run_of", job="flags.flag_expiring_postings")[1] > before,
        meanwhile="flags.flag_expiring_postings",
    )
    for _each in range(5):
        office.ask("send", task="flags.flag_expiring_postings")
        database_restarts(office)
    before = office.ask("run_of", job="flags.flag_expiring_postings")[1]
    office.wait_until(
        lambda: office.ask("run_of", job="flags.flag_expiring_postings")[1] > before,
        meanwhile="flags.flag_expiring_postings",
    )
    office.wait_until(lambda: office.ask("run_of", job="flags.flag_expiring_postings")[0] == "done")

    assert worker.poll() is None
    assert office.ask("ledger_of", kind="posting_ending")[:2] == [POSTINGS, POSTINGS]


def database_restarts(office):
    """Every connection breaks, as when PostgreSQL restarts; SQLite has none, and is locked by somebody else instead."""
    if is_postgresql():
        name = urlsplit(office.env["DATABASE_URL"])
        with psycopg.connect(name._replace(path="/postgres").geturl(), autocommit=True) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name.path.strip("/")]
            )
    else:
        office.ask("lock", seconds=0.3)
    time.sleep(0.2)
