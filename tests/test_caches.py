"""Every cache of a function is bounded: by the number of entries and by the size of each key."""

import codecs
import functools
import gc
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest

import agents
import streams
from streams.deduplicate.normalize import MAX_OUTLET_CHARACTERS
from streams.dumps.decode import decode_dump
from streams.split import split_page
from streams.split.html.attributes import MAX_CACHED_CHARACTERS
from streams.split.records.json_fields import MAX_NAME_CHARACTERS
from streams.split.text.stamps import MAX_STAMP_CHARACTERS
from tests.streams.split.hostile_pages import SENTENCE

FETCHED_AT = 1_754_136_000
# The caches of functions with arguments -> the most characters of text in one key.
KEY_CHARACTERS = {
    "streams.times.format_time": 0,
    "streams.messages.conform._pattern": 100,  # the patterns of our own event types
    "streams.split.text.split._words_of": 0,  # the page shapes that fit a page: files of our own, three by default
    "streams.split.text.stamps._find_stamp": MAX_STAMP_CHARACTERS,
    "streams.split.text.lines._classify": MAX_STAMP_CHARACTERS,
    "streams.split.records.json_fields._plain_name": MAX_NAME_CHARACTERS,
    "streams.deduplicate.normalize._normalized_name": MAX_OUTLET_CHARACTERS,
    "streams.dumps.rtf._codec": 0,  # a number of a code page
    "streams.split.html.attributes.names_and_visibility": MAX_CACHED_CHARACTERS,
    "streams.split.html.block_names._max_share": MAX_CACHED_CHARACTERS,
    "streams.split.html.block_names._is_body": MAX_CACHED_CHARACTERS,
}
UNBOUNDED = {"streams.messages.conform._pattern", "streams.split.text.split._words_of"}
MAX_KEY_CHARACTERS = 512
Cache: TypeAlias = "functools._lru_cache_wrapper[Any]"


def _caches() -> dict[str, Cache]:
    """Return every `functools` cache of the project, by the name of its function."""
    for package in (streams, agents):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    found = (cache for cache in gc.get_objects() if isinstance(cache, functools._lru_cache_wrapper))
    names = ((f"{cache.__module__}.{cache.__qualname__}", cache) for cache in found)
    return {name: cache for name, cache in names if name.startswith(("streams.", "agents."))}


def _key_texts(cache: Cache) -> Iterator[str]:
    for entries in gc.get_referents(cache):
        if isinstance(entries, dict) and entries is not vars(cache):
            for key in entries:
                yield from (part for part in (key if isinstance(key, tuple) else (key,)) if isinstance(part, str))


def test_python_remembers_no_names_of_charsets_that_dumps_make_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    look_up = codecs.lookup

    def counted(name: str) -> codecs.CodecInfo:
        asked.append(name)
        return look_up(name)

    monkeypatch.setattr(codecs, "lookup", counted)
    for number in range(1_000, 1_100):
        decode_dump(SENTENCE.encode(), f"text/plain; charset=made-up-{number}")
        decode_dump(SENTENCE.encode(), f"text/plain; charset=utf{'-' * (number - 990)}8"[:60])
        decode_dump(f'<html><meta charset="x-made-up-{number}">{SENTENCE}'.encode(), "text/html")
        decode_dump(b"{\\rtf1 \\ansicpg%d %s}" % (number, SENTENCE.encode()), "")
    assert len(set(asked)) < 10


def _has_arguments(cache: Cache) -> bool:
    code = cache.__wrapped__.__code__
    return bool(code.co_argcount + code.co_kwonlyargcount)


def test_each_cache_with_arguments_is_listed_with_the_bound_of_its_keys() -> None:
    assert {name for name, cache in _caches().items() if _has_arguments(cache)} == set(KEY_CHARACTERS)
    assert max(KEY_CHARACTERS.values()) <= MAX_KEY_CHARACTERS


def test_each_cache_with_arguments_has_a_maximum_of_entries() -> None:
    unbounded = {name for name, cache in _caches().items() if _has_arguments(cache) and cache.cache_parameters()["maxsize"] is None}
    assert unbounded == UNBOUNDED


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("".join(f'<p class="{n}\U0001f600{"x" * 900}">{SENTENCE}' for n in range(200)), id="long names"),
        pytest.param("".join(f'<p id={n} class="{n}" title="{"x" * 900}">{SENTENCE}' for n in range(200)), id="long attributes"),
        pytest.param("".join(f"<p>{n} {'word ' * 200}</p>" for n in range(200)), id="long lines"),
    ],
)
def test_no_cache_keeps_a_long_text_of_a_page(page: str) -> None:
    caches = _caches()
    split_page(decode_dump(f"<html><body><h1>Old bridge to close</h1><p>{SENTENCE}</p>{page}".encode(), "text/html"), FETCHED_AT)
    longest = {name: max(map(len, _key_texts(cache)), default=0) for name, cache in caches.items()}
    assert {name: length for name, length in longest.items() if length > KEY_CHARACTERS.get(name, 0)} == {}


def test_the_keys_of_a_cache_are_seen() -> None:
    cached = functools.lru_cache(maxsize=4)(len)
    cached("a text of a page")
    assert list(_key_texts(cached)) == ["a text of a page"]
