"""Which passwords are too easy: the common and the obvious.

A guesser tries what everybody uses (lists of breached passwords, famous phrases) and what stands near the owner: the
own name, the police service, the name of this site, a year. So those obvious parts are taken out first, and what
remains must still be hard to guess by itself, with and without the signs between its words.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from foundation.text import normalised
from peaceops import famous_phrases
from personnel.models import PoliceService

HARD_ENOUGH = 4
"""zxcvbn's highest mark: more than ten thousand million guesses."""
LONGEST_READ, LONGEST_JUDGED = 500, 72
"""Of how many characters obvious parts are taken out, and how many of the remaining ones zxcvbn takes."""
_ALWAYS_OBVIOUS = "PeaceOps peace operations opérations paix police service password motdepasse RCMP GRC Canada"
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d")
_LOOK_ALIKES = str.maketrans("013457@$!|", "oieastasil")
"""Digits and signs that people write for letters: P0l1c3 is police."""
_READINGS: tuple[dict[int, int], ...] = (
    _LOOK_ALIKES,
    str.maketrans("013457@$", "oieastas"),
    str.maketrans("013457", "oieast"),
    {},
)
"""What is read as a letter of a phrase, from all look-alikes to none; the others stand between its words."""


class EasyToGuessValidator:
    """Refuses a password of which little remains without its obvious parts, or that is on lists of breached ones."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises `ValidationError` when the password is easy to guess for who knows its owner's name and service."""
        # Its lists take some megabytes: only where somebody chooses a password.
        from zxcvbn import zxcvbn  # noqa: PLC0415

        remaining = _without(_obvious_words(user), _without_phrases(password[:LONGEST_READ]))[:LONGEST_JUDGED]
        # zxcvbn takes a sign between two words for a hard one; a guesser tries the usual ones.
        together = "".join(sign for sign in remaining if sign.isalnum())
        if not together or min(zxcvbn(text)["score"] for text in (remaining, together)) < HARD_ENOUGH:
            raise ValidationError(
                _(
                    "This password is easy to guess. A name, a police service, a year, a famous phrase or a word with a"
                    " few signs changed makes it no harder; four or five words that do not belong together are best."
                ),
                code="easy_to_guess",
            )

    def get_help_text(self) -> str:
        return _("It must not be easy to guess: not just your name, your service, a year or a commonly used password.")


def _obvious_words(user: User | None) -> set[str]:
    """Words of three letters or more, normalised: of the owner, of all police services and of this site."""
    texts = [_ALWAYS_OBVIOUS, *((user.name, user.email) if user else ())]
    for names in PoliceService.objects.values_list(*PoliceService.NAME_FIELDS):
        texts += names
    return {word for word in normalised(" ".join(texts)).split() if len(word) >= 3}


def _without_phrases(password: str) -> str:
    """The password without famous phrases, however their words are separated and their letters written."""
    while span := _span_of_a_phrase(password):
        password = password[: span[0]] + password[span[1] :]
    return password


def _span_of_a_phrase(password: str) -> tuple[int, int] | None:
    for look_alikes in _READINGS:
        plain = enumerate(_letter_for_letter(password.translate(look_alikes)))
        letters = [(at, letter) for at, letter in plain if letter.isalpha()]
        text = "".join(letter for _at, letter in letters)
        for phrase in famous_phrases.LETTERS:
            if (found := text.find(phrase)) >= 0:
                return letters[found][0], letters[found + len(phrase) - 1][0] + 1
    return None


def _without(words: set[str], password: str) -> str:
    """The password without years and those words, in whatever case, accents and look-alikes they are written."""
    remaining = _YEAR.sub("", password)
    plain = _letter_for_letter(remaining.translate(_LOOK_ALIKES))
    for word in sorted(words, key=len, reverse=True):
        while (at := plain.find(word)) >= 0:
            end = at + len(word)
            plain, remaining = plain[:at] + plain[end:], remaining[:at] + remaining[end:]
    return remaining


def _letter_for_letter(text: str) -> str:
    """Without capitals and accents, so that a place in one is the same place in the other."""
    return "".join((normalised(letter) or letter)[0] for letter in text)
