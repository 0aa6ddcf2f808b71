"""Match every name of the gazetteer and every demonym in a text, with one Aho-Corasick automaton."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from streams.classify.fold import fold
from streams.places.gazetteer import ALIAS, CITY, DIVISION, Gazetteer, gazetteer

# Letters and digits stay, all else becomes a space, so that a pattern that ends in a space ends at a word's end.
_SPACES = bytes(code if code < 0x80 and chr(code).isalnum() else 0x20 for code in range(256))
# How likely a place is meant before any context: a city has twice the bits of its population.
_COUNTRY_PRIOR, _DIVISION_PRIOR, _SECOND_LEVEL_PRIOR = 40, 34, 26
_ALIAS_PENALTY = 8
# Of a place that is no city; in the same unit.
_BITS = 2


class Candidate(NamedTuple):
    """A place that a name may mean; `country` and `division` are numbers of places; `prior` rises with the place's size."""

    place: int
    kind: int
    country: int
    division: int
    prior: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name: the places that it may mean, the most likely first; `flags` as in the gazetteer; `population` of the largest."""

    number: int
    text: str
    candidates: tuple[Candidate, ...]
    flags: int
    population: int
    is_alias: bool


class Demonym(NamedTuple):
    """A demonym by language, with the number of its country; `needs_capital`: it is written with one."""

    languages: frozenset[str]
    country: int
    needs_capital: bool


@dataclass(frozen=True, slots=True)
class Names:
    """The automaton, and the meaning of its patterns: names first, then demonyms."""

    gazetteer: Gazetteer
    automaton: AhoCorasick
    patterns: tuple[int, ...]
    demonyms: tuple[Demonym, ...]
    cache: dict[int, Name]

    def name(self, number: int) -> Name:
        """Return the name of this number; computed once, since few names make most of the news."""
        name = self.cache.get(number)
        if name is None:
            name = self.cache[number] = _name(number, self.gazetteer)
        return name


def spaced(plain: str) -> str:
    """Return a folded text with spaces for all but letters and digits, and a space at its end."""
    return plain.encode("ascii", "replace").translate(_SPACES).decode("ascii") + " "


@cache
def names() -> Names:
    """Return the names of the shipped gazetteer."""
    return compile_names(gazetteer())


def compile_names(source: Gazetteer) -> Names:
    """Compile the automaton (a quarter of a second, 5 MB)."""
    numbers: dict[str, int] = {}
    for number, key in enumerate(source.keys):
        for pattern in _patterns(key):
            numbers.setdefault(pattern, number)
    by_word: defaultdict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for word, language, country in source.demonyms:
        by_word[word][country].add(language)
    demonyms: list[Demonym] = []
    for word, countries in sorted(by_word.items()):
        (pattern,) = _patterns(fold(word).text)[:1]
        # A word of two countries means neither for certain.
        if len(countries) == 1 and pattern not in numbers:
            ((country, languages),) = countries.items()
            numbers[pattern] = len(source.keys) + len(demonyms)
            demonyms.append(Demonym(frozenset(languages), country, word[0].isupper()))
    automaton = AhoCorasick(list(numbers), matchkind=MatchKind.LeftmostLongest)
    return Names(source, automaton, tuple(numbers.values()), tuple(demonyms), {})


def _patterns(key: str) -> tuple[str, ...]:
    """Return the patterns of a folded name: as in a text, for "st louis" with a full stop too."""
    pattern = spaced(key).strip() + " "
    first, _, rest = key.partition(" ")
    return (pattern, f"{first}  {rest} ") if first in ("st", "mt", "ft") else (pattern,)


def _name(number: int, source: Gazetteer) -> Name:
    links = source.links_of(number)
    candidates = sorted((_candidate(link, source) for link in links), key=lambda candidate: (-candidate.prior, candidate.place))
    population = max(int(source.populations[candidate.place]) for candidate in candidates)
    return Name(number, source.keys[number], tuple(candidates), source.flags[number], population, all(link & ALIAS for link in links))


def _candidate(link: int, source: Gazetteer) -> Candidate:
    place = link & ~ALIAS
    kind, division = source.kinds[place], int(source.divisions[place])
    if kind == CITY:
        prior = _BITS * int(source.populations[place]).bit_length()
    elif kind == DIVISION:
        prior = _DIVISION_PRIOR if division == place else _SECOND_LEVEL_PRIOR
    else:
        prior = _COUNTRY_PRIOR
    return Candidate(place, kind, source.countries[place], division, prior - (_ALIAS_PENALTY if link & ALIAS else 0))
