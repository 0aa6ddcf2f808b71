"""Compare outputs with what `streams.local` makes of the same dumps: lost, twice, contradicting (docs/contract.md, Measurements)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from streams.messages.dead_letters import STAGE_HEADER
from streams.messages.envelope import text_headers
from streams.records import Incoming
from tests.deliveries import expected, problems, public_messages
from tests.samples import CLASS_TOPICS


@dataclass(slots=True)
class Findings:
    """The ids that are wrong, and in whose way; `why` has a line for each thing found."""

    articles: int
    lost: set[str] = field(default_factory=set)
    twice: set[str] = field(default_factory=set)
    contradicting: set[str] = field(default_factory=set)
    why: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> int:
        """How many ids are wrong, one counted for each way."""
        return len(self.lost) + len(self.twice) + len(self.contradicting)

    def contradicts(self, what: str, ids: Iterable[str]) -> None:
        """Note that these ids contradict something."""
        found = set(ids)
        self.contradicting |= found
        self.why += [f"{what}: {id}" for id in sorted(found)]


def compare(topics: Mapping[str, list[Incoming]], wanted: Mapping[str, dict[str, Any]], prefix: str) -> Findings:
    """Return what is wrong with what came out.

    Args:
        topics: the committed messages by topic name without prefix, `articles` among them.
        wanted: `expected` of all dumps that were sent; none of them is to die.
        prefix: of the topics' names.
    """
    findings = Findings(articles=len(wanted))
    dead = {id for letter in topics["dead-letters"] for id in _ids_of_dead(letter, prefix)}
    on_class = {topic: Counter(_id(message) for message in topics[topic]) for topic in CLASS_TOPICS}
    for line in problems(topics, wanted):
        kind, id = line.rsplit(": ", 1)
        if kind == "lost" and id in dead:
            continue
        counted = on_class.get(kind.removeprefix("class topic "), Counter[str]())
        if counted[id] == 1 and id in findings.twice:  # once on its class topic, as it should be; twice on events
            continue
        group = {"lost": findings.lost, "twice": findings.twice}.get(kind, findings.contradicting)
        (findings.twice if counted[id] > 1 else group).add(id)
        findings.why.append(line)
    findings.contradicts("dead", dead)
    _compare_records(findings, topics)
    _compare_with_log(findings, topics, prefix)
    return findings


def _compare_records(findings: Findings, topics: Mapping[str, list[Incoming]]) -> None:
    """Find ids that are both original and copy, and records of one id that differ."""
    events, copies = ({_id(message) for message in topics[name]} for name in ("events", "duplicates"))
    findings.contradicts("original and copy", events & copies)
    values: dict[str, set[bytes]] = {}
    for message in (message for name in ("events", "duplicates", *CLASS_TOPICS) for message in topics[name]):
        values.setdefault(_id(message), set()).add(message.value)
    findings.contradicts("two records", (id for id, different in values.items() if len(different) > 1))


def _compare_with_log(findings: Findings, topics: Mapping[str, list[Incoming]], prefix: str) -> None:
    """Find public messages that differ, in key, value or a header, from those that `newsmill process` makes of the log of articles."""
    of_log = public_messages(topics["articles"], prefix)
    for message in (message for name in ("events", "duplicates", *CLASS_TOPICS) for message in topics[name]):
        id = _id(message)
        if of_log.get((message.topic, id)) != (message.key, message.value, message.headers):
            findings.contradicts(f"not that of the log on {message.topic}", [id])


def _ids_of_dead(letter: Incoming, prefix: str) -> list[str]:
    """Return the ids of the articles in a dead letter: those of a dump, or of later stages' records."""
    stage = text_headers(letter.headers).get(STAGE_HEADER)
    if stage == "split":
        return list(expected([(letter.value, letter.headers)], prefix))
    records = orjson.loads(letter.value)["batch"]
    return [record.get("article", record)["id"] for record in records]


def _id(message: Incoming) -> str:
    id: str = orjson.loads(message.value)["id"]
    return id
