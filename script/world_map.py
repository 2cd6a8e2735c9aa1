"""Makes reports/world_map/world.json: outlines of countries as SVG paths, and dots for those too small to be seen.

    .venv/bin/python script/world_map.py world-atlas-2.0.2/package

The folder is that of the npm package world-atlas, which has the outlines of Natural Earth (public domain) as TopoJSON.
The projection is that of Robinson: between the parallels of his table the values are interpolated.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path

from django_countries.data import ALT_CODES

TARGET = Path(__file__).resolve().parent.parent / "reports" / "world_map" / "world.json"
SOURCE = {
    "name": "Natural Earth",
    "scale": "1:110m",
    "version": "4.1.0",
    "address": "https://www.naturalearthdata.com/",
}
WIDTH = 2000
NORTH, SOUTH = 84.0, -56.0
SMALL = 24
"""A country of which neither side is so wide has a dot: on a phone it would be a hair."""
LEFT_OUT = {"AQ"}
WITHOUT_NUMBER = {"Kosovo": "XK", "Somaliland": "SO", "N. Cyprus": "CY"}
"""Outlines that the source draws apart and without a number of ISO 3166; the last two are drawn with their country."""
ROBINSON = (
    (1.0, 0.0), (0.9986, 0.062), (0.9954, 0.124), (0.99, 0.186), (0.9822, 0.248), (0.973, 0.31), (0.96, 0.372),
    (0.9427, 0.434), (0.9216, 0.4958), (0.8962, 0.5571), (0.8679, 0.6176), (0.835, 0.6769), (0.7986, 0.7346),
    (0.7597, 0.7903), (0.7186, 0.8435), (0.6732, 0.8936), (0.6213, 0.9394), (0.5722, 0.9761), (0.5322, 1.0),
)  # fmt: skip
"""For each fifth parallel: how long it is, and how far from the equator."""

Point = tuple[float, float]
ALPHA_2 = {f"{number:03}": code for code, (_three, number) in ALT_CODES.items()}


def projected(longitude: float, latitude: float) -> Point:
    fifth, part = divmod(min(abs(latitude), 89.999) / 5, 1)
    (length, height), (next_length, next_height) = ROBINSON[int(fifth)], ROBINSON[int(fifth) + 1]
    across = (length + part * (next_length - length)) * longitude / 180
    up = 0.5072 * (height + part * (next_height - height)) * (1 if latitude >= 0 else -1)
    return WIDTH / 2 * (1 + across), -WIDTH / 2 * up


TOP = projected(0, NORTH)[1]
HEIGHT = round(projected(0, SOUTH)[1] - TOP)


def on_the_map(longitude: float, latitude: float) -> Point:
    across, down = projected(longitude, latitude)
    return across, down - TOP


def arcs_of(topology: dict) -> list[list[Point]]:
    """The arcs as longitudes and latitudes: their numbers are steps on a grid."""
    (step_x, step_y), (left, bottom) = topology["transform"]["scale"], topology["transform"]["translate"]
    found = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for right, up in arc:
            x, y = x + right, y + up
            points.append((x * step_x + left, y * step_y + bottom))
        found.append(points)
    return found


def rings_of(geometry: dict, arcs: list[list[Point]]) -> list[list[Point]]:
    """The rings of a country; an arc with a number below zero is walked backwards."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
    found = []
    for ring in (ring for polygon in polygons for ring in polygon):
        points: list[Point] = []
        for number in ring:
            arc = arcs[number] if number >= 0 else arcs[~number][::-1]
            points += arc[1:] if points else arc
        found += [[on_the_map(*point) for point in part] for part in cut(points)]
    return found


def cut(ring: list[Point]) -> list[list[Point]]:
    """A ring in parts that do not go over the edge of the map: the source closes those of both sides of 180 degrees."""
    whole = [ring[0]]
    for longitude, latitude in ring[1:]:
        turns = round((whole[-1][0] - longitude) / 360)
        whole.append((longitude + 360 * turns, latitude))
    shifted = ([(longitude + turn, latitude) for longitude, latitude in whole] for turn in (-360, 0, 360))
    return [part for one in shifted if len(part := within(within(one, 180, 1), -180, -1)) > 3]


def within(ring: list[Point], edge: float, side: int) -> list[Point]:
    """The part of a ring on one side of a meridian: west of it with 1, east of it with -1."""
    found: list[Point] = []
    for (before, below), (longitude, latitude) in pairwise([*ring, *ring[:1]]):
        if (side * (before - edge) > 0) != (side * (longitude - edge) > 0):
            found.append((edge, below + (latitude - below) * (edge - before) / (longitude - before)))
        if side * (longitude - edge) <= 0:
            found.append((longitude, latitude))
    return [*found, found[0]] if found else []


def path(ring: list[Point]) -> str:
    """A ring as steps between whole numbers, without those that lead nowhere; nothing for one that has no area."""
    whole = [(round(x), round(y)) for x, y in ring]
    steps = [(x - before_x, y - before_y) for (before_x, before_y), (x, y) in pairwise(whole)]
    steps = [step for step in steps if step != (0, 0)][:-1]
    if len(steps) < 2:
        return ""
    lines = " ".join(f"{x} {y}" for x, y in steps).replace(" -", "-")
    return f"M{whole[0][0]} {whole[0][1]}l{lines}z"


def area(ring: list[Point]) -> float:
    return sum(x * next_y - next_x * y for (x, y), (next_x, next_y) in pairwise(ring)) / 2


def middle(rings: list[list[Point]]) -> list[int]:
    """The centre of gravity of the largest ring."""
    ring = max(rings, key=lambda one: abs(area(one)))
    six = 6 * area(ring)
    if not six:
        return [round(value) for value in ring[0]]
    found = [0.0, 0.0]
    for (x, y), (next_x, next_y) in pairwise(ring):
        part = x * next_y - next_x * y
        found = [found[0] + (x + next_x) * part, found[1] + (y + next_y) * part]
    return [round(value / six) for value in found]


def is_small(rings: list[list[Point]]) -> bool:
    points = max(rings, key=lambda one: abs(area(one)))
    sides = [max(values) - min(values) for values in zip(*points, strict=True)]
    return max(sides) < SMALL


def countries(file: Path) -> dict[str, list[list[Point]]]:
    """The rings of each country by its two letters."""
    topology = json.loads(file.read_text())
    arcs = arcs_of(topology)
    found: dict[str, list[list[Point]]] = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = ALPHA_2.get(geometry.get("id", "")) or WITHOUT_NUMBER.get(geometry["properties"]["name"], "")
        if code and code not in LEFT_OUT and geometry["type"]:
            found.setdefault(code, []).extend(rings_of(geometry, arcs))
    return found


def main(folder: Path) -> None:
    drawn = countries(folder / "countries-110m.json")
    every = countries(folder / "countries-10m.json") | countries(folder / "countries-50m.json") | drawn
    paths = {code: "".join(map(path, rings)) for code, rings in drawn.items()}
    outlines = {code: lines for code, lines in sorted(paths.items()) if lines}
    dots = {code: middle(rings) for code, rings in sorted(every.items()) if code not in outlines or is_small(rings)}
    world = {"source": SOURCE, "width": WIDTH, "height": HEIGHT, "outlines": outlines, "dots": dots}
    TARGET.write_text(json.dumps(world, indent=0) + "\n")
    print(f"{len(outlines)} outlines, {len(dots)} dots, {TARGET.stat().st_size} bytes")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]))
