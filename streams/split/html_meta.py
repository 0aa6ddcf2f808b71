"""What an HTML page says about its story beside the text: JSON-LD, Open Graph, `<title>`."""

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

import lxml.html

from streams.records import Precision
from streams.split.bodies import cleaned
from streams.split.html_times import declared_time

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
MAX_JSON_CHARACTERS = 500_000
MAX_JSON_NODES = 2_000
MAX_AUTHORS = 5
MAX_HEADINGS = 20
MAX_HEADING_CHARACTERS = 20_000
TITLE_SEPARATOR = re.compile(" [|•·–—-] ")  # titles have single spaces
MIN_TITLE_WORDS = 3


@dataclass(frozen=True, slots=True)
class Meta:
    """The fields of a story as its page declares them; None where it doesn't."""

    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published_at: str | None = None
    published_precision: Precision | None = None


def meta_of(tree: lxml.html.HtmlElement) -> Meta:
    """Return what the page declares: JSON-LD first, then Open Graph and its kin, then the first heading and `<title>`."""
    story: Mapping[str, object] = next(_stories(tree), {})
    tags = _tags(tree)
    time = declared_time(_text(story.get("datePublished")) or tags.get("article:published_time") or tags.get("date") or tags.get("dc.date"))
    outlet = _name(story.get("publisher")) or tags.get("og:site_name") or tags.get("application-name")
    return Meta(
        title=_title(tree, _text(story.get("headline")) or tags.get("og:title") or tags.get("twitter:title"), outlet),
        outlet=outlet,
        author=_author(story.get("author")) or _author(tags.get("author")),
        published_at=time.published_at if time else None,
        published_precision=time.precision if time else None,
    )


def is_story_page(tree: lxml.html.HtmlElement) -> bool:
    """Return whether the page says of itself that it is one story."""
    return _tags(tree).get("og:type", "").casefold() == "article" or sum(1 for _ in _stories(tree)) == 1


def _tags(tree: lxml.html.HtmlElement) -> dict[str, str]:
    tags: dict[str, str] = {}
    for tag in tree.iter("meta"):
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").casefold()
        content = cleaned(tag.get("content") or "")
        if name and content:
            tags.setdefault(name, content)
    return tags


def _stories(tree: lxml.html.HtmlElement) -> Iterator[Mapping[str, object]]:
    """Yield the JSON-LD nodes that are stories; broken JSON is passed over, as it is by search engines."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "") or len(script.text or "") > MAX_JSON_CHARACTERS:
            continue
        try:
            todo = deque([json.loads(script.text or "", strict=False)])
        except (ValueError, RecursionError):
            continue
        for _ in range(MAX_JSON_NODES):
            if not todo:
                break
            node = todo.popleft()
            if isinstance(node, list):
                todo.extend(node)
            elif isinstance(node, dict):
                kinds = node.get("@type")
                if any(isinstance(kind, str) and kind in STORY_TYPES for kind in (kinds if isinstance(kinds, list) else [kinds])):
                    yield node
                todo.extend(node[name] for name in ("@graph", "itemListElement", "item", "mainEntity") if name in node)


def _text(value: object) -> str | None:
    return cleaned(lxml.html.fromstring(f"<p>{value}</p>").text_content()) or None if isinstance(value, str) and value.strip() else None


def _name(value: object) -> str | None:
    if isinstance(value, list):
        return _name(value[0]) if value else None
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _author(value: object) -> str | None:
    people = value if isinstance(value, list) else [value]
    names = [name for name in map(_name, people[:MAX_AUTHORS]) if name and "://" not in name and not name.startswith("@")]
    return re.sub(r"^(?:by|por|par|von|di)\s+", "", ", ".join(dict.fromkeys(names)), flags=re.IGNORECASE) or None


def _title(tree: lxml.html.HtmlElement, declared: str | None, outlet: str | None) -> str | None:
    """Return the headline without the outlet's name that pages put behind it."""
    first = islice(tree.iter("h1"), MAX_HEADINGS)  # of headings one in the other, each has the text of all below it
    headings = [heading for heading in (cleaned(element.text_content())[:MAX_HEADING_CHARACTERS] for element in first) if heading]
    heading = next((heading for heading in headings if len(heading.split()) >= MIN_TITLE_WORDS), None)
    if declared or heading:
        title = declared or heading or ""
        return _without_outlet(title, outlet) if outlet else title
    named = next((cleaned(element.text_content()) for element in tree.iter("title")), "")
    return _without_outlet(named, outlet) or next(iter(headings), None)


def _without_outlet(title: str, outlet: str | None) -> str:
    """Return `title` without its last part where that names the outlet; where no outlet is known, any last part is one."""
    head, *rest = TITLE_SEPARATOR.split(title)
    if not rest or len(head.split()) < MIN_TITLE_WORDS or (outlet and outlet.casefold() not in rest[-1].casefold()):
        return title
    return title[: title.rfind(rest[-1])].rstrip(" |•·–—-")
