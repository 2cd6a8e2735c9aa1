"""In which encoding a text file is: told by its bytes where they say it, else by which letters its words have."""

import re
import unicodedata
from dataclasses import dataclass, field

from foundation.reading.refused import Refused

GUESSED = ["cp1252", "cp850", "cp437", "mac_roman"]
"""Encodings that any bytes may be: of Windows, which needs no question, then of MS-DOS and of an old Macintosh."""
_MARKS = [
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
]
_MOST_WORDS = 2000
_WORD = re.compile(rb"[A-Za-z'\-\x80-\xff]{0,30}[\x80-\xff][A-Za-z'\-\x80-\xff]{0,30}")
_FRENCH = frozenset("éèêëàâçôîïùûüöœæÿÉÈÊËÀÂÇÔÎÏÙÛÜÖŒÆŸ")
_NO_LETTERS_OF_NAMES = frozenset("ƒªºÞþÐðˆ˜¯ı")
_AFTER_LETTERS = frozenset("»”…°®™ªº²’\u00a0")
_BEFORE_LETTERS = frozenset("«“‘¿¡\u00a0")


@dataclass(frozen=True)
class Letters:
    """The encoding of a file; with `samples`, (encoding, word), where the reader must say which word is right."""

    encoding: str
    samples: list[tuple[str, str]] = field(default_factory=list)


def letters_of(content: bytes) -> Letters:
    """Raises `Refused` where the bytes are no text, or text of no alphabet that is known here."""
    encoding = _by_mark(content) or _by_blank_bytes(content) or "utf-8"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise Refused("letters") from error
        return _by_words(content)
    if "\0" in text:
        raise Refused("other")
    return Letters(encoding)


def _by_mark(content: bytes) -> str:
    return next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "")


def _by_blank_bytes(content: bytes) -> str:
    """UTF-16 and UTF-32 without a mark: most signs of our languages leave the same bytes of their number blank."""
    sample = content[: 4096 - 4096 % 4]
    if b"\0" not in sample:
        return ""
    blank = [sample[place::4].count(0) / max(len(sample[place::4]), 1) > 0.6 for place in range(4)]
    pattern = "".join("0" if each else "x" for each in blank)
    found = {"x000": "utf-32-le", "000x": "utf-32-be", "x0x0": "utf-16-le", "0x0x": "utf-16-be"}.get(pattern, "")
    if not found:
        raise Refused("other")
    return found


def _by_words(content: bytes) -> Letters:
    words = list(dict.fromkeys(match[0] for match in _WORD.finditer(content)))[:_MOST_WORDS]
    scores = {encoding: sum(_likelihood(word, encoding) for word in words) for encoding in GUESSED}
    best = max(GUESSED, key=lambda encoding: scores[encoding])  # the first of those that are alike
    if scores[best] < 0:
        raise Refused("letters")
    if best == GUESSED[0]:
        return Letters(best)
    word = max(words, key=lambda each: _likelihood(each, best))
    samples = [(encoding, _sample(word, encoding, best)) for encoding in (best, GUESSED[0])]
    return Letters(best, samples)


def _sample(word: bytes, encoding: str, best: str) -> str:
    """The part of the word that shows the difference: "Noël" of "Lefebvre-Noël"."""
    parts = word.decode(best).split("-")
    longest = max(range(len(parts)), key=lambda place: (not parts[place].isascii(), len(parts[place])))
    same = word.decode(encoding, "replace").split("-")
    return same[longest] if len(same) == len(parts) else word.decode(encoding, "replace")


def _likelihood(word: bytes, encoding: str) -> int:
    """How well the word reads in an encoding: letters of our languages count for it, signs amid letters against it."""
    text = word.decode(encoding, "replace")
    # No name has so many letters with accents in a row; other alphabets look so.
    score = -4 * sum(map(len, re.findall(r"[^\W\d_a-zA-Z]{3,}", text)))
    for part in re.findall(r"[^\W\d_]+", text):
        score += sum(_likelihood_of_letter(part, place) for place, letter in enumerate(part) if not letter.isascii())
    for place, sign in enumerate(text):
        if not sign.isascii() and not sign.isalpha():
            score += _likelihood_of_sign(sign, text[place - 1 : place], text[place + 1 : place + 2])
    return score


def _likelihood_of_letter(part: str, place: int) -> int:
    """The same of one letter in a part of a word between signs."""
    letter = part[place]
    if letter in _NO_LETTERS_OF_NAMES:
        return -1
    if letter.isupper():
        fits = place == 0 or part.isupper()
    else:
        fits = not part[place + 1 : place + 2].isupper() and not (place > 1 and part[:place].isupper())
    if not fits:
        return -2
    return 3 if letter in _FRENCH and (place or letter.isupper()) else 1


def _likelihood_of_sign(sign: str, before: str, after: str) -> int:
    if sign == "\ufffd" or (unicodedata.category(sign) in {"Cc", "So"} and sign not in "°©®"):
        return -5
    if before.isalpha() and after.isalpha():
        return {"’": 1, "·": 0}.get(sign, -3)
    if before.isalpha():
        return 0 if sign in _AFTER_LETTERS else -3
    if after.isalpha():
        return 0 if sign in _BEFORE_LETTERS else -3
    return 0
