"""The documents of docs/ that are made from the code; `python -m tests.published` writes them."""

import importlib.metadata
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from streams.messages.asyncapi import document
from streams.messages.event_types import DeadLetterHeaders, DumpHeaders, EventHeaders
from streams.messages.schemas import Schema, duplicate_schema, event_schema, headers_schema, story_schema

DOCS = Path(__file__).parent.parent / "docs"


class _Plain(yaml.SafeDumper):
    """Writes each part out, where two are the same too."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def schema_text(schema: Schema) -> str:
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def asyncapi_text() -> str:
    head = "# Made from the code: python -m tests.published\n"
    text: str = yaml.dump(document(importlib.metadata.version("newsmill")), Dumper=_Plain, sort_keys=False, width=120, allow_unicode=True)
    return head + text


PUBLISHED: dict[Path, Callable[[], str]] = {
    DOCS / "schemas" / "event.v1.json": lambda: schema_text(event_schema()),
    DOCS / "schemas" / "duplicate.v1.json": lambda: schema_text(duplicate_schema()),
    DOCS / "schemas" / "story.v1.json": lambda: schema_text(story_schema()),
    DOCS / "asyncapi.yaml": asyncapi_text,
}


def field_rows(schema: Schema, before: str = "") -> Iterator[str]:
    """A row of docs/events.md for each field, those within it below: path, type, meaning."""
    for name, field in schema["properties"].items():
        inner = field.get("items", field)
        within = inner.get("properties")
        path = f"{before}{name}" + ("[]" if "items" in field else "")
        yield f"| `{path}` | {_type(field)} | {field['description']} |"
        if within:
            yield from field_rows(inner, f"{path}.")


def tables() -> dict[str, list[str]]:
    """The rows of each table of docs/events.md, by the heading above it."""
    event, copy = event_schema(), duplicate_schema()["properties"]["duplicate"]
    headers = {"Its headers": EventHeaders, "Headers of a dump": DumpHeaders, "Headers of a dead letter": DeadLetterHeaders}
    fields = {"Fields": list(field_rows(event)), "Fields of `duplicate`": list(field_rows(copy, "duplicate."))}
    fields["The state of a story"] = list(field_rows(story_schema()))
    return fields | {title: list(field_rows(headers_schema(kind))) for title, kind in headers.items()}


def _type(field: Schema) -> str:
    kinds = [field["type"]] if isinstance(field["type"], str) else field["type"]
    if "enum" in field:
        return ", ".join(f"`{value}`" if value else "null" for value in field["enum"])
    if "items" in field:
        return f"list of {field['items']['type']}s"
    limits = f", {field['minimum']:g} to {field['maximum']:g}" if "maximum" in field else ""
    return " or ".join(kinds) + limits


def main() -> None:
    for path, text in PUBLISHED.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text(), encoding="utf-8")
    for title, rows in tables().items():
        print(f"## {title}\n\n| field | type | meaning |\n|---|---|---|\n" + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
