"""Match every name of the gazetteer and every demonym in a text, as written, with Aho-Corasick automata."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, TypedDict

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from streams.classify.fold import fold
from streams.places.context import generic_words, spoken
from streams.places.gazetteer import ALIAS, CITY, COUNTRY, DIVISION, GIVEN_NAME, KINDS, NO_DIVISION, SURNAME, WORD, Gazetteer, gazetteer
from streams.places.spellings import spellings, words_of
from streams.records import PlaceKind

# How likely a place is meant before any context: a city has twice the bits of its population; a country is above the largest one, since the
# support of a city for its division is its own.
COUNTRY_PRIOR, _DIVISION_PRIOR, _SECOND_LEVEL_PRIOR = 52, 34, 26
# A country of so few people is about as likely as a city of its name: "Granada" is Grenada or the city in Spain.
_MICROSTATE, MICROSTATE_BONUS = 500_000, 12
_ALIAS_PENALTY = 8
_BITS = 2
# The support of a name for its places, shared between their countries and between their divisions.
WHOLE = 12
_LARGE, _MEDIUM = 1_000_000, 100_000
_ODDLY_SPELT = re.compile("[a-z][A-Z]|'|’".encode())


class Candidate(NamedTuple):
    """A place that a name may mean; `country` and `division` are numbers of places (a country's division: -1); `prior`: of the size."""

    place: int
    kind: int
    country: int
    division: int
    prior: int


class NameWeights(NamedTuple):
    """The weight of each sign in a name itself that it is a place, in hundredths of a logit (fitted: docs/measurements.md, Places)."""

    country: int = 150
    division: int = 170
    large: int = 300
    medium: int = 180
    words: int = 75
    alias: int = -200
    word: int = -180
    given: int = -90
    surname: int = -150


NAME_WEIGHTS = NameWeights()


class Name(NamedTuple):
    """A name: the places that it may mean, the most likely first, and the countries and divisions that these are in.

    `score`: how it speaks for a place in every text. `country_part`, `division_part`: its support for each of its countries and divisions.
    """

    number: int
    candidates: tuple[Candidate, ...]
    score: int
    countries: frozenset[int]
    divisions: frozenset[int]
    country_part: int
    division_part: int


class Demonym(NamedTuple):
    """A demonym by language, with the number of its country; `needs_capital`: it is written with one."""

    languages: frozenset[str]
    country: int
    needs_capital: bool


class PlaceFields(TypedDict):
    """The fields of a place that are equal in every text."""

    id: str
    name: str
    kind: PlaceKind
    country: str
    division: str | None
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Names:
    """The automata of names and demonyms as written in a text, and the meaning of their patterns.

    `numbers`: by pattern of `capitalised`, the number of a name, or of a demonym from `first_demonym` on; `lower_numbers`: by pattern of
    `lower`, the index of a demonym; `spoken`: the countries of each language.
    """

    gazetteer: Gazetteer
    capitalised: BytesAhoCorasick
    numbers: Sequence[int]
    first_demonym: int
    lower: BytesAhoCorasick
    lower_numbers: Sequence[int]
    lower_languages: frozenset[str]
    spoken: dict[str, frozenset[int]]
    demonyms: tuple[Demonym, ...]
    cache: dict[int, Name]
    small_cities: dict[int, tuple[Candidate, ...]]
    fields: dict[int, PlaceFields]
    points: dict[int, tuple[float, float] | None]

    def name(self, number: int) -> Name:
        """Return the name of this number; computed once, since few names make most of the news."""
        name = self.cache.get(number)
        if name is None:
            name = self.cache[number] = _name(number, self.gazetteer)
        return name

    def small_cities_of(self, name: Name) -> tuple[Candidate, ...]:
        """Return the cities below 15,000 people of this name; computed once."""
        cities = self.small_cities.get(name.number)
        if cities is None:
            found = self.gazetteer.small_cities(self.gazetteer.key(name.number).encode())
            cities = self.small_cities[name.number] = tuple([_candidate(place, self.gazetteer) for place in found])
        return cities

    def candidate(self, place: int) -> Candidate:
        """Return a place as a candidate of its main name."""
        return _candidate(place, self.gazetteer)

    def point_of(self, geonames_id: int) -> tuple[float, float] | None:
        """Return latitude and longitude of a place by its id of GeoNames, None for an unknown one; computed once."""
        if geonames_id not in self.points:
            ids = self.gazetteer.ids.tolist()
            place = ids.index(geonames_id) if geonames_id in ids else None
            self.points[geonames_id] = None if place is None else (self.gazetteer.lats[place] / 100, self.gazetteer.lons[place] / 100)
        return self.points[geonames_id]

    def fields_of(self, place: int) -> PlaceFields:
        """Return the fields of a place that are equal in every text; computed once."""
        fields = self.fields.get(place)
        if fields is None:
            fields = self.fields[place] = _fields_of(place, self.gazetteer)
        return fields


@cache
def names() -> Names:
    """Return the names of the shipped gazetteer."""
    return compile_names(gazetteer())


def compile_names(source: Gazetteer) -> Names:
    """Compile the automata (half a second, 10 MB)."""
    numbers: dict[bytes, int] = {}
    odd = {bisect_left(source.name_ends, found.start()) for found in _ODDLY_SPELT.finditer(source.names)}
    places = range(len(source.ids))
    first_level = {place for place in places if source.kinds[place] == COUNTRY or source.divisions[place] == place}
    large = first_level | {place for place in places if source.populations[place] >= _MEDIUM}
    generic = generic_words()
    links, starts = [link & ~ALIAS for link in source.links.tolist()], source.starts.tolist()
    for number, key in enumerate(source.keys.decode().split("\n")):
        if key in generic:
            continue
        linked = links[starts[number] : starts[number + 1]]
        main_names = [source.name(place) for place in odd.intersection(linked)]
        spelt = spellings(key, main_names, as_sentence=not first_level.isdisjoint(linked), in_capitals=not large.isdisjoint(linked))
        for spelling in spelt:
            numbers.setdefault(spelling, number)
    first_demonym = len(source.key_ends)
    demonyms: list[Demonym] = []
    lower: dict[bytes, int] = {}
    for word, demonym in _demonyms(source):
        spelt = spellings(word, as_sentence=True, in_capitals=True)
        if not any(spelling in numbers for spelling in spelt):
            numbers |= dict.fromkeys(spelt, first_demonym + len(demonyms))
            if not demonym.needs_capital:
                lower[words_of(word)] = len(demonyms)
            demonyms.append(demonym)
    patterns, meanings = list(numbers), tuple(numbers.values())
    # Its memory is used again while the automaton is built.
    numbers.clear()
    return Names(
        gazetteer=source,
        capitalised=BytesAhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest),
        numbers=meanings,
        first_demonym=first_demonym,
        lower=BytesAhoCorasick(list(lower)),
        lower_numbers=tuple(lower.values()),
        lower_languages=frozenset(language for one in demonyms if not one.needs_capital for language in one.languages),
        spoken={language: frozenset(place for place in first_level if source.code(place) in codes) for language, codes in spoken().items()},
        demonyms=tuple(demonyms),
        cache={},
        small_cities={},
        fields={},
        points={},
    )


