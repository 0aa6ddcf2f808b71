"""One class file (TOML bytes) -> a class, with every mistake in it named by line (format: docs/classes.md)."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, cast

from streams.classify.class_records import ANY_LANGUAGE, LANGUAGES, Counts, Example, Expect, Kind, NewsClass, TermGroup, Within

_CLASS_KEYS = {"id", "kind", "name", "counts", "standard", "terms", "homonyms", "examples"}
_WORD_KEYS = ("only_after", "not_after", "not_before", "near", "unless")
_GROUP_KEYS = {"group", "weight", "capital", "alone", "after_name", "own_language", "within", *_WORD_KEYS}
_EXAMPLE_KEYS = {"expect", "title", "body", "language"}
_LIST_KEYS = {"id", "kind", "words"}
_STANDARD = {
    "iso3166": (re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?"), "CL or US-FL"),
    "wikidata": (re.compile(r"Q\d+"), "Q298"),
    "medtop": (re.compile(r"medtop:\d{8}"), "medtop:20000316"),
}
_HINT = 'there or just above: texts need straight quotes (""), lists [] with commas, numbers a point, and it is true, not True'
Table = Mapping[str, Any]


class ClassFile:
    """The text of one class file and the mistakes found in it so far; `lists` are the named word lists ("@name")."""

    def __init__(self, name: str, text: str, lists: Mapping[str, tuple[str, ...]]) -> None:
        self.name = name
        self.lists = lists
        self.mistakes: list[str] = []
        self._lines = text.splitlines()

    def mistake(self, what: str, line: int = 1) -> None:
        """Note that `what` is wrong at `line` (from 1)."""
        self.mistakes.append(f"{self.name}:{line}: {what}")

    def line_of(self, table: str, index: int, holds: str = "") -> int:
        """Return the line of the `index`-th (from 0) [[table]], or of the first one under it that has `holds`."""
        head = re.compile(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]")
        heads = [number for number, line in enumerate(self._lines, 1) if head.match(line)]
        first = heads[index] if index < len(heads) else 1
        for number in range(first, len(self._lines) + 1) if holds else ():
            line = self._lines[number - 1]
            if number > first and line.startswith("["):
                break
            if holds in line:
                return number
        return first

    def line_with(self, text: str) -> int:
        """Return the first line that holds `text`, 1 where none does."""
        return next((number for number, line in enumerate(self._lines, 1) if text in line), 1)

    def line_of_key(self, key: str, below: str = "") -> int:
        """Return the line where `key` is set or its table begins, at the top level or `below` a table; 1 where neither is."""
        place = re.compile(rf"\s*\[*\s*{re.escape(key)}\s*[=\].]")
        first = self.line_of_key(below) if below else 0
        return next((number for number, line in enumerate(self._lines[first:], first + 1) if place.match(line)), 1)


def read_table(name: str, data: bytes) -> dict[str, Any]:
    """Return the TOML of a file.

    Raises:
        ValueError: it is not UTF-8 or not TOML; the message has file and line.
    """
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{name}:{data[: error.start].count(10) + 1}: not UTF-8: save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
        # Besides its own error: an integer of thousands of digits, thousands of open brackets.
        line = re.search(r"at line (\d+)", str(error))
        place = line[1] if line else data.count(10) + 1
        raise ValueError(f"{name}:{place}: not TOML: {error}; {_HINT}") from error


def read_class(file: ClassFile, table: Table) -> NewsClass:
    """Return the class of `table`; what is wrong goes to `file.mistakes`, and then the class is not to be used."""
    _refuse_unknown(file, table, _CLASS_KEYS)
    kind, counts = str(table.get("kind", "")), str(table.get("counts", ""))
    if kind not in ("region", "topic"):
        file.mistake(f"kind must be 'region' or 'topic' (or 'list'), {_instead_of(table, 'kind')}", file.line_of_key("kind"))
    if counts not in ("mention", "discussion"):
        file.mistake(f"counts must be 'mention' or 'discussion', {_instead_of(table, 'counts')}", file.line_of_key("counts"))
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", str(table.get("id", ""))):
        what = "id must be lower-case letters, digits and hyphens, a letter first, at most 40"
        file.mistake(f"{what}, {_instead_of(table, 'id')}", file.line_of_key("id"))
    if not isinstance(table.get("name"), str) or not table["name"].strip():
        file.mistake("name is missing: what people read, as 'Chile'", file.line_of_key("name"))
    groups = [_read_group(file, "terms", index, group) for index, group in enumerate(_tables(file, table, "terms"))]
    groups += [_read_group(file, "homonyms", index, group) for index, group in enumerate(_tables(file, table, "homonyms"))]
    if not any(group.weight for group in groups):
        file.mistake("no [[terms]]: a class without terms finds nothing")
    return NewsClass(
        id=str(table.get("id")),
        kind=cast(Kind, kind),
        name=str(table.get("name")),
        counts=cast(Counts, counts),
        standard_ids=_standard_ids(file, table.get("standard", {})),
        groups=tuple(groups),
        examples=tuple(_read_example(file, index, example) for index, example in enumerate(_tables(file, table, "examples"))),
        file=file.name,
    )


def read_list(file: ClassFile, table: Table) -> tuple[str, ...]:
    """Return the words of a file of kind "list"; what is wrong goes to `file.mistakes`."""
    _refuse_unknown(file, table, _LIST_KEYS)
    if not isinstance(table.get("id"), str):
        file.mistake('a list needs an id: others name its words as "@id"', file.line_of_key("id"))
    words = table.get("words")
    if not isinstance(words, list) or not words:
        file.mistake("a list needs words = [...]", file.line_of_key("words"))
        return ()
    for word in words:
        if not isinstance(word, str) or not any(letter.isalnum() for letter in word) or word.startswith("@"):
            file.mistake(f"a word of a list must be a text with a letter or digit, not {word!r}", file.line_with(str(word)))
    return tuple(str(word) for word in words)


def _refuse_unknown(file: ClassFile, table: Table, known: set[str]) -> None:
    for key in sorted(table.keys() - known):
        file.mistake(f"unknown key {key!r}; known: {', '.join(sorted(known))}", file.line_of_key(key))


def _instead_of(table: Table, key: str) -> str:
    return f"not {table[key]!r}" if key in table else "and it is missing"


def _tables(file: ClassFile, table: Table, key: str) -> list[Table]:
    found = table.get(key, [])
    if isinstance(found, list) and all(isinstance(entry, dict) for entry in found):
        return found
    file.mistake(f"{key} must be written as [[{key}]]", file.line_of_key(key))
    return []


def _standard_ids(file: ClassFile, ids: object) -> dict[str, str]:
    if not isinstance(ids, dict):
        file.mistake("standard must be a table: [standard]", file.line_of_key("standard"))
        return {}
    for key, value in ids.items():
        if key not in _STANDARD:
            file.mistake(f"unknown standard {key!r}; known: {', '.join(_STANDARD)}", file.line_of_key(key, below="standard"))
        elif not isinstance(value, str) or not _STANDARD[key][0].fullmatch(value):
            file.mistake(f"{key} can't be {value!r}; it looks as {_STANDARD[key][1]}", file.line_of_key(key, below="standard"))
    return {str(key): str(value) for key, value in ids.items()}


def _read_group(file: ClassFile, table: str, index: int, group: Table) -> TermGroup:
    languages = {key for key in group if key == ANY_LANGUAGE or key in LANGUAGES}
    known = f"known: any, a language as en or es (ISO 639-1), {', '.join(sorted(_GROUP_KEYS))}"
    for key in sorted(group.keys() - _GROUP_KEYS - languages):
        file.mistake(f"unknown key {key!r} in [[{table}]]; {known}", file.line_of(table, index, key))
    terms = {language: _words(file, table, index, group, language) for language in sorted(languages)}
    if not any(terms.values()):
        file.mistake(f"no terms: write any = [...] or a language, en = [...], under [[{table}]]", file.line_of(table, index))
    if table == "homonyms" and "weight" in group:
        file.mistake("a homonym has no weight: it only takes the place of the terms in it", file.line_of(table, index, "weight"))
    weight = 0.0 if table == "homonyms" else group.get("weight")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not (0 < weight <= 1 or table == "homonyms"):
        file.mistake(f"weight must be above 0 and at most 1, {_instead_of(group, 'weight')}", file.line_of(table, index, "weight"))
        weight = 1.0
    within = group.get("within", "sentence")
    if within not in ("sentence", "text"):
        file.mistake(f"within must be 'sentence' or 'text', not {within!r}", file.line_of(table, index, "within"))
    return TermGroup(
        name=str(group.get("group", table)),
        weight=float(weight),
        terms=terms,
        capital=_switch(file, table, index, group, "capital"),
        alone=_switch(file, table, index, group, "alone"),
        after_name=_switch(file, table, index, group, "after_name"),
        own_language=_switch(file, table, index, group, "own_language"),
        within=cast(Within, within),
        **{key: _words(file, table, index, group, key) for key in _WORD_KEYS},
    )


def _switch(file: ClassFile, table: str, index: int, group: Table, key: str) -> bool:
    value = group.get(key, False)
    if not isinstance(value, bool):
        file.mistake(f"{key} must be true or false, not {value!r}", file.line_of(table, index, key))
    return value is True


def _words(file: ClassFile, table: str, index: int, group: Table, key: str) -> tuple[str, ...]:
    """Return the words of `group[key]`, its lists ("@name") opened."""
    words = group.get(key, [])
    if not isinstance(words, list):
        file.mistake(f"{key} must be a list of texts", file.line_of(table, index, key))
        return ()
    return tuple(word for entry in words for word in _opened(file, table, index, entry))


def _opened(file: ClassFile, table: str, index: int, entry: object) -> Iterable[str]:
    if not isinstance(entry, str) or not any(letter.isalnum() for letter in entry):
        place = file.line_of(table, index, f'"{entry}"' if isinstance(entry, str) else str(entry))
        file.mistake(f"a term must be a text with a letter or digit, not {entry!r}", place)
        return ()
    if entry != " ".join(entry.split()):
        file.mistake(f"spaces where no text has them, so it would never be found: {entry!r}", file.line_of(table, index, entry))
    if not entry.startswith("@"):
        return (entry,)
    if entry[1:] not in file.lists:
        file.mistake(f"no list {entry!r}; there are: {', '.join(sorted(file.lists))}", file.line_of(table, index, entry))
    return file.lists.get(entry[1:], ())


def _read_example(file: ClassFile, index: int, example: Table) -> Example:
    line = file.line_of("examples", index)
    for key in example.keys() - _EXAMPLE_KEYS:
        file.mistake(
            f"unknown key {key!r} in [[examples]]; known: {', '.join(sorted(_EXAMPLE_KEYS))}", file.line_of("examples", index, key)
        )
    for key in example.keys() & _EXAMPLE_KEYS:
        if not isinstance(example[key], str):
            file.mistake(f"{key} must be a text", file.line_of("examples", index, key))
    expect = example.get("expect")
    if expect not in ("about", "mentioned", "none"):
        file.mistake(
            f"expect must be 'about', 'mentioned' or 'none', {_instead_of(example, 'expect')}", file.line_of("examples", index, "expect")
        )
    if not str(example.get("body", "")).strip():
        file.mistake("an example needs a body", line)
    if example.get("language") not in (None, *LANGUAGES):
        file.mistake(
            f"language must be a code as 'en' (ISO 639-1), not {example['language']!r}", file.line_of("examples", index, "language")
        )
    return Example(
        expect=cast(Expect, expect),
        body=str(example.get("body", "")),
        title=example.get("title"),
        language=example.get("language"),
        line=line,
    )
