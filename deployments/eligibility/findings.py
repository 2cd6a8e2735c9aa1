"""The result of an eligibility rule, the waiver that lets it pass, and what a reader may know of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.access import Permission
from accounts.models import User
from deployments.models import Waiver
from foundation.refusals import Blocker

if TYPE_CHECKING:
    from deployments.models import Deployment
    from missions.models import Mission
    from personnel.models import Person

WAIVABLE = frozenset(Waiver.Rule.values)
"""Codes of the findings that a second coordinator may let pass. The cap, an overlap, an authorization, age, firearms,
an attestation, an agreement and a consent can never be waived."""


@dataclass(frozen=True)
class Finding(Blocker):
    """One blocker or warning. A blocker with a granted `waiver` refuses no longer; it is still shown."""

    warns: bool = False
    waiver: Waiver | None = None
    restricted: bool = False
    """Whether it is about a credential whose days and results only some readers may see."""

    waivable: bool = True
    """Whether a waiver may let it pass, as far as its kind of credential says; its code decides as well."""

    asked: Waiver | None = None
    """A waiver that waits for the second coordinator; the finding still refuses."""

    person: "Person | None" = field(default=None, compare=False, repr=False)
    mission: "Mission | None" = field(default=None, compare=False, repr=False)
    stay: "Deployment | None" = field(default=None, compare=False, repr=False)
    """Of whom it was found, for which mission, and for which stay where there is one: the act that settles it asks."""

    @property
    def record_to_add(self) -> str:
        """The kind of record that would resolve it, as in the URL `record_add`; "" when adding one does not help."""
        if self.code.endswith("_unverified"):
            return ""
        subject = self.code.split("_", 1)[0]
        return {
            "credential": "credential",
            "firearms": "credential",
            "language": "language",
            "attestation": "attestation",
        }.get(subject, "")

    @property
    def refuses(self) -> bool:
        return not self.warns and self.waiver is None

    @property
    def may_be_waived(self) -> bool:
        return self.refuses and self.can_be_waived and self.asked is None

    @property
    def can_be_waived(self) -> bool:
        return self.waivable and self.code in WAIVABLE


def told_to(reader: User, found: Iterable[Finding]) -> list[Finding]:
    """Findings as a reader may know them: one about a restricted credential may say no more than whether it refuses."""
    closed = not reader.may(Permission.RESTRICTED_SEE)
    return [_without_its_subject(one) if one.restricted and closed else one for one in found]


def _without_its_subject(finding: Finding) -> Finding:
    # Rule 12, as of all credentials: rule 10 would say that it is about firearms.
    message = _("About a restricted credential.")
    return replace(finding, code="credential_restricted", message=message, rule=12, first_day=None, about="", links=())
