"""Check parsed JSON against one of our own schemas: anyone may write to a public topic, so readers trust no field before this."""

import re
from functools import cache
from math import isfinite
from typing import Any

from streams.messages.schemas import Schema

_NAMES: dict[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
    dict: "object",
    list: "array",
}


class Nonconforming(ValueError):
    """A value that does not conform to its schema; the message names the field."""


def conform(value: object, schema: Schema, name: str = "value") -> Any:
    """Return parsed JSON with the fields of its schema only: those that a later version adds are dropped.

    Args:
        value: as `orjson.loads` returns it.
        schema: with the keywords that `schemas` generates.
        name: of the field, for the error.

    Raises:
        Nonconforming: a missing field, another type, or a value outside the limits.
    """
    _require_type(value, schema, name)
    if isinstance(value, dict):
        missing = [field for field in schema.get("required", ()) if field not in value]
        if missing:
            raise Nonconforming(f"{name} lacks {missing[0]!r}")
        return {field: conform(value[field], part, field) for field, part in schema["properties"].items() if field in value}
    if isinstance(value, list):
        return [conform(element, schema["items"], name) for element in value]
    if value is not None:
        _require_limits(value, schema, name)
    return value


def _require_type(value: object, schema: Schema, name: str) -> None:
    expected = schema["type"]
    actual = _NAMES[type(value)]
    if actual not in expected and not (actual == "integer" and "number" in expected):
        raise Nonconforming(f"{name} is of type {actual}")
    if "enum" in schema and value not in schema["enum"]:
        raise Nonconforming(f"{name} has an unknown value")


def _require_limits(value: Any, schema: Schema, name: str) -> None:
    if isinstance(value, str):
        fits = len(value) >= schema.get("minLength", 0) and ("pattern" not in schema or _pattern(schema["pattern"]).fullmatch(value))
    else:
        fits = isfinite(value) and schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if not fits:
        raise Nonconforming(f"{name} has a value outside its limits")


@cache  # of the patterns of our own schemas
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)
