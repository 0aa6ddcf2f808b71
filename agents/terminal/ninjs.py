"""Convert an event to IPTC ninjs 3.0, the news industry's JSON (schema: iptc.org/std/ninjs/ninjs-schema_3.0.json)."""

from collections.abc import Mapping
from typing import Any

SCHEMA = "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json#"
WIKIDATA = "http://www.wikidata.org/entity/"
MEDIA_TOPICS = "http://cv.iptc.org/newscodes/mediatopic/"


def ninjs(event: Mapping[str, Any], standards: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return the ninjs object of an event or copy (the parsed JSON of its message), without unknown fields.

    A published day is omitted too: ninjs has only times, and midnight would be more precise than known.

    Args:
        event: as in docs/contract.md, Events.
        standards: class id -> its ids in standards, "wikidata" and "medtop".
    """
    fetched_at = event["source"]["fetched_at"]
    has_time = event["published_precision"] in ("second", "minute", "hour")
    fields: dict[str, Any] = {
        "standard": {"name": "ninjs", "version": "3.0", "schema": SCHEMA},
        "uri": _uri(event["id"]),
        "type": "text",
        "representationType": "full",
        "profile": "text-only",
        "firstCreated": fetched_at,
        "versionCreated": fetched_at,
        "contentCreated": event["published_at"] if has_time else None,
        "pubStatus": "usable",
        "language": event["language"],
        "headlines": [_text(event["title"])] if event["title"] else None,
        "bodies": [_text(event["body"]) | {"charCount": len(event["body"]), "wordCount": len(event["body"].split())}],
        "by": event["author"],
        "located": event["dateline"],
        "infoSources": [{"name": event[role], "role": role} for role in ("outlet", "agency") if event[role]],
        "places": [_concept(label, standards) for label in event["regions"]],
        "subjects": [_subject(label, standards, event["pipeline"]["version"]) for label in event["topics"]],
        "altIds": _other_ids(event),
        "associations": [_original(event["duplicate"])] if event["duplicate"] else None,
    }
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _uri(id: str) -> str:
    return f"urn:newsmill:{id}"


def _text(value: str) -> dict[str, Any]:
    return {"role": "main", "contentType": "text/plain", "value": value}


def _concept(label: Mapping[str, Any], standards: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    ids = standards.get(label["id"], {})
    concept = {"name": label["name"], "rel": "about" if label["about"] else "mentions", "literal": label["id"]}
    if "medtop" in ids:
        concept["uri"] = MEDIA_TOPICS + ids["medtop"].removeprefix("medtop:")
    elif "wikidata" in ids:
        concept["uri"] = WIKIDATA + ids["wikidata"]
    return concept


def _subject(label: Mapping[str, Any], standards: Mapping[str, Mapping[str, str]], version: str) -> dict[str, Any]:
    return _concept(label, standards) | {"creator": f"newsmill {version}", "confidence": round(label["score"] * 100)}


def _other_ids(event: Mapping[str, Any]) -> list[dict[str, str]]:
    ids = {"content": event["content_id"], "dump": event["source"]["dump_id"], "page": event["source"]["url"], "article": event.get("url")}
    return [{"role": role, "value": value} for role, value in ids.items() if value]


def _original(duplicate: Mapping[str, Any]) -> dict[str, str]:
    return {"name": "original", "rel": f"{duplicate['kind']} copy of", "uri": _uri(duplicate["of"])}
