"""Every kind of record: the examples of the template come in, come out, and go again."""

import io

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from records import work
from records.kinds import KINDS
from records.tasks import work_on_lists
from records.tests.bringing import brought, results, undone

pytestmark = pytest.mark.django_db


def template(browser, language="en-ca") -> bytes:
    with translation.override(language):
        return browser.get(reverse("import_template")).getvalue()


def without_marks(content: bytes) -> bytes:
    """The template with its examples as rows of one's own."""
    book = load_workbook(io.BytesIO(content))
    for page in book:
        for row in page.iter_rows(min_row=2):
            if isinstance(row[-1].value, str) and row[-1].value.startswith(("Example", "Exemple")):
                row[-1].value = None
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def counted() -> dict[str, int]:
    """How many rows there are of each model that lists write, without their histories."""
    models = [
        model for app in ("missions", "personnel", "deployments") for model in apps.get_app_config(app).get_models()
    ]
    return {model.__name__: model.objects.count() for model in models if not hasattr(model, "history_date")}


def test_the_examples_of_a_template_are_not_read(alice, as_user):
    batch = brought(template(as_user(alice)), alice, name="template.xlsx")

    assert (batch.state, batch.problem["en"]) == ("refused", "The file has no row below its headings.")


@pytest.mark.parametrize("language", ["en-ca", "fr-ca"])
def test_the_examples_of_every_kind_come_in_and_go_again(alice, as_user, language):
    alice.language = language
    alice.save()
    before = counted()
    content = without_marks(template(as_user(alice), language))

    batch = brought(content, alice, name="office.xlsx")

    assert batch.state == "preview"
    assert [row for row in results(batch) if row[1] == "refused"] == []
    assert batch.counts == {kind: {"new": 1} for kind in KINDS}
    work.accept(batch)
    work_on_lists()
    batch.refresh_from_db()
    assert (batch.state, batch.problem) == ("done", {})
    again = brought(content, alice, name="office.xlsx")
    assert {kind: list(found) for kind, found in again.counts.items()} == {kind: ["unchanged"] for kind in KINDS}
    undone(batch, alice)
    assert (batch.state, batch.problem) == ("undone", {})
    assert counted() == before
