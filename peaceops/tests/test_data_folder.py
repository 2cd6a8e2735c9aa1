"""What lies in the data folder can be read by its owner only."""

import os
import re
import stat
import subprocess
import sys

import pytest

from peaceops.data_folder import keep_port, protect
from tests.own_database import BASE_DIR


def mode(path):
    return stat.S_IMODE(path.lstat().st_mode)


def test_what_was_open_before_is_closed(tmp_path):
    folder = tmp_path / "data"
    (folder / "mail").mkdir(parents=True)
    (folder / "mail" / "1.eml").write_text("x")
    (folder / "run.sh").write_text("x")
    (folder / "closed.txt").write_text("x")
    outside = tmp_path / "outside.txt"
    outside.write_text("x")
    (folder / "link").symlink_to(outside)
    for path, was in [
        (folder, 0o755),
        (folder / "mail", 0o775),
        (folder / "mail" / "1.eml", 0o644),
        (folder / "run.sh", 0o755),
        (folder / "closed.txt", 0o600),
        (outside, 0o644),
    ]:
        path.chmod(was)

    changed = protect(folder)

    assert changed == 4
    assert {path.name: oct(mode(path)) for path in (folder, *sorted(folder.rglob("*"))) if path.name != "link"} == {
        "data": "0o700",
        "closed.txt": "0o600",
        "mail": "0o700",
        "1.eml": "0o600",
        "run.sh": "0o700",
    }
    assert mode(outside) == 0o644
    assert protect(folder) == 0


def test_after_a_start_nothing_in_the_data_folder_is_open_and_the_first_administrator_has_a_link(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "old.eml").write_text("x")
    folder.chmod(0o755)
    (folder / "old.eml").chmod(0o644)
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "HTTPS": "off"}

    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=BASE_DIR,
        env=env,
        check=True,
        capture_output=True,
        text=True,
        umask=0o022,
    )

    found = {path.name: oct(mode(path)) for path in (folder, *folder.rglob("*"))}
    assert {"peaceops.sqlite3", "secret-key.txt", "audit-key.txt", "broker", "static"} <= set(found)
    assert {name: had for name, had in found.items() if had not in {"0o700", "0o600"}} == {}
    assert re.search(r"^http://\S+/account/first-administrator/first:\S+/$", done.stdout, re.MULTILINE)
    assert "rows added" not in done.stdout


@pytest.mark.parametrize(
    ("kept", "set_to", "leads_to"),
    [
        ("", {}, "http://localhost:8000"),
        ("8123", {}, "http://localhost:8123"),
        ("8123", {"PORT": "", "SITE_URL": ""}, "http://localhost:8123"),
        ("8123", {"PORT": "8456"}, "http://localhost:8456"),
        ("8123", {"PORT": "8456", "SITE_URL": "https://peaceops.example"}, "https://peaceops.example"),
    ],
)
def test_links_lead_to_the_port_of_the_server_on_this_folder(kept, set_to, leads_to, tmp_path):
    if kept:
        keep_port(tmp_path, "8000")
        keep_port(tmp_path, kept)
        assert [oct(mode(path)) for path in tmp_path.iterdir()] == ["0o600"]
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **set_to}

    code = "from peaceops import settings; print(settings.SITE_URL)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=BASE_DIR, env=env, check=True, capture_output=True, text=True
    )

    assert done.stdout == f"{leads_to}\n"
