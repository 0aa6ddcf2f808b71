"""Build the checked set of classes from their files (docs/classes.md), with its matcher and hash."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from itertools import chain
from typing import Any

from streams.classify.class_files import ClassFile, read_class, read_list
from streams.classify.class_records import ClassKind, NewsClass
from streams.classify.countries import WIKIDATA_IDS
from streams.classify.fold import fold
from streams.classify.includes import included_classes
from streams.classify.matcher import Matcher, compile_matcher
from streams.places.gazetteer import gazetteer
from streams.toml_files import read_table


class ClassError(ValueError):
    """Invalid class files. `mistakes`: all of them, as "file:line: message"."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSet:
    """Classes in order of id. `hash`: 12 hex digits over all their files; equal for equal files. `by_places`: those with a place rule."""

    classes: tuple[NewsClass, ...]
    hash: str
    matcher: Matcher = field(compare=False, repr=False)
    by_places: tuple[NewsClass, ...] = field(compare=False, repr=False)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle without the matcher, which can't be pickled and is compiled again."""
        return class_set, (self.classes, self.hash)

    @property
    def region_ids(self) -> tuple[str, ...]:
        """The ids of the regions, sorted."""
        return self._ids("region")

    @property
    def topic_ids(self) -> tuple[str, ...]:
        """The ids of the topics, sorted."""
        return self._ids("topic")

    def _ids(self, kind: ClassKind) -> tuple[str, ...]:
        return tuple(news_class.id for news_class in self.classes if news_class.kind == kind)


BUILT_IN = "built-in"
COUNTRIES = "countries"
EXTRA_FOLDERS = (COUNTRIES, "topics")
COUNTRY_PREFIX = "country:"
# Each has a topic of its own, of 6 partitions and 3 replicas: those of 250 countries would swamp a cluster.
MAX_COUNTRIES = 20
_MAX_ID_CHARACTERS = 40
_COUNTRY_FILE = """\
id = "{id}"
kind = "region"
name = "{name}"
counts = "mention"
places = {{ country = "{code}" }}

[standard]
iso3166 = "{code}"
"""
_WIKIDATA_LINE = 'wikidata = "{id}"\n'
_LIST_MARK = b'kind = "list"'


@cache
def builtin_classes() -> ClassSet:
    """Return the shipped classes that are on by default."""
    return parse_classes(shipped_files())


def shipped_files(folder: str = "") -> dict[str, bytes]:
    """Return name -> content of the shipped class files: those on by default, or those of a folder."""
    shipped = resources.files("streams.classify").joinpath("classes", folder)
    return {file.name: file.read_bytes() for file in sorted(shipped.iterdir(), key=str) if file.name.endswith(".toml")}


def shipped_ids() -> dict[str, list[str]]:
    """Return the ids of the shipped classes by folder, "built-in" for those on by default; each file is named by its id."""
    ids: dict[str, list[str]] = {folder: [] for folder in (BUILT_IN, *EXTRA_FOLDERS)}
    for path in _shipped_classes():
        folder, name = path.split("/")
        ids[folder].append(name.removesuffix(".toml"))
    return ids


@cache
def _shipped_classes() -> Mapping[str, bytes]:
    """Return "folder/name" -> content of every shipped class, lists excepted; the slash marks it as shipped. Countries have no files."""
    on = {f"{BUILT_IN}/{name}": data for name, data in shipped_files().items() if _LIST_MARK not in data}
    countries = {name: data for code in WIKIDATA_IDS for name, data in country_file(code).items()}
    topics = {f"topics/{name}": data for name, data in shipped_files("topics").items()}
    return on | dict(sorted(countries.items())) | topics


def extra_files(names: Collection[str]) -> dict[str, bytes]:
    """Return the class files that `names` enables: ids, folders ("built-in", "countries", "topics"), or "all" of the last two.

    "country:PE" is the country of this code, by its places.

    Raises:
        ClassError: an unknown name.
    """
    known = _shipped_classes()
    chosen: dict[str, bytes] = {}
    for name in names:
        if name.startswith(COUNTRY_PREFIX):
            chosen |= country_file(name.removeprefix(COUNTRY_PREFIX))
            continue
        folders = EXTRA_FOLDERS if name == "all" else (name,)
        files = {path: data for path, data in known.items() if path.split("/")[0] in folders or path.endswith(f"/{name}.toml")}
        if not files:
            raise ClassError([f"{name!r} is none of: all, {', '.join(chain(shipped_ids(), *shipped_ids().values()))}"])
        chosen |= files
    if sum(name.startswith(COUNTRY_PREFIX) for name in names) > MAX_COUNTRIES:
        raise ClassError(
            [f"at most {MAX_COUNTRIES} countries by code: each has a topic of its own; the field and header `countries` have all"]
        )
    return chosen


