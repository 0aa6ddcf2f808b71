"""The world map: paths of countries from a topology."""

import re

from tools.world_map import project, svg

SQUARE: list[list[float]] = [[10, 10], [20, 0], [0, 20], [-20, 0], [0, -20]]
SCALE = {"scale": [1, 1], "translate": [0, 0]}


def country(number: int, name: str, *rings: list[int]) -> dict[str, object]:
    return {"type": "Polygon", "id": f"{number:03}", "properties": {"name": name}, "arcs": list(rings)}


def paths(arcs: list[list[list[float]]], *countries: dict[str, object]) -> dict[str, str]:
    topology = {"arcs": arcs, "transform": SCALE, "objects": {"countries": {"geometries": list(countries)}}}
    return dict(re.findall(r'data-country="(..)" d="([^"]+)"', svg(topology, {604: "PE", 643: "RU"})))


def corners(path: str) -> list[tuple[float, float]]:
    """Return the corners of a path of one ring of round tenths."""
    (x, y), *steps = [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+),?(-?[\d.]+)", path)]
    points = [(x, y)]
    for dx, dy in steps:
        points.append((points[-1][0] + dx, points[-1][1] + dy))
    return points


def test_ring_is_drawn_where_its_corners_are() -> None:
    drawn = corners(paths([SQUARE], country(604, "Peru", [0]))["PE"])
    for lon, lat in ((10, 10), (30, 10), (30, 30), (10, 30)):
        x, y = project(lon, lat)
        assert any(abs(x - at_x) < 0.3 and abs(y - at_y) < 0.3 for at_x, at_y in drawn)


def test_ring_across_the_date_line_is_two_at_both_ends_of_the_map() -> None:
    arc: list[list[float]] = [[170, 60], [20, 0], [0, 10], [-20, 0], [0, -10]]
    path = paths([arc], country(643, "Russia", [0]))["RU"]
    assert path.count("M") == 2
    starts = [float(x) for x in re.findall(r"M([\d.]+)", path)]
    assert min(starts) < 50
    assert max(starts) > 900


def test_country_too_small_to_see_is_a_circle() -> None:
    arc: list[list[float]] = [[10, 10], [0.2, 0], [0, 0.2], [-0.2, -0.2]]
    assert "a1.1,1.1" in paths([arc], country(604, "Peru", [0]))["PE"]


def test_territory_without_a_code_belongs_to_the_country_of_iso_3166() -> None:
    assert list(paths([SQUARE], country(0, "Somaliland", [0]))) == ["SO"]
