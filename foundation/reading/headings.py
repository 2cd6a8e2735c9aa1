"""What the headings of a list are about."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Protocol

from foundation.reading import heading_line
from foundation.reading.heading_line import HeadingLine, Line
from foundation.text import normalised

_IN_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_NUMBER_SIGN = re.compile(r"#|№|\b(?:no|nos|n[°ºo]s?|num|nbr)\b\.?|\bn[°º]", re.IGNORECASE)
_OF = re.compile(r"^(?:de|du|d|of) ")
_FRENCH = frozenset(
    ["de", "du", "d", "le", "nom", "prenom", "prenoms", "sexe", "langue", "matricule", "grade", "poste", "debut", "fin"]
)
_ENGLISH = frozenset(
    [
        "of",
        "on",
        "name",
        "names",
        "surname",
        "number",
        "birth",
        "born",
        "gender",
        "sex",
        "language",
        "rank",
        "badge",
        "start",
        "end",
    ]
)
"""Words of headings that are of one language only."""
_NEAR = 0.82
_SHORTEST_BEGINNING = 4
"""Letters that a heading and a name must share before one counts as the beginning of the other."""


class Column(Protocol):
    """A field that a list may have."""

    @property
    def field(self) -> str: ...

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other headings under which it is recognised."""
        ...

    def labels(self) -> Iterable[str]:
        """Its heading in our templates, in each language."""
        ...


@dataclass
class Matching:
    """Which heading is about which field. Numbers of headings count from 0."""

    sure: dict[int, str] = field(default_factory=dict)
    near: dict[int, str] = field(default_factory=dict)
    """Nearly the name of a field: the reader must be asked."""
    doubled: dict[int, int] = field(default_factory=dict)
    """Heading → an earlier one that names the same field, or is the same."""
    left_out: list[int] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Fields that no heading is about."""


def match(headings: Sequence[str], columns: Sequence[Column]) -> Matching:
    """What each heading is about, each field once: it goes to the first heading that names it."""
    found = Matching()
    known = _Names(columns)
    taken_by: dict[str, int] = {}
    for number, heading in enumerate(headings):
        name = known.field_of(heading)
        if name and name in taken_by:
            found.doubled[number] = taken_by[name]
        elif name:
            found.sure[number] = name
            taken_by[name] = number
    _point_out_doubled(headings, found)
    _ask_about_near(headings, found, known)
    settled = {*found.sure, *found.near, *found.doubled}
    found.left_out = [number for number, heading in enumerate(headings) if heading and number not in settled]
    taken = {*found.sure.values(), *found.near.values()}
    found.missing = [column.field for column in columns if column.field not in taken]
    return found


def layout_key(headings: Sequence[str]) -> str:
    """A key of all headings together, in their order: choices are remembered for a layout, never for one heading."""
    words = [normalised(heading) for heading in headings]
    while words and not words[-1]:
        words.pop()
    return hashlib.sha256("\x1f".join(words).encode()).hexdigest()


def find_heading_line(first_lines: Sequence[Line], columns: Sequence[Column]) -> HeadingLine:
    """In which line the headings are, found by the names of the columns, else by the shape of the lines."""
    known = _Names(columns)
    return heading_line.find_heading_line(first_lines, lambda text: bool(known.field_of(text)))


def mostly_french(headings: Sequence[str]) -> bool:
    """Whether more headings are French than English: 02/03/2026 is then 2 March."""
    words = [set(normalised(heading).split()) for heading in headings]
    return sum(bool(each & _FRENCH) for each in words) > sum(bool(each & _ENGLISH) for each in words)


class _Names:
    """All names of some columns."""

    def __init__(self, columns: Sequence[Column]):
        self._fields: dict[str, str] = {}
        for column in columns:
            for name in (column.field.replace("_", " "), *column.labels(), *column.aliases):
                self._fields.setdefault(_plain(name), column.field)

    def field_of(self, heading: str) -> str:
        """The field that a heading names, or that all parts of it name: "Nom / Surname"; else ""."""
        without = _IN_BRACKETS.sub("", heading)
        named = self._named(heading) or self._named(without)
        if named:
            return named
        fields = {self._named(part) for part in re.split(r"[/|]", without)}
        return fields.pop() if len(fields) == 1 else ""

    def _named(self, text: str) -> str:
        """The same of one name, however "number" is written in it: "Badge #", "No de matricule"."""
        spelled = [normalised(_NUMBER_SIGN.sub(f" {word} ", text)) for word in ("number", "numéro", "")]
        # "Service #" is the number of a person, not their service: spelled out before it is left out.
        tried = [*spelled, _OF.sub("", spelled[-1], count=1)] if _NUMBER_SIGN.search(text) else [normalised(text)]
        return next((self._fields[name] for name in tried if name in self._fields), "")

    def nearly(self, heading: str) -> tuple[float, str]:
        """How near the nearest field is, from 0 to 1, and which; no field where two are as near."""
        words = _plain(heading)
        nearest: dict[str, float] = {}
        for name, its_field in self._fields.items():
            nearest[its_field] = max(nearest.get(its_field, 0), _nearness(words, name))
        best = max(nearest.values(), default=0)
        fields = [its_field for its_field, nearness in nearest.items() if nearness == best]
        return (best, fields[0]) if len(fields) == 1 and best >= _NEAR else (0, "")


def _point_out_doubled(headings: Sequence[str], found: Matching) -> None:
    """Also those that name no field: two columns "Remarks"."""
    first: dict[str, int] = {}
    for number, heading in enumerate(headings):
        words = normalised(heading)
        if words and number not in found.sure and number not in found.doubled and words in first:
            found.doubled[number] = first[words]
        first.setdefault(words, number)


def _ask_about_near(headings: Sequence[str], found: Matching, known: _Names) -> None:
    taken = set(found.sure.values())
    asked = [
        (*known.nearly(heading), -number)
        for number, heading in enumerate(headings)
        if heading and number not in found.sure and number not in found.doubled
    ]
    for _nearness, name, negative in sorted(asked, reverse=True):
        if name and name not in taken:
            found.near[-negative] = name
            taken.add(name)


def _plain(heading: str) -> str:
    return normalised(_IN_BRACKETS.sub("", heading))


def _nearness(words: str, name: str) -> float:
    shorter, longer = sorted((words, name), key=len)
    if len(shorter) >= _SHORTEST_BEGINNING and longer.startswith(f"{shorter} "):
        return 0.9
    return SequenceMatcher(None, words, name).ratio()
