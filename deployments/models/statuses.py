"""The kinds and statuses of deployments, and the sets of statuses that have a name."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    STANDARD = "standard", _("Standard tour")
    RAPID = "rapid", _("Rapid deployment")
    SHORT_TERM = "short_term", _("Short-term deployment")
    ANCILLARY = "ancillary", _("Ancillary deployment")


class Status(models.TextChoices):
    PLANNED = "planned", _("Planned")
    APPROVED = "approved", _("Approved")
    IN_MISSION = "in_mission", _("In mission")
    COMPLETED = "completed", _("Completed")
    ENDED_EARLY = "ended_early", _("Ended early")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Cancelled")


COMING = [Status.PLANNED, Status.APPROVED]
"""Planned or approved, and not yet arrived."""

NOT_OVER = [*COMING, Status.IN_MISSION]

APPROVED_OR_IN_MISSION = [Status.APPROVED, Status.IN_MISSION]
"""In mission, or approved to go."""

ARRIVED = [Status.IN_MISSION, Status.COMPLETED, Status.ENDED_EARLY, Status.CLOSED]
"""Arrived in mission, whether they left since or not: each has `arrived_on`."""

RETURNED = [Status.COMPLETED, Status.ENDED_EARLY, Status.CLOSED]
"""Arrived and departed again: each has `departed_on`."""

TO_FOLLOW_UP = [Status.COMPLETED, Status.ENDED_EARLY]
"""Departed, and the file not closed yet."""

COUNTED = [Status.APPROVED, *ARRIVED]
"""Use a place on the days of their stay. A planned deployment is a hold: shown, not counted."""
