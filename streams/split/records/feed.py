"""Read feeds: RSS 2.0 and its relatives, RSS 1.0 (RDF), Atom; well-formed or not."""

import re
from collections.abc import Iterable, Iterator, Sequence
from email.utils import parseaddr

from streams.split.fields.addresses import web_address
from streams.split.html.fragment import line_text
from streams.split.records.markup import TAGGED, Node, content_of, parse_markup
from streams.split.records.record import Record
from streams.split.records.times import parse_written_time

CONFIDENCE = 0.97
ITEMS = frozenset({"item", "entry"})
CHANNELS = frozenset({"channel", "feed"})
GROUPS = frozenset({"media:group"})  # their elements count as those of the item
# The elements of each field, the most specific first; of bodies the longest counts.
TITLES = ("title", "dc:title", "media:title", "itunes:title")
BODIES = ("content:encoded", "content", "description", "summary", "itunes:summary", "media:description", "dc:description", "body")
TIMES = ("pubdate", "published", "issued", "dc:date", "dcterms:issued", "dcterms:created", "date", "created", "updated", "modified")
AUTHORS = ("dc:creator", "author", "creator", "itunes:author", "media:credit")
IDENTITIES = ("guid", "id")
LINKS = ("feedburner:origlink", "link", "atom:link")
LANGUAGES = ("dc:language", "language")
MAX_AUTHORS = 5
MAX_PERSON_CHARACTERS = 300
PARAGRAPH_END = re.compile(r"(?:\r\n|\r|\n)[^\S\r\n]*(?:\r\n|\r|\n)\s*")


def read_feed(text: str) -> Iterator[Record]:
    """Yield the items of a feed in order; an outlet or language that an item does not state is that of its channel.

    Raises:
        InvalidRecord: `limit` for too many elements.
    """
    root = parse_markup(text)
    channel = next((node for node in root.descendants() if node.name in CHANNELS), root)
    about = _fields(channel.children)
    outlet = _plain(about, TITLES, text)
    language = _plain(about, LANGUAGES, text) or channel.attribute("xml:lang") or _root_language(root)
    end = 0
    for node in root.descendants():
        if node.name in ITEMS and node.start >= end:
            end = node.end
            yield _record(node, text, outlet, language)


def _root_language(root: Node) -> str | None:
    return next(filter(None, (node.attribute("xml:lang") for node in root.children)), None)


def _record(item: Node, text: str, outlet: str | None, language: str | None) -> Record:
    fields = _fields(item.children)
    title, url = _plain(fields, TITLES, text), _link(fields, text)
    bodies = [content_of(node, text) for name in BODIES for node in fields.get(name, ())]
    body = max(bodies, key=_visible_characters, default=None)
    is_html = body is not None and TAGGED.search(body)
    identity = _plain(fields, IDENTITIES, text) or item.attribute("rdf:about") or url
    return Record(
        title=title,
        html=body if is_html else None,
        text=None if is_html or body is None else "\n".join(" ".join(part.split()) for part in PARAGRAPH_END.split(body)),
        outlet=_outlet(fields, text) or outlet,
        author=_author(fields, text),
        url=url,
        published=next(filter(None, (parse_written_time(value) for value in _values(fields, TIMES, text))), None),
        language=_plain(fields, LANGUAGES, text) or item.attribute("xml:lang") or language,
        identity=identity,
        start=item.start,
        end=item.end,
    )


def _fields(nodes: Iterable[Node]) -> dict[str, list[Node]]:
    """Return elements by name, in order; those of groups as well."""
    fields: dict[str, list[Node]] = {}
    for node in nodes:
        for member in node.children if node.name in GROUPS else (node,):
            fields.setdefault(member.name, []).append(member)
    return fields


def _values(fields: dict[str, list[Node]], names: Sequence[str], text: str) -> Iterator[str]:
    """Yield the contents of the elements of these names, the first name first, as one line of text each; not the empty ones."""
    for name in names:
        for node in fields.get(name, ()):
            value = line_text(content_of(node, text))
            if value:
                yield value


def _plain(fields: dict[str, list[Node]], names: Sequence[str], text: str) -> str | None:
    return next(_values(fields, names, text), None)


def _visible_characters(html: str) -> int:
    return len(re.sub(r"<[^<>]*+>", "", html))


def _link(fields: dict[str, list[Node]], text: str) -> str | None:
    """Return the address of an item: the text or `href` of its link, else an identity that is an address."""
    nodes = [node for name in LINKS for node in fields.get(name, ()) if (node.attribute("rel") or "alternate") == "alternate"]
    links = (node.attribute("href") or content_of(node, text) for node in nodes)
    permanent = (content_of(node, text) for name in IDENTITIES for node in fields.get(name, ()))
    return next(filter(None, map(web_address, (*links, *permanent))), None)


def _outlet(fields: dict[str, list[Node]], text: str) -> str | None:
    """Return the source that an aggregator's item names: by its name, or by the title within it."""
    for node in fields.get("source", ()):
        value = _plain(_fields(node.children), TITLES, text) if node.children else line_text(content_of(node, text))
        if value and not web_address(value):
            return value
    return None


def _author(fields: dict[str, list[Node]], text: str) -> str | None:
    """Return the names of an item's authors, without mail addresses."""
    for name in AUTHORS:
        names = dict.fromkeys(filter(None, (_person(node, text) for node in fields.get(name, ())[:MAX_AUTHORS])))
        if names:
            return ", ".join(names)
    return None


def _person(node: Node, text: str) -> str | None:
    value = _plain(_fields(node.children), ("name", "atom:name"), text) if node.children else line_text(content_of(node, text))
    if not value or web_address(value):
        return None
    name = parseaddr(value[:MAX_PERSON_CHARACTERS])[0] if "@" in value else value
    return None if "@" in name else name or None
