"""Strength at the end of each month since 1989, against the caps and the ceiling."""

import datetime as dt
from collections import Counter

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from deployments.models.statuses import Kind
from foundation.sentences import day as in_words
from missions.models import Authorization, Ceiling
from missions.models.authority import DatedQuerySet
from reports.charts.base import Chart
from reports.charts.steps import Steps, Stretch, steps
from reports.measures import Question, Time, counted_by
from reports.measures.question import EMPTY, since_the_start
from reports.tables.base import Report, Row, opened
from reports.tables.month_ends import month_ends

ONE_DAY = dt.timedelta(days=1)
TAKES = frozenset({"mission", "service", "category", "gender"})


def rows(question: Question) -> list[Row]:
    """One row for each month. The caps are those of the whole office, so a question of less is compared with none."""
    ends = month_ends(question)
    if not ends:
        return []
    levels = _levels(question, ends)
    is_whole = question.reader.sees_every_service and all(
        getattr(question, part) == empty for part, empty in EMPTY.items()
    )
    caps = _caps(Authorization.objects.issued(), ends) if is_whole else [None for _end in ends]
    ceilings = _caps(Ceiling.objects.all(), ends) if is_whole else [None for _end in ends]
    found: list[Row] = []
    for end, heads, cap, ceiling in zip(ends, levels, caps, ceilings, strict=True):
        there = question.narrowed(on=end)
        at_postings = heads[Kind.ANCILLARY.value]
        in_missions = heads.total() - at_postings
        found.append(
            {
                "month_end": end,
                "in_missions": opened("deployed_in_missions", there, in_missions),
                "at_postings": opened("deployed_at_postings", there, at_postings),
                "deployed": opened("deployed", there, in_missions + at_postings),
                "authorized": None if cap is None else opened("authorized", there.only(frozenset()), cap),
                "ceiling": ceiling,
            }
        )
    return found


def _levels(question: Question, ends: list[dt.date]) -> list[Counter]:
    """How many were deployed on each of these days, by the kind of their deployment; two queries.

    Counted by day, who comes and who has left, and added up here: a database sums a million dates faster than it works
    out the months of each. On every day the same as the measure "deployed".
    """
    stays = question.stays().arrived().with_stay(question.today).filter(first_day__lte=ends[-1])
    come, left = (counted_by(stays, day, "kind") for day in ("first_day", "stay_ends"))
    changes = [
        *((day, kind, number) for (day, kind), number in come.items()),
        *((day + ONE_DAY, kind, -number) for (day, kind), number in left.items()),
    ]
    changes.sort(reverse=True)
    level: Counter = Counter()
    found = []
    for end in ends:
        while changes and changes[-1][0] <= end:
            _day, kind, number = changes.pop()
            level[kind] += number
        found.append(level.copy())
    return found


def _caps(rows: DatedQuerySet, ends: list[dt.date]) -> list[int | None]:
    """The sum of the caps in force on each of these days; None where none is. One query."""
    dated = list(rows.touching(ends[0], ends[-1]).values_list("valid_from", "valid_to", "cap"))
    found = [[cap for first, last, cap in dated if first <= end <= (last or end)] for end in ends]
    return [sum(caps) if caps else None for caps in found]


def draw(rows: list[Row]) -> Steps:
    def heads(key: str) -> list:
        return [getattr(row[key], "number", row[key]) for row in rows]

    compared = [
        ("ceiling", gettext("Policy ceiling"), heads("ceiling")),
        ("cap", gettext("Authorized"), heads("authorized")),
    ]
    levels = [(gettext("In missions"), heads("in_missions")), (gettext("At postings"), heads("at_postings"))]
    return steps(
        [_stretch(row) for row in rows],
        levels,
        [(name, label, numbers) for name, label, numbers in compared if any(numbers)],
    )


def _stretch(row: Row) -> Stretch:
    """The month of a row. Its level is that of its last day, and is said of that day."""
    end: dt.date = row["month_end"]
    said = [
        gettext("%(n)s deployed") % {"n": row["deployed"].number},
        gettext("%(n)s of them in missions") % {"n": row["in_missions"].number},
    ]
    if row["authorized"]:
        said.append(gettext("%(n)s authorized") % {"n": row["authorized"].number})
    if row["ceiling"]:
        said.append(gettext("ceiling %(n)s") % {"n": row["ceiling"]})
    words = gettext("On %(day)s: %(figures)s") % {"day": in_words(end), "figures": ", ".join(said)}
    return Stretch(end.replace(day=1), end, words, row["deployed"].address)


CHART = Chart(
    "strength",
    Report(
        "chart_strength",
        _("Strength since 1989"),
        _(
            "Who was deployed on the last day of each month, in missions and at postings, against the sum of the caps "
            "then in force and the policy ceiling."
        ),
        (
            ("month_end", _("Last day of the month")),
            ("in_missions", _("In missions")),
            ("at_postings", _("At postings")),
            ("deployed", _("Deployed")),
            ("authorized", _("Authorized")),
            ("ceiling", _("Policy ceiling")),
        ),
        rows,
        Time.PERIOD,
        takes=TAKES,
        period=since_the_start,
    ),
    draw,
)
