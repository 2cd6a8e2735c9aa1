"""How a rule says no: with every reason, for people and for machines."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """The act that settles a reason: what its link says, and where it leads."""

    says: str
    url: str


@dataclass(frozen=True)
class Blocker:
    """One reason why a step is refused.

    `code` is for machines, `message` a whole sentence in the language of the one who asked, `rule` the number in the
    office's list of rules (docs/rules.md; 0 for what any program would ask), `first_day` the first day that fails where
    days are judged. `about` tells apart what has the same code (the code of a credential kind, a language). Where
    another row is the cause, `links` lead to what settles it.
    """

    code: str
    message: str
    rule: int
    first_day: dt.date | None = None
    about: str = ""
    links: tuple[Link, ...] = ()


class StepRefused(Exception):
    """A step that the rules refuse, with all blockers; nothing was changed."""

    def __init__(self, blockers: Iterable[Blocker]):
        self.blockers = list(blockers)
        super().__init__("; ".join(str(blocker.message) for blocker in self.blockers))