def _demonyms(source: Gazetteer) -> list[tuple[str, Demonym]]:
    """Return each folded demonym with its meaning; a word of two countries means neither for certain."""
    by_word: defaultdict[str, dict[int, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for word, language, country in source.demonyms:
        by_word[fold(word).text][country].append((word, language))
    return [
        (folded, Demonym(frozenset(language for _, language in words), country, all(word[0].isupper() for word, _ in words)))
        for folded, countries in sorted(by_word.items())
        if len(countries) == 1
        for country, words in countries.items()
    ]


def _name(number: int, source: Gazetteer) -> Name:
    links = source.links_of(number)
    candidates = (_candidate(link, source) for link in links)
    return name_of(number, candidates, name_score(number, source))


def name_of(number: int, candidates: Iterable[Candidate], score: int) -> Name:
    """Return the name that may mean any of `candidates`."""
    ordered = tuple(sorted(candidates, key=lambda candidate: (-candidate.prior, candidate.place)))
    countries = frozenset(candidate.country for candidate in ordered)
    divisions = frozenset(candidate.division for candidate in ordered if candidate.kind != COUNTRY)
    return Name(number, ordered, score, countries, divisions, WHOLE // len(countries), WHOLE // max(len(divisions), 1))


def name_score(number: int, source: Gazetteer, weights: NameWeights = NAME_WEIGHTS) -> int:
    """Return the part of a name's score that it has in every text."""
    links = source.links_of(number)
    kinds = {source.kinds[link & ~ALIAS] for link in links}
    population = max(source.populations[link & ~ALIAS] for link in links)
    flags = source.flags[number]
    return (
        (weights.country if COUNTRY in kinds else weights.division if DIVISION in kinds else 0)
        + (weights.large if population >= _LARGE else weights.medium if population >= _MEDIUM else 0)
        + (weights.words if " " in source.key(number) else 0)
        + (weights.alias if all(link & ALIAS for link in links) else 0)
        + (weights.word if flags & WORD else 0)
        + (weights.given if flags & GIVEN_NAME else 0)
        + (weights.surname if flags & SURNAME else 0)
    )


def _fields_of(place: int, source: Gazetteer) -> PlaceFields:
    kind, division = source.kinds[place], source.divisions[place]
    return {
        "id": f"geonames:{source.ids[place]}",
        "name": source.name(place),
        "kind": KINDS[kind],
        "country": source.codes[source.countries[place]],
        "division": source.code(division) if kind != COUNTRY and division != NO_DIVISION else None,
        "lat": source.lats[place] / 100,
        "lon": source.lons[place] / 100,
    }


def _candidate(link: int, source: Gazetteer) -> Candidate:
    place = link & ~ALIAS
    kind, division = source.kinds[place], source.divisions[place]
    if kind == CITY:
        prior = _BITS * source.populations[place].bit_length()
    elif kind == DIVISION:
        prior = _DIVISION_PRIOR if division == place else _SECOND_LEVEL_PRIOR
    else:
        population = source.populations[place]
        prior = _BITS * population.bit_length() + MICROSTATE_BONUS if 0 < population < _MICROSTATE else COUNTRY_PRIOR
        division = -1
    return Candidate(place, kind, source.countries[place], division, prior - (_ALIAS_PENALTY if link & ALIAS else 0))
