"""The outlines of countries as `script/world_map.py` made them: paths and dots of an SVG, by the codes of ISO 3166."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WITHOUT_COUNTRY = {"west-bank": "PS", "kosovo": "XK"}
"""Code of a region that names no country → the outline under which the source draws it."""


@dataclass(frozen=True)
class Outlines:
    """Where they come from, how large the drawing is, and by the code of a country its path and its dot.

    A country has a path, or a dot, or both: the dot where the path is too small to be seen or hit.
    """

    source: dict[str, str]
    width: int
    height: int
    paths: dict[str, str]
    dots: dict[str, tuple[int, int]]

    def has(self, code: str) -> bool:
        return code in self.paths or code in self.dots


@cache
def outlines() -> Outlines:
    found = json.loads((Path(__file__).parent / "world.json").read_text())
    dots = {code: (x, y) for code, (x, y) in found["dots"].items()}
    return Outlines(found["source"], found["width"], found["height"], found["outlines"], dots)
