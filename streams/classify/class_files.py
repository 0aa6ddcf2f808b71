"""Parse one class file (TOML) and report every mistake with its line (format: docs/classes.md)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from streams.classify.class_records import (
    ANY_LANGUAGE,
    LANGUAGES,
    ClassKind,
    ContextRange,
    CountRule,
    Example,
    ExpectedLabel,
    NewsClass,
    TermGroup,
)
from streams.classify.includes import inherited, kept_groups
from streams.classify.place_rules import read_place_rule
from streams.places.gazetteer import gazetteer
from streams.toml_files import Table, TomlFile, actual_value, read_tables, refuse_unknown

_CLASS_KEYS = {"id", "include", "without", "kind", "name", "counts", "standard", "places", "terms", "homonyms", "examples"}
_WORD_KEYS = ("only_after", "not_after", "not_before", "near", "unless")
_GROUP_KEYS = {"group", "weight", "capital", "alone", "after_name", "common_noun", "own_language", "within", *_WORD_KEYS}
_EXAMPLE_KEYS = {"expect", "title", "body", "language"}
_LIST_KEYS = {"id", "kind", "words"}
# The demonyms of a country, its divisions and cities, from the gazetteer: "@demonyms:CL".
_DEMONYMS = "@demonyms:"
_STANDARD = {
    "iso3166": (re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?"), "CL or US-FL"),
    "wikidata": (re.compile(r"Q\d+"), "Q298"),
    "medtop": (re.compile(r"medtop:\d{8}"), "medtop:20000316"),
}


class ClassFile(TomlFile):
    """A class file. `lists`: word lists by name ("@name")."""

    def __init__(self, name: str, text: str, lists: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__(name, text)
        self.lists = lists


def read_class(file: ClassFile, table: Table, included: Sequence[NewsClass] = ()) -> NewsClass:
    """Return the class in `table`, which adds to the `included` classes and removes from them.

    Mistakes are added to `file.mistakes`; a class with mistakes must not be used.
    """
    refuse_unknown(file, table, _CLASS_KEYS)
    table = {**inherited(included), **table}
    kind, counts = str(table.get("kind", "")), str(table.get("counts", ""))
    if kind not in ("region", "topic"):
        file.add_mistake(f"kind must be 'region' or 'topic' (or 'list'), {actual_value(table, 'kind')}", file.line_of_key("kind"))
    if counts not in ("mention", "discussion"):
        file.add_mistake(f"counts must be 'mention' or 'discussion', {actual_value(table, 'counts')}", file.line_of_key("counts"))
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", str(table.get("id", ""))):
        rule = "id must be lower-case letters, digits and hyphens, a letter first, at most 40"
        file.add_mistake(f"{rule}, {actual_value(table, 'id')}", file.line_of_key("id"))
    if not isinstance(table.get("name"), str) or not table["name"].strip():
        file.add_mistake("name is missing: the display name, such as 'Chile'", file.line_of_key("name"))
    groups = kept_groups(file, table, included)
    groups += [_read_group(file, "terms", index, group) for index, group in enumerate(read_tables(file, table, "terms"))]
    groups += [_read_group(file, "homonyms", index, group) for index, group in enumerate(read_tables(file, table, "homonyms"))]
    own_rule = read_place_rule(file, table)
    places = (own_rule,) if own_rule else tuple(rule for one in included for rule in one.places)
    if not any(group.weight for group in groups) and not places:
        file.add_mistake("no [[terms]]: a class without terms matches nothing")
    return NewsClass(
        id=str(table.get("id")),
        kind=cast(ClassKind, kind),
        name=str(table.get("name")),
        counts=cast(CountRule, counts),
        standard_ids=_read_standard_ids(file, table.get("standard", {})),
        groups=tuple(groups),
        examples=tuple(_read_example(file, index, example) for index, example in enumerate(read_tables(file, table, "examples"))),
        places=places,
        file=file.name,
    )


def read_list(file: ClassFile, table: Table) -> tuple[str, ...]:
    """Return the words of a file of kind "list". Mistakes are added to `file.mistakes`."""
    refuse_unknown(file, table, _LIST_KEYS)
    if not isinstance(table.get("id"), str):
        file.add_mistake('a list needs an id: other files refer to its words as "@id"', file.line_of_key("id"))
    words = table.get("words")
    if not isinstance(words, list) or not words:
        file.add_mistake("a list needs words = [...]", file.line_of_key("words"))
        return ()
    for word in words:
        if not isinstance(word, str) or not any(letter.isalnum() for letter in word) or word.startswith("@"):
            file.add_mistake(f"a word of a list must be a text with a letter or digit, not {word!r}", file.line_with(str(word)))
    return tuple(str(word) for word in words)


def _read_standard_ids(file: ClassFile, ids: object) -> dict[str, str]:
    if not isinstance(ids, dict):
        file.add_mistake("standard must be a table: [standard]", file.line_of_key("standard"))
        return {}
    for key, value in ids.items():
        if key not in _STANDARD:
            file.add_mistake(f"unknown standard {key!r}; known: {', '.join(_STANDARD)}", file.line_of_key(key, below="standard"))
        elif not isinstance(value, str) or not _STANDARD[key][0].fullmatch(value):
            file.add_mistake(f"{key} can't be {value!r}; it must look like {_STANDARD[key][1]}", file.line_of_key(key, below="standard"))
    return {str(key): str(value) for key, value in ids.items()}


def _read_group(file: ClassFile, table: str, index: int, group: Table) -> TermGroup:
    languages = {key for key in group if key == ANY_LANGUAGE or key in LANGUAGES}
    known = f"known: any, a language such as en or es (ISO 639-1), {', '.join(sorted(_GROUP_KEYS))}"
    for key in sorted(group.keys() - _GROUP_KEYS - languages):
        file.add_mistake(f"unknown key {key!r} in [[{table}]]; {known}", file.line_of(table, index, key))
    terms = {language: _read_words(file, table, index, group, language) for language in sorted(languages)}
    if not any(terms.values()):
        file.add_mistake(f"no terms: write any = [...] or a language, en = [...], under [[{table}]]", file.line_of(table, index))
    if table == "homonyms" and "weight" in group:
        file.add_mistake("a homonym has no weight: it only blocks the terms inside it", file.line_of(table, index, "weight"))
    weight = 0.0 if table == "homonyms" else group.get("weight")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not (0 < weight <= 1 or table == "homonyms"):
        file.add_mistake(f"weight must be above 0 and at most 1, {actual_value(group, 'weight')}", file.line_of(table, index, "weight"))
        weight = 1.0
    within = group.get("within", "sentence")
    if within not in ("sentence", "text"):
        file.add_mistake(f"within must be 'sentence' or 'text', not {within!r}", file.line_of(table, index, "within"))
    return TermGroup(
        name=str(group.get("group", table)),
        weight=float(weight),
        terms=terms,
        capital=_read_flag(file, table, index, group, "capital"),
        alone=_read_flag(file, table, index, group, "alone"),
        after_name=_read_flag(file, table, index, group, "after_name"),
        common_noun=_read_flag(file, table, index, group, "common_noun"),
        own_language=_read_flag(file, table, index, group, "own_language"),
        within=cast(ContextRange, within),
        **{key: _read_words(file, table, index, group, key) for key in _WORD_KEYS},
    )


def _read_flag(file: ClassFile, table: str, index: int, group: Table, key: str) -> bool:
    value = group.get(key, False)
    if not isinstance(value, bool):
        file.add_mistake(f"{key} must be true or false, not {value!r}", file.line_of(table, index, key))
    return value is True


def _read_words(file: ClassFile, table: str, index: int, group: Table, key: str) -> tuple[str, ...]:
    """Return the words of `group[key]`, with lists ("@name") expanded."""
    words = group.get(key, [])
    if not isinstance(words, list):
        file.add_mistake(f"{key} must be a list of texts", file.line_of(table, index, key))
        return ()
    return tuple(word for entry in words for word in _expand_list(file, table, index, entry))


def _expand_list(file: ClassFile, table: str, index: int, entry: object) -> Iterable[str]:
    if not isinstance(entry, str) or not any(letter.isalnum() for letter in entry):
        line_no = file.line_of(table, index, f'"{entry}"' if isinstance(entry, str) else str(entry))
        file.add_mistake(f"a term must be a text with a letter or digit, not {entry!r}", line_no)
        return ()
    if entry != " ".join(entry.split()):
        file.add_mistake(f"leading, trailing or repeated spaces, so it would never match: {entry!r}", file.line_of(table, index, entry))
    if not entry.startswith("@"):
        return (entry,)
    if entry.startswith(_DEMONYMS):
        return _demonyms(file, table, index, entry)
    if entry[1:] not in file.lists:
        file.add_mistake(f"no list {entry!r}; there are: {', '.join(sorted(file.lists))}", file.line_of(table, index, entry))
    return file.lists.get(entry[1:], ())


def _demonyms(file: ClassFile, table: str, index: int, entry: str) -> tuple[str, ...]:
    source = gazetteer()
    words = tuple(word for word, _, country in source.demonyms if source.codes[country] == entry.removeprefix(_DEMONYMS))
    if not words:
        file.add_mistake(f"no demonyms for {entry!r}; it must look like {_DEMONYMS}CL (ISO 3166)", file.line_of(table, index, entry))
    return tuple(dict.fromkeys(words))


def _read_example(file: ClassFile, index: int, example: Table) -> Example:
    line = file.line_of("examples", index)
    for key in example.keys() - _EXAMPLE_KEYS:
        file.add_mistake(
            f"unknown key {key!r} in [[examples]]; known: {', '.join(sorted(_EXAMPLE_KEYS))}", file.line_of("examples", index, key)
        )
    for key in example.keys() & _EXAMPLE_KEYS:
        if not isinstance(example[key], str):
            file.add_mistake(f"{key} must be a text", file.line_of("examples", index, key))
    expect = example.get("expect")
    if expect not in ("about", "mentioned", "none"):
        file.add_mistake(
            f"expect must be 'about', 'mentioned' or 'none', {actual_value(example, 'expect')}", file.line_of("examples", index, "expect")
        )
    if not str(example.get("body", "")).strip():
        file.add_mistake("an example needs a body", line)
    if example.get("language") not in (None, *LANGUAGES):
        file.add_mistake(
            f"language must be a code such as 'en' (ISO 639-1), not {example['language']!r}", file.line_of("examples", index, "language")
        )
    return Example(
        expect=cast(ExpectedLabel, expect),
        body=str(example.get("body", "")),
        title=example.get("title"),
        language=example.get("language"),
        line=line,
    )
