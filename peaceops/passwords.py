"""Which passwords are too easy: the common and the obvious.

A guesser tries what everybody uses (lists of breached passwords) and what stands near the owner: the own name, the
police service, the name of this site, a year. So those obvious parts are taken out first, and what remains must still
be hard to guess by itself.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from foundation.text import normalised
from personnel.models import PoliceService

HARD_ENOUGH = 4
"""zxcvbn's highest mark: more than ten thousand million guesses."""
LONGEST_READ, LONGEST_JUDGED = 500, 72
"""Of how many characters obvious parts are taken out, and how many of the remaining ones zxcvbn takes."""
_ALWAYS_OBVIOUS = "PeaceOps peace operations opérations paix police service password motdepasse RCMP GRC Canada"
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_LOOK_ALIKES = str.maketrans("013457@$!|", "oieastasil")
"""Digits and signs that people write for letters: P0l1c3 is police."""


class EasyToGuessValidator:
    """Refuses a password of which little remains without its obvious parts, or that is on lists of breached ones."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises `ValidationError` when the password is easy to guess for who knows its owner's name and service."""
        # Its lists take some megabytes: only where somebody chooses a password.
        from zxcvbn import zxcvbn  # noqa: PLC0415

        remaining = _without(_obvious_words(user), password[:LONGEST_READ])[:LONGEST_JUDGED]
        if not remaining or zxcvbn(remaining)["score"] < HARD_ENOUGH:
            raise ValidationError(
                _(
                    "This password is easy to guess. Names, police services, years and words with a few signs changed"
                    " do not count; four or five words that do not belong together are best."
                ),
                code="easy_to_guess",
            )

    def get_help_text(self) -> str:
        return _(
            "It must not be easy to guess: your name, your service, a year and commonly used passwords do not count."
        )


def _obvious_words(user: User | None) -> set[str]:
    """Words of three letters or more, normalised: of the owner, of all police services and of this site."""
    texts = [_ALWAYS_OBVIOUS, *((user.name, user.email) if user else ())]
    for names in PoliceService.objects.values_list(*PoliceService.NAME_FIELDS):
        texts += names
    return {word for word in normalised(" ".join(texts)).split() if len(word) >= 3}


def _without(words: set[str], password: str) -> str:
    """The password without years and those words, in whatever case, accents and look-alikes they are written."""
    remaining = _YEAR.sub("", password)
    # Letter for letter, so that a place in one is the same place in the other.
    plain = "".join((normalised(letter) or letter)[0] for letter in remaining.translate(_LOOK_ALIKES))
    for word in sorted(words, key=len, reverse=True):
        while (at := plain.find(word)) >= 0:
            end = at + len(word)
            plain, remaining = plain[:at] + plain[end:], remaining[:at] + remaining[end:]
    return remaining
