"""What an HTML page says about its stories beside the text: JSON-LD, Open Graph, `<title>`."""

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape

from streams.records import Precision
from streams.split.html.declared_times import declared_time
from streams.split.html.tree import TAG, Tree, attributes_of
from streams.split.text.bodies import clean_text
from streams.split.text.lines import key_of

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
# What a meta tag is about; most are for machines.
SUBJECT = re.compile(r"\b(?:property|name|itemprop)\s*+=\s*+[\"']?([^\"'\s>]++)", re.IGNORECASE)
SUBJECTS = frozenset(
    "og:type og:title og:site_name twitter:title article:published_time date dc.date author application-name".split()  # noqa: SIM905  readable
)
MAX_JSON_CHARACTERS = 500_000
MAX_JSON_NODES = 2_000
MAX_AUTHORS = 5
TITLE_SEPARATOR = re.compile(r"(?<!\s)\s+[|•·–—-]\s+")
MIN_TITLE_WORDS = 3
SAME_TITLE_SHARE = 0.8
MIN_NAMED_WORDS = 5  # a section or a search has fewer, most headlines have more
MAIN_HEADINGS = ("h1", "h2", "h3")


LINKS = ("@graph", "itemListElement", "item", "mainEntity", "liveBlogUpdate", "hasPart")


