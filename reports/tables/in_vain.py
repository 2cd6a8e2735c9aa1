"""Why nominations were refused or withdrawn, by how they ended."""

from django.utils.translation import gettext_lazy as _

from deployments.models import Nomination
from reports.measures import Question, Time, counted_by
from reports.measures.of_candidates import IN_VAIN, TAKES, ended_in_vain
from reports.measures.question import WITHOUT
from reports.tables.base import Report, Row, opened

NAME = "ended_in_vain"


def rows(question: Question) -> list[Row]:
    """One row for each reason that was given in the period, the most frequent first; last those without one."""
    numbers = counted_by(ended_in_vain(question), "reason_code", "to_status")
    found = []
    for code, label in [*Nomination.Reason.choices, ("", _("No reason"))]:
        of_each = {stage: numbers.get((code, stage.value), 0) for stage in IN_VAIN}
        if not any(of_each.values()):
            continue
        asked = question.narrowed(reason=code or WITHOUT)
        row = {stage.value: opened(NAME, asked.narrowed(stage=stage.value), each) for stage, each in of_each.items()}
        found.append({"reason": str(label), **row, "all": opened(NAME, asked, sum(of_each.values()))})
    return sorted(found, key=lambda row: (row["reason"] == str(_("No reason")), -row["all"].number))


REPORT = Report(
    NAME,
    _("Refused and withdrawn"),
    _("How many nominations were refused or withdrawn in the period, by the reason given and by how they ended."),
    (
        ("reason", _("Reason")),
        *((stage.value, stage.label) for stage in IN_VAIN),
        ("all", _("Refused or withdrawn")),
    ),
    rows,
    Time.PERIOD,
    takes=TAKES,
    added_up={**{stage.value: (NAME, {"stage": stage.value}) for stage in IN_VAIN}, "all": NAME},
    of_the_office=True,
)
