"""How much pages wait beside a hostile workbook: `python -m benchmarks hostile [pages]`.

Asks for so many pages alone, and again while a worker reads a workbook of ten megabytes and twenty thousand rows of
sixty cells. The last line is the ratio of both: about 1 where the file is read in a process of its own.
"""

import io
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import override_settings  # noqa: E402
from django.urls import reverse  # noqa: E402
from openpyxl import Workbook  # noqa: E402

from foundation.reading.opening import FileRefused, open_file  # noqa: E402
from tests import create  # noqa: E402

ROWS = 20_000


def hostile(path: Path) -> None:
    """A workbook that takes as long as the limits let it."""
    file = io.BytesIO()
    book = Workbook(write_only=True)
    page = book.create_sheet("Names")
    for number in range(ROWS):
        page.append([f"{number}-{place}" for place in range(60)])
    book.save(file)
    with zipfile.ZipFile(file) as members:
        assert members.testzip() is None
    path.write_bytes(file.getvalue())


def seconds(browser: Client, pages: int) -> float:
    """Of the pages in the middle, so that one that was slow by chance does not count."""
    times = []
    for _each in range(pages):
        begun = time.perf_counter()
        assert browser.get(reverse("home")).status_code == 200
        times.append(time.perf_counter() - begun)
    return sorted(times)[pages // 2]


def main(pages: int) -> None:
    browser = Client()
    browser.force_login(create.user(role="coordinator"))
    seconds(browser, 5)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hostile.xlsx"
        hostile(path)
        alone = seconds(browser, pages)
        reading = threading.Thread(target=read, args=(path, folder))
        reading.start()
        beside = seconds(browser, pages)
        still = reading.is_alive()
        reading.join()
    how = "still" if still else "not any more"
    print(f"a page: {alone * 1000:.0f} ms alone, {beside * 1000:.0f} ms while the file was {how} read")
    print(f"ratio {beside / alone:.2f}")


def read(path: Path, folder: str) -> None:
    into = Path(folder) / "read"
    into.mkdir()
    try:
        open_file(path, into)
    except FileRefused as refused:
        print(refused.reason)


PLAIN_FILES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}

if __name__ == "__main__":
    with override_settings(STORAGES={**settings.STORAGES, **PLAIN_FILES}, ALLOWED_HOSTS=["testserver"]):
        main(int(sys.argv[1]))
