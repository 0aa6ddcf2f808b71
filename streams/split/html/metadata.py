"""Read the metadata that an HTML page declares for its stories: JSON-LD, Open Graph and other meta tags, `<title>`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import unescape

from streams.records import Precision
from streams.split.fields.addresses import page_address
from streams.split.html.attributes import MAX_ATTRIBUTE_CHARACTERS, attributes_of
from streams.split.html.authors import declared_author, names_of, person
from streams.split.html.declared_times import past_time
from streams.split.html.json_ld import read_json_ld, types_of
from streams.split.html.titles import MAIN_HEADING, MIN_TITLE_WORDS, headings, page_title, site_name
from streams.split.html.tree import TAG, Tree
from streams.split.text.bodies import clean_text
from streams.split.text.lines import key_of, word_count, words_of

# The name of a meta tag, found before its attributes are parsed: most tags are of no use here.
META_NAME = re.compile(r"\b(?:property|name|itemprop)\s*+=\s*+[\"']?([^\"'\s>]++)", re.IGNORECASE)
CANONICAL = re.compile(r"\brel\s*+=\s*+[\"']?\s*+canonical\b", re.IGNORECASE)
# Names for author and publication in HTML, Open Graph, Dublin Core and schema.org, and those of services that read pages.
AUTHOR_NAMES = (
    "article:author",
    "author",
    "og:article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "byl",
)
TIME_NAMES = (
    *("article:published_time", "og:article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.created"),
    *("dcterms.date", "parsely-pub-date", "sailthru.date", "publish-date", "pubdate"),
)
MAX_AUTHOR_CHARACTERS = 300  # of the meta tags of one name together; a hostile page has thousands
META_NAMES = frozenset({"og:type", "og:title", "og:site_name", "og:url", "twitter:title", "application-name", *AUTHOR_NAMES, *TIME_NAMES})
MIN_STORY_TITLE_WORDS = 5  # in a main heading: the name of a section or a search has fewer, most headlines have more
MIN_TITLE_OVERLAP = 0.8  # share of a main heading's words that are in the title too


@dataclass(frozen=True, slots=True)
class StoryMetadata:
    """The declared fields of a story; None for those that its page does not declare. `body` is the `articleBody` of its JSON-LD."""

    title: str | None = None
    outlet: str | None = None
    author: str | None = None
    published_at: str | None = None
    published_precision: Precision | None = None
    url: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """The declarations of a page.

    `page`: fields of the page as a whole. `stories`: of each story in its JSON-LD, in order; `by_title`: the same by the key of the title.
    `is_story`: whether the page is declared to be one story. `has_story_title`: whether its title repeats its main heading, a headline.
    """

    page: StoryMetadata
    stories: tuple[StoryMetadata, ...]
    by_title: Mapping[str, StoryMetadata]
    is_story: bool
    has_story_title: bool


def read_metadata(tree: Tree, fetched_at: int | None = None) -> PageMetadata:
    """Return the declarations of a page: JSON-LD before Open Graph and other meta tags, before the first heading and `<title>`.

    A live blog declares that it is one story, but each of its posts is an article of its own. Some sites declare each page to be an
    article: it counts if a heading has the title. A time later than `fetched_at` (seconds since the epoch) is no publication.
    """
    nodes, names_by_id = read_json_ld(tree.scripts)
    tags = _meta_tags(tree)
    is_live = any("LiveBlogPosting" in types_of(node) for node in nodes)
    is_article = tags.get("og:type", "").casefold() == "article" and _has_story_title(tree, tags, MIN_TITLE_WORDS)
    is_story = not is_live and (is_article or len(nodes) == 1)
    stories = tuple(_node_metadata(node, names_by_id, fetched_at) for node in nodes)
    by_title = {key_of(story.title): story for story in stories if story.title}
    page = _page_metadata(tree, stories[0] if stories else StoryMetadata(), tags, fetched_at)
    return PageMetadata(page, stories, by_title, is_story, not is_live and _has_story_title(tree, tags))


def _has_story_title(tree: Tree, tags: Mapping[str, str], min_words: int = MIN_STORY_TITLE_WORDS) -> bool:
    titles = [words_of(title) for title in (*tree.titles[:1], tags.get("og:title", ""))]
    headlines = [words_of(heading) for heading in headings(tree, MAIN_HEADING) if word_count(heading) >= min_words]
    return any(len(words & title) >= MIN_TITLE_OVERLAP * len(words) for words in headlines for title in titles)


def _page_metadata(tree: Tree, story: StoryMetadata, tags: Mapping[str, str], fetched_at: int | None) -> StoryMetadata:
    """Return the fields of a page: those of its first JSON-LD node, and of its meta tags where the node has none."""
    outlet = story.outlet or tags.get("og:site_name") or tags.get("application-name") or site_name(tree)
    page = replace(
        story,
        title=page_title(tree, (story.title, tags.get("og:title"), tags.get("twitter:title")), outlet),
        outlet=outlet,
        author=_page_author(story, tags, outlet),
        url=_canonical(tree) or page_address(tags.get("og:url")) or story.url,
        body=None,
    )
    time = next(filter(None, (past_time(tags.get(name), fetched_at) for name in TIME_NAMES)), None)
    if story.published_at is not None or time is None:
        return page
    return replace(page, published_at=time.published_at, published_precision=time.precision)


def _page_author(story: StoryMetadata, tags: Mapping[str, str], outlet: str | None) -> str | None:
    """Return the author of a page: that of its JSON-LD, or of a meta tag that has more names; many systems write one only into JSON-LD."""
    declared = person(story.author, outlet)
    names = names_of(declared)
    for name in AUTHOR_NAMES:
        author = person(declared_author(tags.get(name), {}), outlet)
        if author and key_of(author) != key_of(outlet or "") and names < names_of(author):
            return author
    return declared


def _node_metadata(node: Mapping[str, object], names_by_id: Mapping[str, str], fetched_at: int | None) -> StoryMetadata:
    time = past_time(_text(node.get("datePublished")), fetched_at)
    return StoryMetadata(
        title=_text(node.get("headline")),
        outlet=_name(node.get("publisher")),
        author=declared_author(node.get("author"), names_by_id),
        published_at=time.published_at if time else None,
        published_precision=time.precision if time else None,
        url=_story_url(node),
        body=_paragraphs(node.get("articleBody")),
    )


def _canonical(tree: Tree) -> str | None:
    """Return the canonical address of a page, by the first link tag that declares one."""
    for attributes in tree.links:
        if CANONICAL.search(attributes[:MAX_ATTRIBUTE_CHARACTERS]):
            return page_address(next((value for key, value in attributes_of(attributes) if key.lower() == "href"), None))
    return None


def _story_url(node: Mapping[str, object]) -> str | None:
    page = node.get("mainEntityOfPage")
    declared = (node.get("url"), page.get("@id") if isinstance(page, dict) else page)
    return next(filter(None, (page_address(url) for url in declared if isinstance(url, str))), None)


def _meta_tags(tree: Tree) -> dict[str, str]:
    """Return the contents of the meta tags in `META_NAMES` by name; the first of a name counts."""
    tags: dict[str, str] = {}
    for attributes in tree.metas:
        if not any(name.lower() in META_NAMES for name in META_NAME.findall(attributes)):
            continue
        tag = {key.lower(): value for key, value in attributes_of(attributes)}
        name = (tag.get("property") or tag.get("name") or tag.get("itemprop") or "").casefold()
        content = clean_text(tag.get("content") or "")
        if name in AUTHOR_NAMES and len(tags.get(name, "")) <= MAX_AUTHOR_CHARACTERS and content not in tags.get(name, content):
            tags[name] += f", {content}"  # a tag for each author
        elif name and content:
            tags.setdefault(name, content)
    return tags


def _text(value: object) -> str | None:
    return clean_text(unescape(TAG.sub(" ", value))) or None if isinstance(value, str) else None


def _paragraphs(value: object) -> str | None:
    """Return an `articleBody` with one line for each paragraph, whether these are separated by line breaks or tags."""
    lines = re.split(r"[\r\n]+|</?(?:p|br|div|li)\b", value, flags=re.IGNORECASE) if isinstance(value, str) else []
    return "\n".join(filter(None, (_text(re.sub(r"^\s*/?>", "", line)) for line in lines))) or None


def _name(value: object) -> str | None:
    if isinstance(value, list):
        return _name(value[0]) if value else None
    return _text(value.get("name")) if isinstance(value, dict) else _text(value)
