"""Flags and the acts on them, news, the thresholds from which they are raised, and who gets letters about them."""

from flags.models.choices import LetterChoice, Rhythm
from flags.models.flags import SOON, Flag, FlagAct, FlagQuerySet, Resolution, Severity
from flags.models.news import News, NewsQuerySet
from flags.models.thresholds import Escalation, Threshold, thresholds

__all__ = [
    "SOON",
    "Escalation",
    "Flag",
    "FlagAct",
    "FlagQuerySet",
    "LetterChoice",
    "News",
    "NewsQuerySet",
    "Resolution",
    "Rhythm",
    "Severity",
    "Threshold",
    "thresholds",
]
