"""Whether fields read from JSON are what a record is made of: anybody can write to an internal topic."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

_ID = re.compile(r"[0-9a-f]{32}")


def are_ids(*values: str) -> bool:
    """Return whether each value is 32 hex digits."""
    return all(_ID.fullmatch(value) for value in values)


def are_typed(record: type, fields: Mapping[str, Any]) -> bool:
    """Return whether each field has a type of that field of `record`, a dataclass of JSON's own types; one may be missing."""
    return all(type(fields[name]) in types for name, types in _types_of(record) if name in fields)


@cache
def _types_of(record: type) -> tuple[tuple[str, frozenset[type]], ...]:
    return tuple((name, frozenset(_plain(hint))) for name, hint in get_type_hints(record).items())


def _plain(hint: Any) -> list[type]:
    """Return the types that JSON has for a type hint: those of each member of a union; a literal is text, a whole number may be a float."""
    if get_origin(hint) is Literal:
        return [str]
    if hint is float:
        return [float, int]
    members = get_args(hint)
    return [plain for member in members for plain in _plain(member)] if members else [hint]
