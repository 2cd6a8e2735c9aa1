"""The rule of short stays: nothing about an end is flagged in the first half, or urgent before the last quarter.

Thresholds in days are meant for tours of a year; of a stay of two weeks they would all have passed on the day on which
it is planned. Postings beside the missions and short-term deployments, moreover, are no posts that go on: nobody is to
follow (`DeploymentQuerySet.posts_that_go_on`).
"""

from django.utils.translation import gettext as _

from deployments.models import Deployment

FIRST_HALF, LAST_QUARTER = 2, 4


def days_of(stay: Deployment) -> int:
    """How many days a stay has from its first day through its planned last."""
    return (stay.ends_on - (stay.arrived_on or stay.starts_on)).days + 1


def shortened(threshold: int, stay: Deployment, *, urgent: bool = False) -> int:
    """So many days before the end of this stay a threshold holds: as it is, or fewer of a short stay."""
    return min(threshold, days_of(stay) // (LAST_QUARTER if urgent else FIRST_HALF))


def reached(stages: list[int], stay: Deployment, left: int) -> list[int]:
    """Those of `stages` (ascending; the smallest is urgent) that a stay with so many days left has reached."""
    return [stage for stage in stages if left <= shortened(stage, stay, urgent=stage == stages[0])]


def facts(threshold: int, stay: Deployment, left: int, *, urgent: bool = False) -> dict[str, str]:
    """What the flag of this threshold says more, until a short stay ends: the key of `explained`."""
    if left < 0 or shortened(threshold, stay, urgent=urgent) == threshold:
        return {}
    return {"short_stay": "quarter" if urgent else "half"}


def explained(sentence: str, params: dict) -> str:
    """The sentence of a flag, and for a short stay why it comes so late."""
    rule = params.get("short_stay")
    if rule is None:
        return sentence
    why = {
        "half": _("A short stay: it is flagged in its second half only."),
        "quarter": _("A short stay: it is urgent in its last quarter only."),
    }[rule]
    return f"{sentence} {why}"
