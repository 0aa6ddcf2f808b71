"""Every regular expression of `streams` takes linear time on the strings that are made to be slow for it."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

import streams
from streams.split.fields.ages import age_pattern
from streams.split.text.bodies import MAX_CREDIT_CHARACTERS
from streams.split.text.stamps import MAX_AGE_CHARACTERS, MAX_STAMP_CHARACTERS
from tests.cpu import MOST_GROWTH, growth
from tests.streams.split.pumps import NO_FIT, pumps

SOURCES = {path: path.read_text(encoding="utf-8") for path in Path(str(streams.__file__)).parent.rglob("*.py")}
METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")
CHARACTERS = 5_000
# Those that are only ever given so many characters: no time worth the name may pass with these.
BOUNDED = {
    "streams.split.fields.ages.at_end": MAX_AGE_CHARACTERS,
    "streams.split.fields.ages.at_start": MAX_STAMP_CHARACTERS,
    "streams.split.text.bodies.CREDIT": MAX_CREDIT_CHARACTERS,
}


@dataclass(frozen=True)
class Used:
    """A pattern, what it is called, and the methods that the code calls on it."""

    name: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]


def used_patterns() -> Iterator[Used]:
    for found in pkgutil.walk_packages(streams.__path__, "streams."):
        module = importlib.import_module(found.name)
        for name, value in vars(module).items():
            if isinstance(value, dict):
                values = {key: part for key, part in value.items() if isinstance(part, re.Pattern)}
            elif hasattr(value, "cache_info") and not inspect.signature(value).parameters and value.__module__ == module.__name__:
                made = value()
                values = {field.name: getattr(made, field.name) for field in fields(made)} if is_dataclass(made) else {}
            else:
                values = {name: value}
            for key, pattern in values.items():
                if isinstance(pattern, re.Pattern) and (key == name or value is not pattern):
                    yield Used(f"{found.name}.{key}", pattern, _methods(key))


@cache
def _calls() -> Mapping[str, set[str]]:
    """Return the methods of patterns that the code calls, by the name that they are called on."""
    calls: dict[str, set[str]] = {}
    for source in SOURCES.values():
        for name, method in re.findall(rf"\b(\w+)\.({'|'.join(METHODS)})\(", source):
            calls.setdefault(name, set()).add(method)
    return calls


def _methods(name: str) -> tuple[str, ...]:
    return tuple(sorted(_calls().get(name, ()))) or ("fullmatch",)


def inline_patterns() -> Iterator[Used]:
    """Yield the patterns that stand in a call, as in `re.sub("a", "b", text)`."""
    for path, source in SOURCES.items():
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
                of_module = isinstance(node.func.value, ast.Name) and node.func.value.id == "re"
                if of_module and isinstance(node.args[0], ast.Constant):
                    yield Used(f"{path.stem}:{node.lineno}", re.compile(node.args[0].value, re.IGNORECASE), (node.func.attr,))


# In one order for all processes of a run: a dict of patterns may be made from a set.
PATTERNS = sorted({(used.pattern, used.methods): used for used in (*used_patterns(), *inline_patterns())}.values(), key=attrgetter("name"))


def test_patterns_are_found_wherever_they_are_kept() -> None:
    found = {used.pattern for used in PATTERNS}
    assert age_pattern().at_end in found
    assert len(found) > 40


@pytest.mark.slow
@pytest.mark.parametrize("used", [pytest.param(used, id=used.name) for used in PATTERNS])
def test_a_pattern_takes_linear_time(used: Used) -> None:
    for before, repeated in pumps(used.pattern):
        for method in used.methods:

            def work(size: int, before: str = before, repeated: str = repeated, method: str = method) -> None:
                text = (before + repeated * (size // len(repeated)))[: BOUNDED.get(used.name)] + NO_FIT
                subject = text if isinstance(used.pattern.pattern, str) else text.encode("latin-1", "replace")
                call = getattr(used.pattern, method)
                made = call("", subject) if method == "sub" else call(subject)
                if method == "finditer":
                    list(made)

            most = 0 if used.name in BOUNDED else MOST_GROWTH
            assert growth(work, CHARACTERS) <= most, f"{method} on {before!r} and {repeated!r} again and again"
