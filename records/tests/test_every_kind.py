"""Every kind of record: the examples of the template come in, come out, and go again."""

import io

import pytest
from django.apps import apps
from django.db.models import CheckConstraint
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from records import work
from records.kinds import KINDS
from records.tasks import work_on_lists
from records.tests.bringing import brought, results, undone, xlsx
from tests import create

ASKED_BY_THE_KIND = {
    "mission_states": {"missionstate_withdrawn_by_somebody"},
    "people": {"person_has_a_name", "person_not_merged_into_itself"},
    "deployments": {
        "deployment_departs_after_arrival",
        "deployment_stay_has_days",
        "deployment_arrived_fits_status",
        "deployment_departed_fits_status",
        "deployment_early_end_has_reason",
        "deployment_does_not_relieve_itself",
    },
    "nominations": {
        "nomination_deployed_has_deployment",
        "nomination_deferred_until_a_day",
        "nomination_refusal_has_reason",
    },
}
"""Constraints that a row cannot break, because its kind refuses that first or has no column for it."""
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


@pytest.mark.parametrize(
    ("sheet", "rows", "english", "french"),
    [
        (
            "Missions",
            [["Code", "Name in English", "Name in French", "Country or region"], ["unexa", "A", "B", "Atlantis"]],
            "Country or region: No record is called “Atlantis”.",
            "Pays ou région : Rien au dossier ne s'appelle « Atlantis ».",
        ),
        (
            "Mission states",
            [["Mission", "State", "From", "Reason in English"], ["unexb", "active", "2026-01-05", "Calm."]],
            "State: It is “Active” on that day already.",
            "État : L'état est déjà « Active » ce jour-là.",
        ),
        (
            "Mission states",
            [["Mission", "State", "From"], ["unexb", "suspended", "2026-01-05"]],
            "Give a reason.",
            "Indiquez un motif.",
        ),
        (
            "Attestations",
            [
                ["Police service", "Service number", "Made on", "Valid until"],
                ["expol", "E-1", "2026-01-05", "2026-01-04"],
            ],
            "It cannot expire before it was made.",
            "Elle ne peut pas expirer avant d'avoir été faite.",
        ),
        (
            "Attestations",
            [
                ["Police service", "Service number", "Made on", "Withdrawn on"],
                ["expol", "E-1", "2026-01-05", "2026-01-04"],
            ],
            "It cannot be withdrawn before it was made.",
            "Elle ne peut pas être retirée avant d'avoir été faite.",
        ),
        (
            "Credentials",
            [
                ["Police service", "Service number", "Credential", "Issued on", "Document seen"],
                ["expol", "E-1", "first-aid", "2026-01-05", "A-17"],
            ],
            "Say on which day the office saw the document.",
            "Indiquez quel jour le bureau a vu le document.",
        ),
    ],
)
def test_why_a_row_is_refused_is_said_in_both_languages(alice, sheet, rows, english, french):
    create.mission(code="unexb")
    create.person(service=create.service(code="expol"), service_number="E-1")
    create.kind()

    batch = brought(xlsx(**{sheet.replace(" ", "_"): rows}), alice, name="office.xlsx")

    reasons = batch.rows.get().reasons
    assert (reasons["en"], [reason.replace("\xa0", " ") for reason in reasons["fr"]]) == ([english], [french])


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_every_constraint_that_a_row_may_break_has_a_sentence(kind):
    """But for words, numbers and references that the columns cannot hold, and rules that the kind asks by itself."""
    unsaid = {
        constraint.name
        for constraint in kind.model._meta.constraints
        if isinstance(constraint, CheckConstraint)
        and constraint.violation_error_message == constraint.default_violation_error_message
        and not constraint.name.endswith(("_known", "_in_range"))
    }
    assert unsaid == ASKED_BY_THE_KIND.get(kind.code, set())
