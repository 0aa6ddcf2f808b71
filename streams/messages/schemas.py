"""Generate JSON Schemas (draft 2020-12) of the public messages from the types in `event_types` and `records`.

They allow fields that a later version adds; tests check producers by the `strict` form. Draft 7 reads them too.
"""

from collections.abc import Mapping
from dataclasses import is_dataclass
from types import NoneType
from typing import Annotated, Any, Literal, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

from streams.messages.event_types import FIELD_DOCS, Duplicate, Event, FieldDoc, StoryState

DIALECT = "https://json-schema.org/draft/2020-12/schema"
TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}

Schema = dict[str, Any]


def event_schema() -> Schema:
    """Return the schema of an event: the value on `news.events` and the class topics."""
    return _published("event", "A unique article, classified.", {"type": "null", "description": "An event is no copy."})


def duplicate_schema() -> Schema:
    """Return the schema of a copy: the value on `news.duplicates`."""
    copy = schema_of(Duplicate) | {"description": "The original that it repeats, and how alike they are."}
    return _published("duplicate", "A copy of an earlier article, classified too.", copy)


def story_schema() -> Schema:
    """Return the schema of the state of a story: the value on `news.stories`."""
    return _head("story", "The state of a story after its newest event.") | schema_of(StoryState)


def schema_of(record: type) -> Schema:
    """Return the schema of a record or of a typed dict: an object with each of its fields."""
    hints = get_type_hints(record, include_extras=True)
    docs = FIELD_DOCS.get(record.__name__, {})
    properties = {name: _annotated(hint, docs.get(name)) for name, hint in hints.items()}
    required = sorted(getattr(record, "__required_keys__", hints), key=list(hints).index)
    return {"type": "object", "properties": properties} | ({"required": required} if required else {})


def headers_schema(headers: type) -> Schema:
    """Return the schema of a message's headers: strings, and those that may be null are optional instead."""
    schema = schema_of(headers)
    absent = {name for name, field in schema["properties"].items() if "null" in field.get("type", ())}
    for name in absent:
        schema["properties"][name]["type"] = "string"
    return schema | {"required": [name for name in schema.get("required", ()) if name not in absent]}


def strict(schema: Mapping[str, Any]) -> Schema:
    """Return the schema without additional properties in any object."""
    closed: Schema = {"additionalProperties": False} if schema.get("type") == "object" else {}
    for key, part in schema.items():
        if key == "properties":
            closed[key] = {name: strict(field) for name, field in part.items()}
        else:
            closed[key] = strict(part) if key == "items" else part
    return closed


def _published(name: str, description: str, duplicate: Schema) -> Schema:
    schema = schema_of(Event)
    return _head(name, description) | schema | {"properties": schema["properties"] | {"duplicate": duplicate}}


def _head(name: str, description: str) -> Schema:
    return {"$schema": DIALECT, "$id": f"urn:newsmill:schema:{name}:v1", "title": f"newsmill.{name}.v1", "description": description}


def _annotated(hint: Any, doc: FieldDoc | None) -> Schema:
    if get_origin(hint) is NotRequired:
        (hint,) = get_args(hint)
    if get_origin(hint) is Annotated:
        hint, doc = get_args(hint)
    if doc is None:
        raise TypeError(f"a field of type {hint} has no documentation")
    schema = _plain(hint)
    limits = {"pattern": doc.pattern, "minimum": doc.minimum, "maximum": doc.maximum}
    if "string" in schema.get("type", ()) and doc.pattern is None:
        limits["minLength"] = 1
    return schema | {name: limit for name, limit in limits.items() if limit is not None} | {"description": _sentence(doc.text)}


def _plain(hint: Any) -> Schema:
    members = get_args(hint)
    if NoneType in members:
        (plain,) = (_plain(member) for member in members if member is not NoneType)
        return plain | {"type": [plain["type"], "null"]} | ({"enum": [*plain["enum"], None]} if "enum" in plain else {})
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