def country_file(code: str) -> dict[str, bytes]:
    """Return the class file of a region that is a country, by its places; `code` is ISO 3166-1.

    Raises:
        ClassError: an unknown code.
    """
    source = gazetteer()
    country = next((number for number in range(len(source.codes)) if source.codes[number] == code), None)
    if country is None:
        raise ClassError([f"{COUNTRY_PREFIX}{code}: no country has this code (ISO 3166-1, such as PE)"])
    name = source.name(country)
    id = re.sub("[^a-z0-9]+", "-", fold(name).text)[:_MAX_ID_CHARACTERS].strip("-")
    text = _COUNTRY_FILE.format(id=id, name=name, code=code)
    if code in WIKIDATA_IDS:
        text += _WIKIDATA_LINE.format(id=WIKIDATA_IDS[code])
    return {f"{COUNTRIES}/{id}.toml": text.encode()}


def parse_classes(files: Mapping[str, bytes]) -> ClassSet:
    """Parse and check class files.

    Args:
        files: file name -> TOML as saved. A file of `kind = "list"` defines words that others refer to as "@id". A name with a folder
            ("built-in/chile.toml") is a shipped file; a user's class of the same id takes its place.

    Raises:
        ClassError: has every mistake of every file, by file and line.
    """
    mistakes: list[str] = []
    tables = _read_tables(files, mistakes)
    lists = _shipped_lists() | _read_lists(files, tables, mistakes)
    classes: dict[str, NewsClass] = {}
    for name, table in sorted(tables.items(), key=lambda item: "/" in item[0]):
        if table.get("kind") == "list":
            continue
        file = ClassFile(name, files[name].decode("utf-8-sig"), lists)
        news_class = read_class(file, table, _included(file, table))
        if (other := classes.setdefault(news_class.id, news_class)) is not news_class and "/" not in name:
            file.add_mistake(f"id {news_class.id!r} is taken by {other.file}", file.line_of_key("id"))
        mistakes += file.mistakes
    if mistakes or not classes:
        raise ClassError(mistakes or ["no class file: a class is a .toml file of kind 'region' or 'topic'"])
    return class_set(classes.values(), hash_of(files))


def _included(file: ClassFile, table: Mapping[str, Any]) -> list[NewsClass]:
    """Return the shipped classes that a class file includes ("built-in:mining")."""
    if "include" not in table:
        return []
    paths = {f"{BUILT_IN}:{path.split('/')[1].removesuffix('.toml')}": path for path in _shipped_classes()}
    return included_classes(file, table, lambda name: _shipped_class(paths.get(name), file.lists), paths)


def _shipped_class(path: str | None, lists: Mapping[str, tuple[str, ...]]) -> NewsClass | None:
    if path is None:
        return None
    data = _shipped_classes()[path]
    return read_class(ClassFile(path, data.decode(), lists), read_table(path, data))


def class_set(classes: Iterable[NewsClass], hash: str) -> ClassSet:
    """Return the set of these valid classes, with its matcher."""
    ordered = tuple(sorted(classes, key=lambda news_class: news_class.id))
    return ClassSet(classes=ordered, hash=hash, matcher=compile_matcher(ordered), by_places=tuple(one for one in ordered if one.places))


def _read_tables(files: Mapping[str, bytes], mistakes: list[str]) -> dict[str, dict[str, Any]]:
    tables: dict[str, dict[str, Any]] = {}
    for name in sorted(files):
        try:
            tables[name] = read_table(name, files[name])
        except ValueError as error:
            mistakes.append(str(error))
    return tables


def _read_lists(files: Mapping[str, bytes], tables: Mapping[str, Mapping[str, Any]], mistakes: list[str]) -> dict[str, tuple[str, ...]]:
    lists: dict[str, tuple[str, ...]] = {}
    for name, table in tables.items():
        if table.get("kind") == "list":
            file = ClassFile(name, files[name].decode("utf-8-sig"), {})
            lists[str(table.get("id"))] = read_list(file, table)
            mistakes += file.mistakes
    return lists


def _shipped_lists() -> dict[str, tuple[str, ...]]:
    """Return the shipped word lists, which every class may use; a user's list of the same id replaces one."""
    # Searched as text: parsing all shipped files as TOML takes 50 ms.
    files = {name: data for name, data in shipped_files().items() if _LIST_MARK in data}
    return _read_lists(files, _read_tables(files, []), [])


def hash_of(files: Mapping[str, bytes]) -> str:
    """Return 12 hex digits over the names and contents of class files. Events carry it, and a change of it means changed files."""
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()[:12]
