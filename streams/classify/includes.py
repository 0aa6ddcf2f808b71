"""Build a class on others: the keys `include` and `without` of a class file (docs/classes.md, Build on another class)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from streams.classify.class_records import NewsClass, TermGroup
from streams.classify.fold import fold
from streams.toml_files import Table, TomlFile, refuse_unknown_in

# Keys of a class file that an included class fills in.
_INHERITED = ("kind", "name", "counts")
_WITHOUT_KEYS = ("groups", "terms")


def included_classes(file: TomlFile, table: Table, find: Callable[[str], NewsClass | None], names: Iterable[str]) -> list[NewsClass]:
    """Return the classes that `include` of `table` names; `find` returns a class by its name, `names` are all that it knows."""
    entries = table.get("include", [])
    found: list[NewsClass] = []
    for entry in [entries] if isinstance(entries, str) else entries if isinstance(entries, list) else [entries]:
        included = find(entry) if isinstance(entry, str) else None
        if included is None:
            file.add_mistake(f"include: no class {entry!r}; there are: {', '.join(names)}", file.line_of_key("include"))
        else:
            found.append(included)
    return found


def inherited(included: Sequence[NewsClass]) -> dict[str, object]:
    """Return the keys that a class takes from the first of the classes that it includes."""
    if not included:
        return {}
    return {key: getattr(included[0], key) for key in _INHERITED} | {"standard": included[0].standard_ids}


def kept_groups(file: TomlFile, table: Table, included: Sequence[NewsClass]) -> list[TermGroup]:
    """Return the groups of the included classes without the groups and terms that `without` names."""
    groups = [group for news_class in included for group in news_class.groups]
    without = table.get("without", {})
    if not isinstance(without, dict):
        file.add_mistake("without must be a table: [without]", file.line_of_key("without"))
        return groups
    refuse_unknown_in(file, without, "without", _WITHOUT_KEYS)
    names, terms = (_texts(file, without, key) for key in _WITHOUT_KEYS)
    _report_absent(file, "group", names, {group.name for group in groups})
    kept = [group for group in groups if group.name not in names]
    _report_absent(
        file, "term", terms, {fold(term).text for group in groups for words in group.terms.values() for term in words}, _fold_text
    )
    removed = {fold(term).text for term in terms}
    return [smaller for group in kept if any((smaller := _without(group, removed)).terms.values())]


def _fold_text(term: str) -> str:
    """Return a term without case and accents, as terms are matched."""
    return fold(term).text


def _without(group: TermGroup, removed: set[str]) -> TermGroup:
    terms = {language: tuple(term for term in words if fold(term).text not in removed) for language, words in group.terms.items()}
    return replace(group, terms=terms)


def _texts(file: TomlFile, without: Table, key: str) -> list[str]:
    entries = without.get(key, [])
    if isinstance(entries, list) and all(isinstance(entry, str) for entry in entries):
        return entries
    file.add_mistake(f"{key} of [without] must be a list of texts", file.line_of_key(key, below="without"))
    return []


def _report_absent(file: TomlFile, kind: str, names: Iterable[str], known: set[str], form: Callable[[str], str] = str) -> None:
    for name in names:
        if form(name) not in known:
            line = file.line_with(f'"{name}"', file.line_of_key("without"))
            file.add_mistake(f"without: the included classes have no {kind} {name!r}", line)
