"""Files of SQL statements in which an expression is written once and filled in wherever its name stands.

Statements are separated by lines of `--;`. One that begins with `-- {{name}} =` is a fragment, and `{{name}}` below it
stands for its text. A fragment may have parameters, `-- {{used_in | area | day}} =`, which its text names `:area` and
`:day`; they are given in the same order: `{{used_in | mission.area_id | {{today}}}}`.

Triggers of SQLite cannot call functions of our own, so the alternative is to write a rule out at every place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_SEPARATOR = re.compile(r"^--;\n", re.MULTILINE)
_DEFINITION = re.compile(r"\A(?:--.*\n)*?-- \{\{(?P<head>[^{}]+)\}\} =\n(?P<text>.+)\Z", re.DOTALL)
_USE = re.compile(r"\{\{([^{}]*)\}\}")
"""The innermost ones only: what is given to a fragment is filled in before the fragment itself."""


class FragmentError(ValueError):
    """A file uses a fragment that it does not define, or defines one that nobody can want."""


@dataclass
class _Fragment:
    parameters: list[str]
    text: str
    uses: int = 0


def statements(path: Path, given: Mapping[str, object] | None = None) -> list[str]:
    """The statements of a file with all fragments filled in; raises `FragmentError`, naming file and fragment.

    `given` are values that stand for fragments without being written in the file, for instance a setting.
    """
    values = given or {}
    fragments = {name: _Fragment([], str(value)) for name, value in values.items()}
    filled = []
    for part in (part.strip() for part in _SEPARATOR.split(path.read_text())):
        if definition := _DEFINITION.match(part):
            name, *parameters = _cells(definition["head"])
            if name in fragments:
                raise FragmentError(f"{path} defines {{{{{name}}}}} twice.")
            for parameter in parameters:
                if not re.search(_parameter(parameter), definition["text"]):
                    raise FragmentError(f"{path} never uses the parameter :{parameter} of {{{{{name}}}}}.")
            # Filled in before it is known by its name: a fragment can hold earlier ones and never itself.
            fragments[name] = _Fragment(parameters, _fill_in(definition["text"], fragments, path))
        elif part:
            filled.append(_fill_in(part, fragments, path))
    if unused := [name for name, fragment in fragments.items() if not fragment.uses and name not in values]:
        raise FragmentError(f"{path} defines {_listed(unused)} and never uses it.")
    return filled


def _fill_in(sql: str, fragments: dict[str, _Fragment], path: Path) -> str:
    def text_of(use: re.Match[str]) -> str:
        name, *values = _cells(use[1])
        if name not in fragments:
            raise FragmentError(f"{path} uses {{{{{name}}}}} and does not define it above.")
        fragment = fragments[name]
        if len(values) != len(fragment.parameters):
            raise FragmentError(f"{path} gives {len(values)} values to {{{{{name}}}}}, not {len(fragment.parameters)}.")
        fragment.uses += 1
        given = dict(zip(fragment.parameters, values, strict=True))
        # In a single pass, so that a value that looks like a parameter stays as it is.
        return re.sub(_parameter(r"\w+"), lambda found: given.get(found[1], found[0]), fragment.text)

    while _USE.search(sql):
        sql = _USE.sub(text_of, sql)
    return sql


def _parameter(name: str) -> str:
    """A pattern for `:name`; two colons are a cast of PostgreSQL."""
    return rf"(?<!:):({name})\b"


def _cells(inside: str) -> list[str]:
    return [cell.strip() for cell in inside.split(" | ")]


def _listed(names: list[str]) -> str:
    return ", ".join(f"{{{{{name}}}}}" for name in names)
