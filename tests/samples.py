"""The project's own sample dumps and what is true of them (tests/samples.json)."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from streams.messages.envelope import ENVELOPE_TYPE
from streams.records import Headers

FOLDER = Path(__file__).parent.parent / "agents" / "samples"
CLASS_TOPICS = {"region.venezuela": "venezuela", "region.chile": "chile", "region.miami": "miami", "topic.mining": "mining"}
CONTENT_TYPES = {".txt": "text/plain", ".html": "text/html", ".jsonl": ENVELOPE_TYPE, ".xml": "application/rss+xml"}


@dataclass(frozen=True)
class Sample:
    """One dump: a file, or a line of a .jsonl file (`name` is then file:line)."""

    name: str

    @property
    def path(self) -> Path:
        return FOLDER / self.name.split(":")[0]

    @property
    def is_broken(self) -> bool:
        fate: str = _truth()["dumps"][self.name]["fate"]
        return fate.startswith("dead")

    def dump(self) -> tuple[bytes, Headers]:
        value = self.path.read_bytes()
        if ":" in self.name:
            value = value.split(b"\n")[int(self.name.split(":")[1]) - 1]
        named = {
            "content-type": CONTENT_TYPES[self.path.suffix],
            "source-url": f"https://samples.example/{self.name}",
            "fetched-at": _truth()["fetched_at"],
        }
        return value, tuple((name, text.encode()) for name, text in named.items())


def samples() -> list[Sample]:
    """Return all of them in the order of arrival."""
    return [Sample(name) for name in _truth()["dumps"]]


def truth_of(name: str) -> list[dict[str, Any]]:
    """Return what is true of each article of a dump, in order."""
    articles: list[dict[str, Any]] = _truth()["dumps"][name].get("articles", [])
    return articles


@cache
def _truth() -> dict[str, Any]:
    truth: dict[str, Any] = json.loads((Path(__file__).parent / "samples.json").read_text(encoding="utf-8"))
    return truth
