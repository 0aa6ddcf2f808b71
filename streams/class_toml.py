"""One class file (TOML bytes) -> a class, with every mistake in it named by line (format: docs/classes.md)."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any, cast

from streams.class_records import ANY_LANGUAGE, Counts, Example, Expect, Kind, NewsClass, TermGroup, Within

_CLASS_KEYS = {"id", "kind", "name", "counts", "standard", "terms", "homonyms", "examples"}
_WORD_KEYS = ("only_after", "not_after", "not_before", "near", "unless")
_GROUP_KEYS = {"group", "weight", "capital", "alone", "after_name", "own_language", "within", *_WORD_KEYS}
_EXAMPLE_KEYS = {"expect", "title", "body", "language"}
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_STANDARD = {
    "iso3166": re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?"),
    "wikidata": re.compile(r"Q\d+"),
    "medtop": re.compile(r"medtop:\d{8}"),
}
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
        heads = [number for number, line in enumerate(self._lines, 1) if line.strip().replace(" ", "") == f"[[{table}]]"]
        first = heads[index] if index < len(heads) else 1
        for number in range(first, len(self._lines) + 1) if holds else ():
            line = self._lines[number - 1]
            if number > first and line.startswith("["):
                break
            if holds in line:
                return number
        return first

    def line_of_key(self, key: str) -> int:
        """Return the line where the top-level `key` is set, 1 where it isn't."""
        return next((number for number, line in enumerate(self._lines, 1) if re.match(rf"{re.escape(key)}\s*=", line)), 1)


def read_table(name: str, data: bytes) -> dict[str, Any]:
    """Return the TOML of a file.

    Raises:
        ValueError: it is not UTF-8 or not TOML; the message has file and line.
    """
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{name}:{data[: error.start].count(10) + 1}: not UTF-8: save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise ValueError(f"{name}:{line[1] if line else data.count(10) + 1}: not TOML: {error}") from error


def read_class(file: ClassFile, table: Table) -> NewsClass:
    """Return the class of `table`; what is wrong goes to `file.mistakes`, and then the class is not to be used."""
    for key in table.keys() - _CLASS_KEYS:
        file.mistake(f"unknown key {key!r}; known: {', '.join(sorted(_CLASS_KEYS))}", file.line_of_key(key))
    kind, counts = str(table.get("kind", "")), str(table.get("counts", ""))
    if kind not in ("region", "topic"):
        file.mistake(f"kind must be 'region' or 'topic', not {kind!r}", file.line_of_key("kind"))
    if counts not in ("mention", "discussion"):
        file.mistake(f"counts must be 'mention' or 'discussion', not {counts!r}", file.line_of_key("counts"))
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", str(table.get("id", ""))):
        file.mistake(f"id must be lower-case letters, digits and hyphens, not {table.get('id')!r}", file.line_of_key("id"))
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
            file.mistake(f"unknown standard {key!r}; known: {', '.join(_STANDARD)}", file.line_of_key(key))
        elif not isinstance(value, str) or not _STANDARD[key].fullmatch(value):
            file.mistake(f"{key} can't be {value!r}", file.line_of_key(key))
    return {str(key): str(value) for key, value in ids.items()}


def _read_group(file: ClassFile, table: str, index: int, group: Table) -> TermGroup:
    languages = {key for key in group if key == ANY_LANGUAGE or (key not in _GROUP_KEYS and _LANGUAGE.fullmatch(key))}
    for key in group.keys() - _GROUP_KEYS - languages:
        file.mistake(f"unknown key {key!r} in [[{table}]]", file.line_of(table, index, key))
    terms = {language: _words(file, table, index, group, language) for language in sorted(languages)}
    if not any(terms.values()):
        file.mistake(f"no terms: write any = [...] or a language, en = [...], under [[{table}]]", file.line_of(table, index))
    weight = 0.0 if table == "homonyms" else group.get("weight")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not (0 < weight <= 1 or table == "homonyms"):
        file.mistake(f"weight must be above 0 and at most 1, not {weight!r}", file.line_of(table, index, "weight"))
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
        file.mistake(f"a term must be a text with a letter or digit, not {entry!r}", file.line_of(table, index, str(entry)))
        return ()
    if not entry.startswith("@"):
        return (entry,)
    if entry[1:] not in file.lists:
        file.mistake(f"no list {entry!r}; there are: {', '.join(sorted(file.lists)) or 'none'}", file.line_of(table, index, entry))
    return file.lists.get(entry[1:], ())


def _read_example(file: ClassFile, index: int, example: Table) -> Example:
    line = file.line_of("examples", index)
    for key in example.keys() - _EXAMPLE_KEYS:
        file.mistake(f"unknown key {key!r} in [[examples]]; known: {', '.join(sorted(_EXAMPLE_KEYS))}", line)
    for key in example.keys() & _EXAMPLE_KEYS:
        if not isinstance(example[key], str):
            file.mistake(f"{key} must be a text", file.line_of("examples", index, key))
    expect = example.get("expect")
    if expect not in ("about", "mentioned", "none"):
        file.mistake(f"expect must be 'about', 'mentioned' or 'none', not {expect!r}", line)
    if not str(example.get("body", "")).strip():
        file.mistake("an example needs a body", line)
    return Example(
        expect=cast(Expect, expect),
        body=str(example.get("body", "")),
        title=example.get("title"),
        language=example.get("language"),
        line=line,
    )
