"""JSON Schemas (draft 2020-12) of what is public, made of the types in `public` and `records`.

They let a consumer meet fields that were added since; `strict` is what a producer is tested by. Written so that draft 7 reads them too.
"""

from collections.abc import Mapping
from dataclasses import is_dataclass
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints, is_typeddict

from streams.messages.event_types import MEANINGS, Duplicate, Event, Means

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}

Schema = dict[str, Any]


def event_schema() -> Schema:
    """Return the schema of an event: the value on `news.events` and the class topics."""
    return _published("event", "A unique article, classified.", {"type": "null", "description": "An event is no copy."})


def duplicate_schema() -> Schema:
    """Return the schema of a copy: the value on `news.duplicates`."""
    copy = schema_of(Duplicate) | {"description": "What it is a copy of, and how alike."}
    return _published("duplicate", "A copy of an earlier article, classified too.", copy)


def schema_of(record: type) -> Schema:
    """Return the schema of a record or of a typed dict: an object with each of its fields."""
    hints = get_type_hints(record, include_extras=True)
    meanings = MEANINGS.get(record.__name__, {})
    properties = {name: _annotated(hint, meanings.get(name)) for name, hint in hints.items()}
    required = sorted(getattr(record, "__required_keys__", hints), key=list(hints).index)
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})


def headers_schema(headers: type) -> Schema:
    """Return the schema of a message's headers, which are texts; one that would be null is not there."""
    schema = schema_of(headers)
    absent = {name for name, field in schema["properties"].items() if "null" in field.get("type", ())}
    for name in absent:
        schema["properties"][name]["type"] = "string"
    return schema | {"required": [name for name in schema.get("required", ()) if name not in absent]}


def strict(schema: Mapping[str, Any]) -> Schema:
    """Return the same schema where no object may have a field that it does not name."""
    closed: Schema = {"additionalProperties": False} if schema.get("type") == "object" else {}
    for key, part in schema.items():
        if key == "properties":
            closed[key] = {name: strict(field) for name, field in part.items()}
        else:
            closed[key] = strict(part) if key == "items" else part
    return closed


def _published(name: str, description: str, duplicate: Schema) -> Schema:
    schema = schema_of(Event)
    head = {"$schema": DIALECT, "$id": f"urn:newsmill:schema:{name}:v1", "title": f"newsmill.{name}.v1", "description": description}
    return head | schema | {"properties": schema["properties"] | {"duplicate": duplicate}}


def _annotated(hint: Any, means: Means | None) -> Schema:
    if get_origin(hint) is Annotated:
        hint, means = get_args(hint)
    if means is None:
        raise TypeError(f"nobody says what {hint} means")
    schema = _plain(hint)
    limits = {"pattern": means.pattern, "minimum": means.minimum, "maximum": means.maximum}
    if "string" in schema.get("type", ()) and means.pattern is None:
        limits["minLength"] = 1
    return schema | {name: limit for name, limit in limits.items() if limit is not None} | {"description": _sentence(means.text)}


def _plain(hint: Any) -> Schema:
    members = get_args(hint)
    if NoneType in members:
        (known,) = (_plain(member) for member in members if member is not NoneType)
        return known | {"type": [known["type"], "null"]} | ({"enum": [*known["enum"], None]} if "enum" in known else {})
    if get_origin(hint) is Literal:
        return {"type": "string", "enum": list(members)}
    if hint in TYPES:
        return {"type": TYPES[hint]}
    if is_typeddict(hint) or is_dataclass(hint):
        return schema_of(hint)
    if get_origin(hint) is None:
        return {"type": "string", "enum": [member.value for member in hint]}
    return {"type": "array", "items": _plain(members[0])}


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if not text.startswith("`") else f"{text}."
