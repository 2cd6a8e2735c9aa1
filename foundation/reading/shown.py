"""A number as its number format shows it, as far as that matters for numbers that name somebody: zeros and literals."""

import re
from decimal import Decimal

_IN_BRACKETS = re.compile(r"\[[^\]]*\]|[_*].")
"""Colours, conditions and languages; space as wide as a sign, and signs that fill the cell."""
_PIECES = re.compile(r'"([^"]*)"|\\(.)|([0#?])|(.)')
_PLAIN_LITERALS = frozenset(" -/()'.:")


def plain(number: int | float) -> str:
    """The number without exponent and without ".0"."""
    if isinstance(number, int):
        return str(number)
    text = format(Decimal(repr(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(number: int | float, number_format: str) -> str:
    """ "0088002" for 88002 in the format 0000000, "123-456" for 123456 in 000-000; else the number plainly."""
    text = plain(number)
    if not text.isdigit():
        return text
    mask = _mask(number_format)
    return _filled(mask, text) if mask else text


def _mask(number_format: str) -> list[tuple[bool, str]]:
    """(is a place for a digit, sign) of each piece of a format that says every sign of a whole number; [] of others."""
    pieces = []
    for quoted, escaped, place, other in _PIECES.findall(_IN_BRACKETS.sub("", number_format).split(";")[0]):
        if place:
            pieces.append((True, place))
        elif quoted or escaped or other in _PLAIN_LITERALS:
            pieces.append((False, quoted or escaped or other))
        elif other:
            return []
    places = "".join(sign for is_place, sign in pieces if is_place)
    has_decimals = re.search(r"[0#?]\.[0#?]", number_format)
    return pieces if "0" in places and not has_decimals else []


def _filled(mask: list[tuple[bool, str]], digits: str) -> str:
    places = sum(is_place for is_place, _sign in mask)
    rest = digits[: max(len(digits) - places, 0)]
    waiting = list(digits[len(rest) :].rjust(places, "\0"))
    made = ""
    for is_place, sign in mask:
        if not is_place:
            made += sign
            continue
        digit = waiting.pop(0)
        if rest:
            digit, rest = rest + digit, ""
        made += digit if digit != "\0" else "0" if sign == "0" else ""
    return made.strip()
