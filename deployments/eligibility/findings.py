"""One thing that a rule found."""

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
"""What a second coordinator may let pass. Never the cap, an overlap, an authorization, age, arms, an attestation, an
agreement or a consent."""


@dataclass(frozen=True)
class Finding(Blocker):
    """One blocker or warning. A waiver turns a blocker into something that is known and let pass."""

    warns: bool = False
    waiver: Waiver | None = None
    restricted: bool = False
    """About a credential whose days and results are not for every reader."""

    asked: Waiver | None = None
    """A waiver that waits for its second coordinator: it lets nothing pass yet."""

    @property
    def mended_by(self) -> str:
        """What would be added to the record to mend it: a credential, a language test, an attestation."""
        begins = self.code.split("_", 1)[0]
        return {
            "credential": "credential",
            "firearms": "credential",
            "language": "language",
            "attestation": "attestation",
        }.get(begins, "")

    @property
    def refuses(self) -> bool:
        return not self.warns and self.waiver is None

    @property
    def may_be_waived(self) -> bool:
        return self.refuses and self.code in WAIVABLE and self.asked is None
