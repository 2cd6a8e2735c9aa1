"""Documents that wait for the virus scanner: stored while it did not answer, and nobody fetches them before it does."""

from django.db import transaction

from audit.log import sign
from background.jobs import Counts
from deployments.candidates import documents
from deployments.models import Document
from deployments.news.documents import tell_of_infection
from foundation.refusals import StepRefused
from foundation.scanning import Verdict, scan

PATIENCE = 3
"""After so many files in a row without an answer the scanner is left alone until the next run."""


def scan_waiting() -> Counts:
    """Scan the documents that wait; returns how many are `clean`, `infected`, and go on `waiting`.

    An infected one is taken away, and its file deleted.
    """
    counts, unanswered = Counts(clean=0, infected=0, waiting=0), 0
    # In no order: a file for which the scanner never has an answer holds up no other.
    for document in Document.objects.waiting().order_by("?"):
        verdict = _ask(document) if unanswered < PATIENCE else Verdict.UNKNOWN
        if verdict in {Verdict.CLEAN, Verdict.INFECTED}:
            unanswered = 0
            counts[verdict.value] += _settle(document, verdict)
        else:
            unanswered += 1
            counts["waiting"] += 1
    return counts


def _ask(document: Document) -> Verdict:
    try:
        with document.file.open("rb") as file:
            return scan(file)
    except FileNotFoundError:
        return Verdict.UNKNOWN


@transaction.atomic
def _settle(document: Document, verdict: Verdict) -> bool:
    """Write what was found; returns False when the document was taken away meanwhile."""
    try:
        row = documents.locked(document)
    except StepRefused:
        return False
    row.waits_for_scan = False
    if verdict is Verdict.INFECTED:
        documents.take_away_with_file(row, Document.Removal.INFECTED, None)
        tell_of_infection(row.nomination, row.kind, None)
    else:
        sign(row, None, "")
        row.save()
    return True
