"""The pictures of the six main screens in docs/images, taken anew: `.venv/bin/python -m tests.pictures`."""

import os
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from peaceops.settings import BASE_DIR
from tests import server as servers
from tests.browser import CHROMIUM, QUIET, sign_in
from tests.own_database import environment

FOLDER = BASE_DIR / "docs" / "images"
SIZES = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 375, "height": 812}}
LANGUAGES = {"en": "en-ca", "fr": "fr-ca"}


def screens(page: Page, home: str) -> dict[str, str]:
    """Name of a picture → the address of its page, for each of the six screens."""

    def first(path: str, link: str = "tbody th a") -> str:
        page.goto(home + path)
        return page.locator(f"main {link}").first.evaluate("link => link.href")

    relieved = first("deployments/?status=deployed").rstrip("/").rsplit("/", 1)[-1]
    page.goto(first("nominations/?stage=qualified"))
    person = page.locator("main .facts dd a[href*='/people/']").first.evaluate("link => link.href")
    return {
        "board": home,
        "area": first("", ".board-table th a"),
        "plan": f"{home}deployments/plan/?relieves={relieved}&person={person.rstrip('/').rsplit('/', 1)[-1]}",
        "person": person,
        "flags": f"{home}flags/",
        "list": f"{home}deployments/",
    }


def main() -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with (
        tempfile.TemporaryDirectory() as folder,
        environment(Path(folder), migrate=False) as env,
        servers.running(env, Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page()
        sign_in(page, server, "coordinator", "en-ca")
        for short, language in LANGUAGES.items():
            for name, address in screens(page, f"{server.url}/{language}/").items():
                page.goto(address)
                for size, pixels in SIZES.items():
                    page.set_viewport_size(pixels)
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=FOLDER / f"{name}-{short}-{size}.png")
        browser.close()


if __name__ == "__main__":
    main()
