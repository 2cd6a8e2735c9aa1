"""What a flag says, in the reader's language. Each kind has its own sentence, beside its detector."""

import datetime as dt

from flags.kinds import KINDS
from flags.models import Flag
from foundation.sentences import day as in_words


def tell(flag: Flag, *, today: dt.date) -> str:
    """One whole sentence: what it is about, since or until when, with the figures."""
    days = abs((flag.day - today).days)
    params = {"subject": flag.subject, "day": in_words(flag.day), "days": days, **flag.facts}
    return KINDS[flag.kind].say(flag, params)
