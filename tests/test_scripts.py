"""What is typed behind `script/…`: what a script does not know starts nothing and writes nothing."""

import os
import subprocess

import pytest

from tests.own_database import BASE_DIR

WITHOUT_ARGUMENTS = ["lint", "lock", "messages", "verify-units"]


def run(script, *typed, folder):
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "PORT": "1"}
    return subprocess.run(
        [BASE_DIR / "script" / script, *typed],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("script", ["server", "dev"])
@pytest.mark.parametrize("typed", [["--emtpy"], ["--emp"], ["--empty", "now"], ["empty"]])
def test_an_unknown_argument_ends_with_a_usage_sentence_and_starts_nothing(script, typed, tmp_path):
    done = run(script, *typed, folder=tmp_path / "data")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"usage: script/{script} [-h] [--empty]\nscript/{script}: error: unrecognized arguments: {typed[-1]}\n"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("script", ["server", "dev"])
def test_who_asks_for_help_is_helped_and_starts_nothing(script, tmp_path):
    done = run(script, "--help", folder=tmp_path / "data")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"usage: script/{script} [-h] [--empty]\n")
    assert "--empty     load no demonstration world" in done.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("script", WITHOUT_ARGUMENTS)
def test_a_script_without_arguments_does_nothing_when_it_is_given_one(script, tmp_path):
    done = run(script, "--help", folder=tmp_path / "data")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Usage: script/{script} (no arguments: ")


@pytest.mark.parametrize("typed", [[], ["--help"], ["requirements-prod.txt"], ["requirements.txt", "--upgrade"]])
def test_setup_takes_one_list_of_packages_that_is_there(typed, tmp_path):
    done = run("setup", *typed, folder=tmp_path / "data")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Usage: script/setup requirements.txt|requirements-dev.txt\n"