@dataclass(frozen=True, slots=True)
class Meta:
    """The fields of a story as its page declares them; None where it doesn't. `body` is its JSON-LD's `articleBody`."""

    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published_at: str | None = None
    published_precision: Precision | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a page declares: its own fields, those of each story in its JSON-LD (in order, and by the key of its title), and whether it
    says that it is one story, or names one: its main heading is a headline, and so is its title.
    """

    page: Meta
    stories: tuple[Meta, ...]
    by_title: Mapping[str, Meta]
    is_story: bool
    names_story: bool


def declared_by(tree: Tree) -> Declaration:
    """Return what the page declares: JSON-LD first, then Open Graph and its kin, then the first heading and `<title>`.

    A live blog calls itself one story, but each of its posts is news of its own.
    """
    nodes = list(_stories(tree.scripts))
    tags = _tags(tree)
    is_live = any("LiveBlogPosting" in _kinds(node) for node in nodes)
    is_story = not is_live and (tags.get("og:type", "").casefold() == "article" or len(nodes) == 1)
    stories = tuple(map(_meta, nodes))
    by_title = {key_of(story.title): story for story in stories if story.title}
    return Declaration(_page(tree, nodes[0] if nodes else {}, tags), stories, by_title, is_story, not is_live and _names_story(tree, tags))


def _names_story(tree: Tree, tags: Mapping[str, str]) -> bool:
    titles = [set(key_of(title).split()) for title in (*tree.titles[:1], tags.get("og:title", ""))]
    headings = [set(key_of(heading).split()) for heading in _headings(tree, MAIN_HEADINGS[:1])]
    headlines = [words for words in headings if len(words) >= MIN_NAMED_WORDS]
    return any(len(words & title) >= SAME_TITLE_SHARE * len(words) for words in headlines for title in titles)


def _page(tree: Tree, story: Mapping[str, object], tags: Mapping[str, str]) -> Meta:
    said = _meta(story)
    time = declared_time(tags.get("article:published_time") or tags.get("date") or tags.get("dc.date"))
    outlet = said.outlet or tags.get("og:site_name") or tags.get("application-name")
    is_said = said.published_at is not None or time is None
    return Meta(
        title=_title(tree, said.title or tags.get("og:title") or tags.get("twitter:title"), outlet),
        outlet=outlet,
        author=said.author or _author(tags.get("author")),
        published_at=said.published_at if is_said or time is None else time.published_at,
        published_precision=said.published_precision if is_said or time is None else time.precision,
    )


def _meta(story: Mapping[str, object]) -> Meta:
    time = declared_time(_text(story.get("datePublished")))
    return Meta(
        title=_text(story.get("headline")),
        outlet=_name(story.get("publisher")),
        author=_author(story.get("author")),
        published_at=time.published_at if time else None,
        published_precision=time.precision if time else None,
        body=_paragraphs(story.get("articleBody")),
    )


def _tags(tree: Tree) -> dict[str, str]:
    tags: dict[str, str] = {}
    for attributes in tree.metas:
        if not any(subject.lower() in SUBJECTS for subject in SUBJECT.findall(attributes)):
            continue
        tag = {key.lower(): value for key, value in attributes_of(attributes)}
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").casefold()
        content = clean_text(tag.get("content") or "")
        if name and content:
            tags.setdefault(name, content)
    return tags


def _stories(scripts: Sequence[str]) -> Iterator[Mapping[str, object]]:
    """Yield the JSON-LD nodes that are stories; broken JSON is passed over, as it is by search engines."""
    for script in scripts:
        if len(script) > MAX_JSON_CHARACTERS:
            continue
        try:
            todo: deque[object] = deque([json.loads(script, strict=False)])
        except (ValueError, RecursionError):
            continue
        for _ in range(MAX_JSON_NODES):
            if not todo:
                break
            node = todo.popleft()
            if isinstance(node, list):
                todo.extend(node)
            elif isinstance(node, dict):
                if STORY_TYPES.intersection(_kinds(node)):
                    yield node
                todo.extend(node[name] for name in LINKS if name in node)


def _kinds(node: Mapping[str, object]) -> list[str]:
    kinds = node.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _text(value: object) -> str | None:
    return clean_text(unescape(TAG.sub(" ", value))) or None if isinstance(value, str) else None


def _paragraphs(value: object) -> str | None:
    """Return an `articleBody` with its paragraphs, as line breaks or as tags."""
    lines = re.split(r"[\r\n]+|</?(?:p|br|div|li)\b", value, flags=re.IGNORECASE) if isinstance(value, str) else []
    return "\n".join(filter(None, (_text(re.sub(r"^\s*/?>", "", line)) for line in lines))) or None


def _name(value: object) -> str | None:
    if isinstance(value, list):
        return _name(value[0]) if value else None
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)


def _author(value: object) -> str | None:
    people = value if isinstance(value, list) else [value]
    names = [name for name in map(_name, people[:MAX_AUTHORS]) if name and "://" not in name and not name.startswith("@")]
    return re.sub(r"^(?:by|por|par|von|di)\s+", "", ", ".join(dict.fromkeys(names)), flags=re.IGNORECASE) or None


def _title(tree: Tree, declared: str | None, outlet: str | None) -> str | None:
    """Return the headline without the outlet's name that pages put behind it.

    `<title>` names the headline, and often the site and a section: the longest heading in it is the headline.
    """
    named = next(map(clean_text, tree.titles), "")
    headings = list(filter(None, map(clean_text, _headings(tree, MAIN_HEADINGS[:1]))))
    shown = (heading for heading in map(clean_text, _headings(tree, MAIN_HEADINGS)) if heading in named)
    heading = max((text for text in shown if len(text.split()) >= MIN_TITLE_WORDS), key=len, default=None)
    heading = heading or next((heading for heading in headings if len(heading.split()) >= MIN_TITLE_WORDS), None)
    if declared or heading:
        title = declared or heading or ""
        return _without_outlet(title, outlet) if outlet else title
    return _without_outlet(named, outlet) or next(iter(headings), None)


def _headings(tree: Tree, tags: Sequence[str]) -> Iterator[str]:
    for element in (tree.elements[number] for number in tree.headings):
        if element.tag in tags and element.first < element.last:
            yield " ".join(line.text for line in tree.lines[element.first : element.last])


def _without_outlet(title: str, outlet: str | None) -> str:
    """Return `title` without its last part where that names the outlet; where no outlet is known, any last part is one."""
    head, *rest = TITLE_SEPARATOR.split(title)
    if not rest or len(head.split()) < MIN_TITLE_WORDS or (outlet and outlet.casefold() not in rest[-1].casefold()):
        return title
    return title[: title.rfind(rest[-1])].rstrip(" |•·–—-")
