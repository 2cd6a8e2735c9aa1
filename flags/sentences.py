"""The sentence of a flag. Each kind brings its own, beside its detector (`Kind.say`)."""

import datetime as dt

from flags.kinds import KINDS
from flags.models import Flag
from foundation.sentences import day as in_words


def sentence_of(flag: Flag, *, today: dt.date) -> str:
    """The sentence of a flag in the active language: what it is about, since or until when, with its figures."""
    days = abs((flag.day - today).days)
    params = {"subject": flag.subject, "day": in_words(flag.day), "days": days, **flag.facts}
    return KINDS[flag.kind].say(flag, params)
