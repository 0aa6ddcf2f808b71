"""The gazetteer: countries, divisions and cities with their names, read from `data/gazetteer.bin` (written by `tools/gazetteer.py`).

The file is a line of JSON, `[[section, type, bytes], …]`, and the sections, compressed with zlib. Columns have one element for each
place; countries come first, then divisions, then cities from the largest.
"""

import importlib.resources
import json
import zlib
from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np

from streams.classify.fold import fold
from streams.records import PlaceKind

COUNTRY, DIVISION, CITY = range(3)
KINDS: tuple[PlaceKind, ...] = ("country", "division", "city")
WORD, GIVEN_NAME, SURNAME = 1, 2, 4
NO_DIVISION = 0xFFFF
# In a link: the name is not the main one of this place.
ALIAS = 1 << 31
_TABLE_MASK = (1 << 20) - 1
# Elements of a memoryview are read and bisected ten times faster than those of an array of numpy.
Column = memoryview
_FORMATS: dict[str, Literal["B", "H", "h", "I"]] = {"|u1": "B", "<u2": "H", "<i2": "h", "<u4": "I"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """Places as columns, by number of the place; `keys`: folded names, by number of the name as `starts` and `flags`."""

    ids: Column
    kinds: bytes
    countries: bytes
    divisions: Column
    populations: Column
    lats: Column
    lons: Column
    names: bytes
    name_ends: Column
    codes: tuple[str, ...]
    keys: bytes
    key_ends: Column
    flags: bytes
    starts: Column
    links: Column
    small_hashes: Column
    small_places: Column
    small_table: bytes
    demonyms: tuple[tuple[str, str, int], ...]
    given_names: frozenset[bytes]

    def key(self, number: int) -> str:
        """Return a folded name."""
        start = self.key_ends[number - 1] + 1 if number else 0
        return self.keys[start : self.key_ends[number]].decode()

    def name(self, place: int) -> str:
        """Return the main name of a place."""
        start = self.name_ends[place - 1] + 1 if place else 0
        return self.names[start : self.name_ends[place]].decode()

    def links_of(self, number: int) -> list[int]:
        """Return the places that a name may mean, each with `ALIAS` added where it is another name of it."""
        links: list[int] = self.links[self.starts[number] : self.starts[number + 1]].tolist()
        return links

    def small_cities(self, key: bytes, outer: Collection[int] | None = None) -> list[int]:
        """Return the smaller cities with this folded name; with `outer` those in one of these divisions or countries."""
        hash = zlib.crc32(key)
        if not self.small_table[hash & _TABLE_MASK]:
            return []
        first = bisect_left(self.small_hashes, hash)
        found = []
        while first < len(self.small_hashes) and self.small_hashes[first] == hash:
            place = self.small_places[first]
            # Common surnames are names of dozens of cities: few of them are worth the time to read the name.
            if (outer is None or self.divisions[place] in outer or self.countries[place] in outer) and fold(
                self.name(place)
            ).text.encode() == key:
                found.append(place)
            first += 1
        return found

    def code(self, place: int) -> str | None:
        """Return the ISO 3166 code of a country or division; None where it has none."""
        return (self.codes[place] or None) if place < len(self.codes) else None


def _column(data: bytes, type: str) -> Column:
    return memoryview(data).cast(_FORMATS[type])


@cache
def gazetteer() -> Gazetteer:
    """Return the shipped gazetteer."""
    return read_gazetteer(importlib.resources.files("streams.places").joinpath("data", "gazetteer.bin").read_bytes())


def _table(hashes: Column) -> bytes:
    """Return a table with 1 at the lower bits of each hash, which refuses nine words of ten that name no small city."""
    table = np.zeros(_TABLE_MASK + 1, "u1")
    table[np.asarray(hashes) & _TABLE_MASK] = 1
    return table.tobytes()


def _line_ends(text: bytes) -> Column:
    letters = np.frombuffer(text, "u1")
    return _column(np.append(np.flatnonzero(letters == ord("\n")), len(letters)).astype("<u4").tobytes(), "<u4")


def read_gazetteer(data: bytes) -> Gazetteer:
    """Return the gazetteer of a file's contents."""
    header, _, body = data.partition(b"\n")
    content, position = zlib.decompress(body), 0
    sections: dict[str, Any] = {}
    for name, type, length in json.loads(header):
        part = content[position : position + length]
        sections[name] = part if type == "text" else _column(part, type)
        position += length
    demonyms = [line.split("\t") for line in sections["demonyms"].decode().split("\n")]
    return Gazetteer(
        ids=sections["ids"],
        kinds=sections["kinds"].tobytes(),
        countries=sections["countries"].tobytes(),
        divisions=sections["divisions"],
        populations=sections["populations"],
        lats=sections["lats"],
        lons=sections["lons"],
        names=sections["names"],
        name_ends=_line_ends(sections["names"]),
        codes=tuple(sections["codes"].decode().split("\n")),
        keys=sections["keys"],
        key_ends=_line_ends(sections["keys"]),
        flags=sections["flags"].tobytes(),
        starts=sections["starts"],
        links=sections["links"],
        small_hashes=sections["small_hashes"],
        small_places=sections["small_places"],
        small_table=_table(sections["small_hashes"]),
        demonyms=tuple((word, language, int(country)) for word, language, country in demonyms),
        given_names=frozenset(sections["given_names"].split(b"\n")),
    )
