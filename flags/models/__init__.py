"""What needs attention, from when on, who is told, and what runs to find out."""

from flags.models.flags import Flag, FlagAct, FlagQuerySet, Kind, Resolution, Severity
from flags.models.jobs import JobRun, ScheduledJob
from flags.models.letters import Letter, LetterChoice, Rhythm, Subscriber
from flags.models.thresholds import Escalation, Threshold, thresholds

__all__ = [
    "Escalation",
    "Flag",
    "FlagAct",
    "FlagQuerySet",
    "JobRun",
    "Kind",
    "Letter",
    "LetterChoice",
    "Resolution",
    "Rhythm",
    "ScheduledJob",
    "Severity",
    "Subscriber",
    "Threshold",
    "thresholds",
]
