"""The public table in a browser, for somebody without an account: two languages, a phone, dark and forced colours."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import MARKS
from tests.own_database import run

pytestmark = MARKS

OPEN = "from missions.models import PublicTable; PublicTable.objects.get_or_create(is_open=True)"


@pytest.fixture(scope="module")
def opened(server):
    run(server.env, "manage.py", "shell", "-c", OPEN)
    return server


@pytest.mark.parametrize("options", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}])
@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_anybody_reads_it_on_any_screen(chromium, opened, language, options):
    context = chromium.new_context(viewport={"width": 375, "height": 800}, **options)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)

    page.goto(f"{opened.url}/{language}/public/operations/")

    assert page.evaluate("document.documentElement.scrollWidth") == 375
    assert Axe().run(page).response["violations"] == []
    assert context.cookies() == []
    assert complaints == []
    context.close()
