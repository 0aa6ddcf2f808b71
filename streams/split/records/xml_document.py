"""Read articles in XML of any form: exported notes, files of agencies (NITF, NewsML), sitemaps of news. Found by structure, as in JSON.

An article is the innermost element around a title that has a text beside it, or an address and a time. Its fields are the elements in it
with names in the table of field names; the article of a file with a single one also has those of the file around it. The work is linear.
"""

from collections.abc import Mapping
from dataclasses import replace

from streams.split.cuts import MAX_ARTICLES, MIN_BODY_WORDS
from streams.split.fields.addresses import web_address
from streams.split.html.fragment import line_text
from streams.split.records.json_document import records_of
from streams.split.records.json_fields import field_names, plain_name
from streams.split.records.markup import Node, content_of, parse_markup
from streams.split.records.record import Record
from streams.split.records.times import parse_written_time
from streams.split.text.lines import word_count

CONFIDENCE = 0.97
MAX_LEVELS = 4  # of a field's element within its article
VALUE_ATTRIBUTES = ("norm", "value", "content", "name", "literal", "href")  # of an element without a text
CLIPPINGS = frozenset({"note"})  # elements of which these fields are about the copy, and not about the story
CLIPPED_BY = ("published", "outlet", "author")
Fields = dict[str, list[str]]


def read_xml(text: str) -> list[Record]:
    """Return the articles of an XML document in order; none where it has none.

    Raises:
        InvalidRecord: `limit` for too many elements.
    """
    root = parse_markup(text)
    fields_by_node: dict[int, Fields] = {}
    articles = sorted(_articles(root, text, fields_by_node), key=lambda node: node.start)[: MAX_ARTICLES + 1]
    around = _fields(root, text) if len(articles) == 1 else {}
    found = [{**around, **fields_by_node[id(node)]} for node in articles]
    for node, fields in zip(articles, found, strict=True):
        if node.name in CLIPPINGS:
            for field in CLIPPED_BY:
                fields.pop(field, None)
    return [replace(record, start=node.start, end=node.end) for node, record in zip(articles, records_of(found), strict=True)]


def _articles(root: Node, text: str, fields_by_node: dict[int, Fields]) -> list[Node]:
    """Return the elements that are articles, none within another, and fill `fields_by_node` with the fields of all that may be."""
    parents: dict[int, Node] = {}
    levels = {id(root): 0}
    candidates: dict[int, Node] = {}
    for node in (root, *root.descendants()):
        for child in node.children:
            parents[id(child)] = node
            levels[id(child)] = levels[id(node)] + 1
        if _field_of(node)[0] == "title" and (found := _around(node, text, parents, fields_by_node)):
            candidates[id(found)] = found
    articles: list[Node] = []
    taken: set[int] = set()
    for node in sorted(candidates.values(), key=lambda node: -levels[id(node)]):  # the innermost first
        if id(node) not in taken:
            articles.append(node)
            above: Node | None = node
            while above is not None and id(above) not in taken:
                taken.add(id(above))
                above = parents.get(id(above))
    return articles


def _around(title: Node, text: str, parents: Mapping[int, Node], fields_by_node: dict[int, Fields]) -> Node | None:
    """Return the innermost element around a title that is an article."""
    node: Node | None = title
    for _ in range(MAX_LEVELS):
        node = parents.get(id(node))
        if node is None:
            return None
        if id(node) not in fields_by_node:
            fields_by_node[id(node)] = _fields(node, text)
        if _is_article(fields_by_node[id(node)]):
            return node
    return None


def _field_of(node: Node) -> tuple[str, int]:
    return field_names().fields.get(plain_name(node.name.rpartition(":")[2]), ("", 0))


def _fields(node: Node, text: str) -> Fields:
    """Return the values of the fields within an element, the outer ones first; nothing of an element with several titles of its own."""
    found: list[tuple[int, int, str, str]] = []
    level = [node]
    for depth in range(MAX_LEVELS):
        below: list[Node] = []
        for child in (child for parent in level for child in parent.children):
            field, rank = _field_of(child)
            value = _value(child, text, field) if field else ""
            if value:
                found.append((depth, rank, field, value))
            if not value or field != "body":
                below.append(child)
        level = below
    titles = {value for depth, _, field, value in found if field == "title" and depth == 0}
    if len(titles) > 1:
        return {}
    fields: Fields = {}
    for _, _, field, value in sorted(found, key=lambda entry: entry[:2]):
        fields.setdefault(field, []).append(value)
    return fields


def _value(node: Node, text: str, field: str) -> str:
    """Return the content of an element: HTML of a body, else a line of text, that of the member which is its value, or an attribute."""
    if field == "body":
        return content_of(node, text).strip()
    ranks = field_names().values
    named = [child for child in node.children if plain_name(child.name.rpartition(":")[2]) in ranks]
    inner = min(named, key=lambda child: ranks[plain_name(child.name.rpartition(":")[2])], default=node)
    value = line_text(content_of(inner, text))
    return value or next(filter(None, map(node.attribute, VALUE_ATTRIBUTES)), "")


def _is_article(fields: Mapping[str, list[str]]) -> bool:
    has_text = any(word_count(line_text(body)) >= MIN_BODY_WORDS for body in fields.get("body", ()))
    has_address = any(map(web_address, fields.get("url", ())))
    return "title" in fields and (has_text or (has_address and any(map(parse_written_time, fields.get("published", ())))))
