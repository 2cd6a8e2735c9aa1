"""The result of an eligibility rule: a blocker or a warning, and the waiver that lets it pass."""

from dataclasses import dataclass

from deployments.models import Waiver
from foundation.refusals import Blocker

WAIVABLE = frozenset(
    {
        "credential_missing",
        "credential_lapsed",
        "language_untested",
        "language_too_low",
        "language_lapsed",
        "too_few_years",
        "rank_outside",
    }
)
"""Codes of the findings that a second coordinator may let pass. The cap, an overlap, an authorization, age, firearms,
an attestation, an agreement and a consent can never be waived."""


@dataclass(frozen=True)
class Finding(Blocker):
    """One blocker or warning. A blocker with a granted `waiver` refuses no longer; it is still shown."""

    warns: bool = False
    waiver: Waiver | None = None
    restricted: bool = False
    """Whether it is about a credential whose days and results only some readers may see."""

    asked: Waiver | None = None
    """A waiver that waits for the second coordinator; the finding still refuses."""

    @property
    def record_to_add(self) -> str:
        """The kind of record that would resolve it, as in the URL `record_add`; "" when adding one does not help."""
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
        return self.refuses and self.code in WAIVABLE and self.asked is None
