"""The one way in which deployments and nominations change: lock, judge, apply, sign, save, record.

What may be done with each stands in a `Table`: `stays.steps.STEPS` and `candidates.pipeline.MOVES`.
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from audit.log import record, sign
from audit.models import Verb
from foundation.refusals import Blocker, StepRefused


@dataclass(frozen=True)
class Table:
    """What may be done with a row, and what that changes.

    `ways` are: act → the states from which it may be taken, and the state that it leads to (None: it stays). An act
    that is not among them is the first of all. `write` sets the other fields that a step changes; `watched` are the
    fields of which the history keeps what was before and after; `said` are the words of a step that it keeps.
    Acts `in_one_click` ask for nothing more, `dangerous` ones are drawn as a warning.
    """

    state: str
    ways: Mapping[Any, tuple[frozenset, Any]]
    verbs: Mapping[Any, Promise]
    write: Callable[[Any, Any], None]
    watched: tuple[str, ...]
    said: tuple[str, ...]
    in_one_click: frozenset
    dangerous: frozenset

    def possible(self, row) -> list:
        """The acts with a button that the table allows now, in its order."""
        state = getattr(row, self.state)
        return [act for act, (sources, _target) in self.ways.items() if state in sources and act in self.verbs]

    def wrong_step(self, row, act) -> list[Blocker]:
        """The refusal of an act that the table does not allow now."""
        if act not in self.ways or getattr(row, self.state) in self.ways[act][0]:
            return []
        message = _("“%(act)s” is not possible here: the state is “%(state)s”.") % {
            "act": self.verbs.get(act, act.label),
            "state": getattr(row, f"get_{self.state}_display")(),
        }
        return [Blocker("wrong_step", message, rule=0)]

    def apply(self, row, step) -> dict[str, list[str | None]]:
        """Write a step into the row, unsaved; answer what changed, as field → [before, after]."""
        before = {name: getattr(row, name) for name in self.watched}
        _sources, target = self.ways.get(step.act, (frozenset(), None))
        if target:
            setattr(row, self.state, target)
        self.write(row, step)
        after = {name: getattr(row, name) for name in self.watched}
        return {
            name: [_as_text(before[name]), _as_text(after[name])]
            for name in self.watched
            if before[name] != after[name]
        }


def _as_text(value: object) -> str | None:
    return None if value is None else str(value)


def go_through(
    table: Table,
    rows: QuerySet,
    subject,
    step,
    *,
    by: User | None,
    judge: Callable[[Any], list[Blocker]],
    complete: Callable[[Any, str], None] = lambda row, was: None,
):
    """Take a step, or raise `StepRefused` with every reason and change nothing. Call it in a transaction.

    The subject is read again from `rows` and locked, or copied when it is new: what was handed in stays as it was.
    `complete` fills in what only the room of the subject knows, once the step is judged and before it is saved.
    """
    row = rows.select_for_update(of=("self",), no_key=True).get(pk=subject.pk) if subject.pk else copy.copy(subject)
    if found := judge(row):
        raise StepRefused(found)
    was = getattr(row, table.state) if row.pk else ""
    changes = table.apply(row, step)
    complete(row, was)
    now = getattr(row, table.state)
    said = {name: getattr(step, name) for name in table.said}
    transition = save(row, step.act, was=was, now=now, by=by, reason=step.reason, changes=changes, **said)
    record(by, Verb.MOVED, row, act=step.act, to=now)
    return transition


def save(row, act, *, was: str, now: str, by: User | None, reason: str, **said):
    """Sign and save a row that took a step, and keep the step in its history."""
    sign(row, by, reason)
    row.save()
    return row.transitions.create(
        act=act, from_status=was, to_status=now, at=timezone.now(), by=by, reason=reason, **said
    )


def together(door: Callable, subjects: Iterable, step, *, by: User | None) -> list[tuple]:
    """Take the same step with each; answer (subject, reasons against it) pairs. Each is judged by itself."""
    results = []
    for subject in subjects:
        try:
            door(subject, step, by=by)
        except StepRefused as refusal:
            results.append((subject, refusal.blockers))
        else:
            results.append((subject, []))
    return results
