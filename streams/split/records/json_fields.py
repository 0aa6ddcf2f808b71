"""The names of an article's fields in JSON, from `data/json_fields.toml`, and the values of an object by them."""

import functools
import importlib.resources
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import combining, normalize

MAX_VALUES = 20  # of a list that is one value: authors, paragraphs
MAX_VALUE_DEPTH = 4  # of objects within a value
MAX_NAME_CHARACTERS = 60  # of a name in a list; longer members are paragraphs
LISTS = ("wrappers", "values")
SIGNS = re.compile(r"[\W_]+")
PREFIX = re.compile(r"^(?:dc|dcterms|og|media|rss|atom|schema):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FieldNames:
    """The field of each name, with its rank among the names of that field; names of wrappers, ranks of values, codes of languages."""

    fields: Mapping[str, tuple[str, int]]
    wrappers: frozenset[str]
    values: Mapping[str, int]
    languages: Mapping[str, str]


@functools.cache
def field_names() -> FieldNames:
    """Return the names of the package's data file."""
    path = importlib.resources.files("streams.split").joinpath("data/json_fields.toml")
    data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    languages: dict[str, str] = data.pop("languages")
    lists: dict[str, list[str]] = data
    fields = {name: (field, rank) for field, names in lists.items() if field not in LISTS for rank, name in enumerate(names)}
    return FieldNames(fields, frozenset(lists["wrappers"]), {name: rank for rank, name in enumerate(lists["values"])}, languages)


def plain_name(name: str) -> str:
    """Return a name as the data file writes it: "pubdate" for "pub_date" and "dc:pubDate"."""
    return _plain_name(name) if len(name) <= MAX_NAME_CHARACTERS else ""


@functools.lru_cache(maxsize=4096)
def _plain_name(name: str) -> str:
    plain = SIGNS.sub("", PREFIX.sub("", name)).lower()
    return plain if plain.isascii() else "".join(char for char in normalize("NFD", plain) if not combining(char))


def fields_of(members: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the values of each field of an object, and of the objects that it wraps, by rank; no empty ones."""
    names = field_names()
    found: list[tuple[str, int, int, str]] = []
    for depth, level in enumerate(_levels(members)):
        for name, value in level.items():
            field, rank = names.fields.get(plain_name(name), ("", 0))
            text = text_of(value) if field else ""
            if text:
                found.append((field, depth, rank, text))
    fields: dict[str, list[str]] = {}
    for field, _, _, text in sorted(found, key=lambda entry: entry[:3]):
        fields.setdefault(field, []).append(text)
    return fields


def _levels(members: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    yield members
    for name, value in members.items():
        if isinstance(value, dict) and name.lower() in field_names().wrappers:
            yield value


def text_of(value: object, depth: int = 0) -> str:
    """Return the text of a value: of an object its member that is the value, of a list its members, separated by commas or line ends."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool) or value is None or depth > MAX_VALUE_DEPTH:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        parts = [text for text in (text_of(member, depth + 1) for member in value[:MAX_VALUES]) if text]
        return ("\n" if any(len(part) > MAX_NAME_CHARACTERS for part in parts) else ", ").join(dict.fromkeys(parts))
    if isinstance(value, dict):
        return _main_value(value, depth)
    return ""


def _main_value(members: Mapping[str, object], depth: int) -> str:
    ranks = field_names().values
    ranked = sorted((name for name in members if plain_name(name) in ranks), key=lambda name: ranks[plain_name(name)])
    return next(filter(None, (text_of(members[name], depth + 1) for name in ranked)), "")
