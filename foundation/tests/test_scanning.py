"""Asking the virus scanner, which may be away, slow, or out of its mind."""

import io
import threading

import pytest

from foundation.scanning import Verdict, is_reachable, scan
from tests.virus_scanner import VIRUS, scanner


def test_without_an_address_nobody_is_asked(settings):
    settings.CLAMD_ADDRESS = ""

    assert scan(io.BytesIO(VIRUS)) is Verdict.NOT_ASKED
    assert is_reachable()


@pytest.mark.parametrize("way", ["tcp", "unix", "unix:"])
@pytest.mark.parametrize(
    ("content", "verdict"),
    [
        (b"%PDF-1.7", Verdict.CLEAN),
        (b"%PDF-1.7" + VIRUS, Verdict.INFECTED),
        (b"x" * 100_000 + VIRUS, Verdict.INFECTED),
        (b"", Verdict.CLEAN),
    ],
    ids=["clean", "infected", "infected at its end", "empty"],
)
def test_a_whole_file_is_scanned_and_left_at_its_beginning(settings, tmp_path, way, content, verdict):
    file = io.BytesIO(content)
    file.seek(0, io.SEEK_END)

    with scanner(path=None if way == "tcp" else tmp_path / "clamd") as address:
        settings.CLAMD_ADDRESS = f"unix:{address}" if way == "unix:" else address
        found = scan(file)
        assert is_reachable()

    assert found is verdict
    assert file.read() == content


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\n",
        b"\xff\xfe\n",
        b"HTTP/1.1 400 Bad Request\n",
        b"INSTREAM size limit exceeded. ERROR\n",
        b"stream: Can't allocate memory ERROR\n",
        b"stream: PERHAPS\n",
    ],
)
def test_an_answer_that_is_none_is_no_verdict(settings, answer):
    with scanner(lambda _body: answer) as settings.CLAMD_ADDRESS:
        assert scan(io.BytesIO(b"%PDF-1.7")) is Verdict.UNKNOWN


def test_a_scanner_that_takes_too_long_is_not_waited_for(settings):
    settings.CLAMD_TIMEOUT, enough = 0.1, threading.Event()

    def slow(_body):
        enough.wait(10)
        return b"stream: OK\n"

    with scanner(slow) as settings.CLAMD_ADDRESS:
        found = scan(io.BytesIO(b"%PDF-1.7"))
        enough.set()

    assert found is Verdict.UNKNOWN


@pytest.mark.parametrize("kind", ["gone", "no file", "no port", "no host"])
def test_a_scanner_that_is_not_there_is_no_verdict(settings, tmp_path, kind):
    with scanner() as gone:
        pass
    settings.CLAMD_ADDRESS = {
        "gone": gone,
        "no file": str(tmp_path / "clamd"),
        "no port": "127.0.0.1:99999",
        "no host": f"{'a' * 70}..example:3310",
    }[kind]
    settings.CLAMD_TIMEOUT = 2

    assert scan(io.BytesIO(b"%PDF-1.7")) is Verdict.UNKNOWN
    assert not is_reachable()
