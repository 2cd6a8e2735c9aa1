"""Text whose letters were read wrongly before it came to us: nobody can tell any more what stood there."""

import re

_READ_TWICE = re.compile("[ÂÃÅâ][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]+")
"""Two or three bytes of UTF-8 that were taken for letters of Windows: "CÃ´tÃ©"."""
_OTHER_SIGNS = re.compile("[├┬╬][^\\s├┬╬]|\\w[\u2500-\u259f]|√[\u0080-\u00ffè©™´∂∏∫ºªΩæø]|\\w√|\ufffd")
"""The same by way of MS-DOS or of a Macintosh, and the sign that programs put for what they could not read."""


def damaged_word(text: str) -> str:
    """The first word of the text that is damaged, or ""."""
    if text.isascii():
        return ""
    found = _OTHER_SIGNS.search(text) or next(filter(_is_utf8, _READ_TWICE.finditer(text)), None)
    if found is None:
        return ""
    before = text[: found.start()].rsplit(maxsplit=1) if not text[: found.start()].endswith(" ") else []
    after = text[found.start() :].split(maxsplit=1)
    return ((before[-1] if before else "") + (after[0] if after else ""))[:40]


def _is_utf8(match: re.Match[str]) -> bool:
    """Whether the signs are bytes of letters of Europe or of their punctuation: those of "Ã©" are, of "É»" not."""
    content = b"".join(_byte(sign) for sign in match[0])
    for end in range(len(content), 1, -1):
        try:
            text = content[:end].decode()
        except UnicodeDecodeError:
            continue
        return all(ord(letter) < 0x250 or 0x2010 <= ord(letter) <= 0x2122 for letter in text)
    return False


def _byte(sign: str) -> bytes:
    try:
        return sign.encode("cp1252")
    except UnicodeEncodeError:
        return sign.encode("latin-1")
