"""The JSON types of a record's fields: anyone can write to an internal topic, so decoding checks each value."""

from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints


def types_of(record: type) -> Mapping[str, frozenset[type]]:
    """Return for each field of `record`, a dataclass of JSON types, the Python types that its JSON values may have; not for `extra`."""
    return {name: frozenset(_json_types(hint)) for name, hint in get_type_hints(record).items() if name != "extra"}


def _json_types(hint: Any) -> list[type]:
    """Return the types of all members of a union. A literal is a string, and a float may be written as an integer."""
    if get_origin(hint) is Literal:
        return [str]
    if hint is float:
        return [float, int]
    members = get_args(hint)
    return [plain for member in members for plain in _json_types(member)] if members else [hint]
