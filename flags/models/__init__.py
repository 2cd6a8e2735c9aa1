"""What needs attention, from when on, and who is told."""

from flags.models.choices import LetterChoice, Rhythm
from flags.models.flags import Flag, FlagAct, FlagQuerySet, Resolution, Severity
from flags.models.thresholds import Escalation, Threshold, thresholds

__all__ = [
    "Escalation",
    "Flag",
    "FlagAct",
    "FlagQuerySet",
    "LetterChoice",
    "Resolution",
    "Rhythm",
    "Severity",
    "Threshold",
    "thresholds",
]
