"""Text as people type it, cleaned once at every entrance; and its form for searching and sorting.

Two names that look the same are the same text: composed letters (NFC), no invisible signs, one space between words.
What cannot be written into a file (control characters) is refused.
"""

import re
import unicodedata

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext_lazy as _

INVISIBLE_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Fillers and joiners that show nothing and that Unicode does not count as format signs (Cf)."""
_LINE_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[ \\t\\n\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_NO_CHARACTERS = re.compile(
    "[\\ufdd0-\\ufdef" + "".join(chr(plane * 0x10000 + last) for plane in range(17) for last in (0xFFFE, 0xFFFF)) + "]"
)
"""Code points that are no characters and never will be: files with them are damaged for other programs."""

_APOSTROPHES = "'`´‘’‛′ʹʻʼˈ՚ꞌ＇"
_STROKES = {
    "ł": "l",
    "ø": "o",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "n",
    "ƶ": "z",
    "ɨ": "i",
}
_SPELLED_OUT = str.maketrans({**dict.fromkeys(_APOSTROPHES), **_STROKES, "œ": "oe", "æ": "ae"})
"""Apostrophes of every kind are one and are left out; letters that no normal form parts from their stroke."""


def one_line(text: str) -> str:
    """The text as one line: composed, without invisible and direction marks, with one space between words."""
    return _SPACES.sub(" ", _visible(_LINE_BREAK.sub(" ", text))).strip(" ")


def prose(text: str) -> str:
    """The same for text of several lines: each line cleaned, and no blank lines around them."""
    lines = (one_line(part) for part in _LINE_BREAK.sub("\n", text).split("\n"))
    return "\n".join(lines).strip("\n")


def printable(text: str) -> str:
    """One clean line without what `refuse_control` refuses: for what nobody typed, such as the name of a file."""
    return _without_control(one_line(text))


def refuse_control(text: str) -> None:
    """Raises `ValidationError` for control characters other than line breaks, and for what is no character at all."""
    if any(_is_control(letter) for letter in _LINE_BREAK.sub("\n", text)):
        raise ValidationError(
            _("This text contains a character that cannot be shown or printed. Delete it and type it again."),
            code="control",
        )


def _visible(text: str) -> str:
    kept = (letter for letter in text if unicodedata.category(letter) != "Cf" and letter not in INVISIBLE_LETTERS)
    return unicodedata.normalize("NFC", "".join(kept))


def _without_control(text: str) -> str:
    return "".join(letter for letter in text if not _is_control(letter))


def _is_control(letter: str) -> bool:
    if unicodedata.category(letter) in {"Cc", "Cs"}:
        return letter not in "\n\t"
    return _NO_CHARACTERS.match(letter) is not None


def normalised(text: str) -> str:
    """The text without case, accents, marks, ligatures and doubled spaces: « ÉMILIE-ANNE » → "emilie anne"."""
    # NFKD parts a letter from its accent, so that the accent can be dropped as a mark (Mn). Spelled out before, because
    # it makes a space of some apostrophes, and after, because it makes plain apostrophes of others.
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_SPELLED_OUT)).translate(_SPELLED_OUT)
    kept = (
        " " if unicodedata.category(letter)[0] in "PZS" else letter
        for letter in letters
        if unicodedata.category(letter) not in {"Mn", "Cf", "Cc"}
    )
    return " ".join("".join(kept).split())


_EMPTY_DECIMALS = re.compile(r"[.,]0+$")


_LOOKS = str.maketrans(
    {**dict.fromkeys(_APOSTROPHES, "'"), **dict.fromkeys("“”„«»″", '"'), **dict.fromkeys("‐‑‒–—−", "-")}
)


def look_the_same(one: object, other: object) -> bool:
    """Whether two values are the same to the eye: apostrophes, quotation marks and dashes may be of other kinds.

    Nothing is as good as an empty text.
    """
    one, other = ("" if value is None else value for value in (one, other))
    if not (isinstance(one, str) and isinstance(other, str)):
        return one == other
    return one_line(one).translate(_LOOKS) == one_line(other).translate(_LOOKS)


def number_key(text: str) -> str:
    """The one normal form of a number that people write: its letters and figures, without leading zeros.

    "A-77" and "a 77" are "a77"; "0088002", "88002" and, from a spreadsheet, "88002.0" are "88002".
    """
    key = normalised(_EMPTY_DECIMALS.sub("", text.strip())).replace(" ", "")
    return key.lstrip("0") or key


class NormalisedField(models.TextField):
    """A column that follows other fields of its row, normalised; written on every `save()` and `bulk_create()`.

    Without `spaces` it holds a `number_key`.
    """

    def __init__(self, *args, sources: tuple[str, ...] = (), spaces: bool = True, **kwargs):
        self.sources, self.spaces = sources, spaces
        kwargs["editable"] = False
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs["sources"] = self.sources
        if not self.spaces:
            kwargs["spaces"] = False
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        # Here and not in save(), because bulk_create() calls no save().
        joined = " ".join(getattr(model_instance, source) for source in self.sources)
        text = normalised(joined) if self.spaces else number_key(joined)
        setattr(model_instance, self.attname, text)
        return text


class _Typed(forms.CharField):
    cleaned = staticmethod(one_line)

    def to_python(self, value: object) -> str | None:
        text = super().to_python(value)
        if text is None:  # the empty value of a column that may be NULL
            return None
        refuse_control(text)
        return self.cleaned(text) or self.empty_value


class TypedLine(_Typed):
    """A form field for one line of text."""


class TypedProse(_Typed):
    """A form field for text of several lines."""

    widget = forms.Textarea
    cleaned = staticmethod(prose)


class _Stored(models.Field):
    """What both columns do: clean what is stored and what is compared with it, and refuse what cannot be printed."""

    cleaned = staticmethod(one_line)

    def pre_save(self, model_instance: models.Model, add: bool) -> object:
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):  # so that the row in hand is the one that was stored
            value = self.cleaned(value)
            setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: object) -> object:
        value = super().get_prep_value(value)
        return _without_control(self.cleaned(value)) if isinstance(value, str) else value

    def get_db_prep_save(self, value: object, connection: BaseDatabaseWrapper) -> object:
        if isinstance(value, str):
            refuse_control(self.cleaned(value))
        return super().get_db_prep_save(value, connection)


class LineField(_Stored, models.CharField):
    """A column of one line that people type. Raises `ValidationError` when a control character is saved."""

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": TypedLine, **kwargs})


class ProseField(_Stored, models.TextField):
    """A column of several lines that people type. Raises `ValidationError` when a control character is saved."""

    cleaned = staticmethod(prose)

    def deconstruct(self):
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def formfield(self, **kwargs):
        return super().formfield(**{"form_class": TypedProse, **kwargs})
