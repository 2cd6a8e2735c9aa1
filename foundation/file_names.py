"""Names of files that somebody gave, made safe to show and to save on any system."""

import re
import unicodedata

from foundation.text import printable

WITHOUT_A_NAME = "document"
LONGEST_STEM = 140
"""Bytes: with an ending it fits into a column of 150 signs, and into the 255 bytes of a file system."""
_PARTS = re.compile(r"[/\\]")
_ENDING = re.compile(r"(?<=\S)\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,5}$")
_KEPT_SIGNS = frozenset(" .,()'’-_")
_AROUND = " .,'’-_"
_RESERVED = re.compile(r"(CON|PRN|AUX|NUL|(COM|LPT)[0-9¹²³])(?=[ .]|$)", re.IGNORECASE)
"""What Windows takes for a device, whatever follows after a dot."""


def safe_name(given: str, ending: str) -> str:
    """The given name as one clean line that says the true `ending`: letters, figures and a few signs, at most 150.

    Paths, endings that say something else, quotes, invisible and control signs and leading dots are left out. What has
    no letter and no figure is called `document`.
    """
    stem = printable(_PARTS.split(given)[-1]).strip(_AROUND)
    stem = _ENDING.sub("", stem)
    while stem.lower().endswith((".pdf", ".png", ".jpg", ".jpeg")):
        stem = _ENDING.sub("", stem)
    stem = " ".join("".join(letter if _is_kept(letter) else " " for letter in stem).split()).strip(_AROUND)
    if not any(letter.isalnum() for letter in stem):
        stem = WITHOUT_A_NAME
    elif _RESERVED.match(stem):
        stem = f"{WITHOUT_A_NAME} {stem}"
    stem = stem.encode()[:LONGEST_STEM].decode(errors="ignore").rstrip(_AROUND)
    return f"{stem}.{ending}"


def _is_kept(letter: str) -> bool:
    # Marks too: some letters of Indigenous languages have no composed form.
    return unicodedata.category(letter)[0] in "LMN" or letter in _KEPT_SIGNS
