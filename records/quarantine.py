"""Lists are opened once the virus scanner has looked at their file: an infected one is deleted, others wait for it."""

from django.db import transaction
from django.utils.translation import gettext as _

from audit.log import record
from audit.models import Verb
from foundation.bilingual import in_both_languages
from foundation.scanning import Verdict, scan
from records.models import Import
from records.progress import change_state, delete_file_after_commit

State = Import.State


class NotScanned(Exception):
    """The scanner does not answer: the list waits for the next run of the job."""


def is_clean(batch: Import) -> bool:
    """Whether a list that is being opened may be; if it is infected, it is refused. Raises `NotScanned`."""
    with batch.file.open("rb") as file:
        verdict = scan(file)  # outside of transactions, which must not wait for it
    if verdict is Verdict.UNKNOWN:
        _let_wait(batch)
        raise NotScanned
    if verdict is Verdict.INFECTED:
        _refuse_infected(batch)
    return verdict is not Verdict.INFECTED


def _let_wait(batch: Import) -> None:
    problem = in_both_languages(
        lambda: _("The virus scanner does not answer. The list is opened as soon as it has looked at the file.")
    )
    change_state(batch, {State.OPENING}, State.UPLOADED, problem=problem)


@transaction.atomic
def _refuse_infected(batch: Import) -> None:
    problem = in_both_languages(
        lambda: _("The virus scanner found this file infected: it was not kept. Have your computer checked.")
    )
    if change_state(batch, {State.OPENING}, State.REFUSED, problem=problem, tables=[], choices={}, groups=[]):
        record(None, Verb.REFUSED, batch, what="infected")
        delete_file_after_commit(batch)
