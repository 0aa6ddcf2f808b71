"""The words beside a name that tell whether it is a place (`data/context.toml`), folded, by side and sign."""

import importlib.resources
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache

Words = Mapping[str, Sequence[str]]


@cache
def words_before() -> Words:
    """Return the words before a name by sign."""
    return _table()["before"]


@cache
def words_after() -> Words:
    """Return the words after a name by sign."""
    return _table()["after"]


@cache
def demonym_words() -> Words:
    """Return the words beside demonyms that are languages or things."""
    return _table()["demonym"]


@cache
def spoken() -> Words:
    """Return the countries (ISO 3166) in which each language is an official one."""
    return _table()["spoken"]


@cache
def generic_words() -> frozenset[str]:
    """Return the words that stand beside places and are none alone, though a place of the world has this name: "Central", "University"."""
    return frozenset(words_before()["part_of"]).union(*words_after().values())


def _table() -> Mapping[str, Words]:
    return tomllib.loads(importlib.resources.files("streams.places").joinpath("data", "context.toml").read_text("utf-8"))
