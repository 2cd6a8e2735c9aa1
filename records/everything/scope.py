"""What of the office is taken out: all of it by the operator, and what they may see by an administrator on a page."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import Permission, Role
from accounts.models import User
from deployments.models.nominations import Stage
from records.kinds import KINDS
from records.kinds.base import Kind


@dataclass(frozen=True)
class LeftOut:
    """What an archive does not hold for a reader: rows of these tables, or the values of these columns."""

    label: str | Promise
    tables: tuple[str, ...]
    narrowed: Callable[[QuerySet], QuerySet] = QuerySet.none
    blank: frozenset[str] = frozenset()
    kinds: tuple[str, ...] = ()
    unless: Permission | None = None
    """Whoever has this permission sees it; without one it is for nobody who is signed in."""


def _as_they_are(rows: QuerySet) -> QuerySet:
    return rows


PARTS = (
    LeftOut(
        _("emergency contacts"),
        ("personnel.EmergencyContact", "personnel.HistoricalEmergencyContact"),
        kinds=("contacts",),
        unless=Permission.CONTACT_SEE,
    ),
    LeftOut(
        _("restricted credentials"),
        ("personnel.Credential", "personnel.HistoricalCredential"),
        lambda rows: rows.filter(kind__is_restricted=False),
        unless=Permission.RESTRICTED_SEE,
    ),
    LeftOut(
        _("reviews of nominations that are still being assessed"),
        ("deployments.Review", "deployments.HistoricalReview"),
        lambda rows: rows.exclude(nomination__stage=Stage.ASSESSMENT),
    ),
    LeftOut(
        _("scores of nominations that are still being assessed"),
        ("deployments.Score",),
        lambda rows: rows.exclude(review__nomination__stage=Stage.ASSESSMENT),
    ),
    LeftOut(_("files and rows of lists"), ("records.Import", "records.Import_services", "records.ImportedRow")),
    LeftOut(_("e-mails"), ("outbox.Letter", "account.EmailConfirmation")),
    LeftOut(_("passwords"), ("accounts.User",), _as_they_are, frozenset({"password"})),
    LeftOut(_("keys of subscribers"), ("outbox.Subscriber",), _as_they_are, frozenset({"key"})),
)


@dataclass(frozen=True)
class Scope:
    """Whose archive it is: that of a reader, without what `left_out` names; or all of it."""

    reader: User
    left_out: tuple[LeftOut, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not self.left_out

    @property
    def kinds(self) -> list[Kind]:
        """The sheets of the workbook."""
        hidden = {code for part in self.left_out for code in part.kinds}
        return [kind for code, kind in KINDS.items() if code not in hidden]

    def rows(self, table: QuerySet) -> QuerySet:
        for part in self._of(table):
            table = part.narrowed(table)
        return table

    def blank(self, table: QuerySet) -> frozenset[str]:
        """The columns of a table that stay empty."""
        return frozenset[str]().union(*(part.blank for part in self._of(table)))

    def _of(self, table: QuerySet) -> list[LeftOut]:
        return [part for part in self.left_out if table.model._meta.label in part.tables]


def everything() -> Scope:
    """All of it, as the operator takes it out: nobody is signed in, and its sheets are those of a coordinator."""
    return Scope(User(role=Role.COORDINATOR))


def of(reader: User) -> Scope:
    """What somebody who is signed in may take out."""
    return Scope(reader, tuple(part for part in PARTS if part.unless is None or not reader.may(part.unless)))
