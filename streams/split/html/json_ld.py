"""Read the stories in the JSON-LD of an HTML page."""

import json
from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from streams.split.cuts import MAX_ARTICLES

Node = Mapping[str, object]
STORY_TYPES = frozenset(
    {
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "Report",
    }
)
NESTED_KEYS = ("@graph", "itemListElement", "item", "mainEntity", "liveBlogUpdate", "hasPart")
MAX_JSON_CHARACTERS = 500_000  # of one script
MAX_JSON_NODES = 2_000  # of one script


def read_json_ld(scripts: Sequence[str]) -> tuple[list[Node], dict[str, str]]:
    """Return the nodes that are stories, at most one more than a page may have, and the names of nodes by id, to which stories refer."""
    stories: list[Node] = []
    names_by_id: dict[str, str] = {}
    for node in _nodes(scripts):
        if len(stories) <= MAX_ARTICLES and STORY_TYPES.intersection(types_of(node)):
            stories.append(node)
        node_id, name = node.get("@id"), node.get("name")
        if isinstance(node_id, str) and isinstance(name, str):
            names_by_id.setdefault(node_id, name)
    return stories, names_by_id


def types_of(node: Node) -> list[str]:
    """Return the types of a node."""
    types = node.get("@type")
    return [name for name in (types if isinstance(types, list) else [types]) if isinstance(name, str)]


def _nodes(scripts: Sequence[str]) -> Iterator[Node]:
    """Yield the nodes breadth first; skip broken JSON, as search engines do."""
    for script in scripts:
        if len(script) > MAX_JSON_CHARACTERS:
            continue
        try:
            queue: deque[object] = deque([json.loads(script, strict=False)])
        except (ValueError, RecursionError):
            continue
        for _ in range(MAX_JSON_NODES):
            if not queue:
                break
            node = queue.popleft()
            if isinstance(node, list):
                queue.extend(node)
            elif isinstance(node, dict):
                yield node
                queue.extend(node[name] for name in NESTED_KEYS if name in node)
