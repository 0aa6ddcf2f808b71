"""Read articles in XML of any form: exported notes, files of agencies (NITF, NewsML), sitemaps of news. Found by structure, as in JSON.

An article is the innermost element around a title that has a text beside it, or an address and a time. Its fields are the elements in it
with names in the table of field names; the article of a file with a single one also has those of the file around it. The work is linear:
elements are kept as offsets, each line is read once, and all that is read is bounded by the size of the file, however deep it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from streams.errors import InvalidRecord, Reason
from streams.split.cuts import MAX_ARTICLES
from streams.split.fields.addresses import web_address
from streams.split.records.json_document import records_of
from streams.split.records.json_fields import field_names, plain_name
from streams.split.records.markup import Node, parse_markup
from streams.split.records.record import Record
from streams.split.records.times import parse_written_time
from streams.split.records.xml_values import Reader

CONFIDENCE = 0.97
MAX_LEVELS = 4  # of a field's element within its article
MAX_DEPTH = 1_000  # of elements in each other; parsers of XML take a few hundred
MAX_TITLES = 100  # of an element, that are compared
CLIPPINGS = frozenset({"note"})  # elements of which these fields are about the copy, and not about the story
CLIPPED_BY = ("published", "outlet", "author")
Fields = Mapping[str, Sequence[Node]]  # by their names, the outer ones first


def read_xml(text: str) -> list[Record]:
    """Return the articles of an XML document in order; none where it has none.

    Raises:
        InvalidRecord: `limit` for too many elements, or too many in each other.
    """
    root = parse_markup(text)
    reader = Reader(text)
    found = sorted(_articles(root, reader), key=lambda article: article[0].start)[: MAX_ARTICLES + 1]
    around = _fields(root, reader) if len(found) == 1 else {}
    values = [dict(_values(node, {**around, **fields}, reader)) for node, fields in found]
    return [replace(record, start=node.start, end=node.end) for (node, _), record in zip(found, records_of(values), strict=True)]


def _values(node: Node, fields: Fields, reader: Reader) -> Iterator[tuple[str, list[str]]]:
    for field, nodes in fields.items():
        if not (node.name in CLIPPINGS and field in CLIPPED_BY) and (texts := reader.values(field, nodes)):
            yield field, texts


def _articles(root: Node, reader: Reader) -> list[tuple[Node, Fields]]:
    """Return the elements that are articles, none within another, with their fields."""
    parents: dict[int, Node] = {}
    levels = {id(root): 0}
    checked: dict[int, Fields | None] = {}
    candidates: dict[int, Node] = {}
    for node in (root, *root.descendants()):
        for child in node.children:
            parents[id(child)] = node
            levels[id(child)] = levels[id(node)] + 1
        if levels[id(node)] > MAX_DEPTH:
            raise InvalidRecord(Reason.LIMIT, f"the XML has elements in over {MAX_DEPTH:,} others")
        if _field_of(node)[0] == "title" and (found := _around(node, reader, parents, checked)):
            candidates[id(found)] = found
    articles: list[tuple[Node, Fields]] = []
    taken: set[int] = set()
    for node in sorted(candidates.values(), key=lambda node: -levels[id(node)]):  # the innermost first
        if id(node) not in taken:
            articles.append((node, checked[id(node)] or {}))
            above: Node | None = node
            while above is not None and id(above) not in taken:
                taken.add(id(above))
                above = parents.get(id(above))
    return articles


def _around(title: Node, reader: Reader, parents: Mapping[int, Node], checked: dict[int, Fields | None]) -> Node | None:
    """Return the innermost element around a title that is an article. `checked`: the fields of elements, None of those that are none."""
    node: Node | None = title
    for _ in range(MAX_LEVELS):
        node = parents.get(id(node))
        if node is None:
            return None
        if id(node) not in checked:
            fields = _fields(node, reader)
            checked[id(node)] = fields if _is_article(fields, reader) else None
        if checked[id(node)] is not None:
            return node
    return None


def _field_of(node: Node) -> tuple[str, int]:
    return field_names().fields.get(plain_name(node.name.rpartition(":")[2]), ("", 0))


def _fields(node: Node, reader: Reader) -> Fields:
    """Return the elements that are fields within an element; nothing of an element with several titles of its own."""
    found: list[tuple[int, int, str, Node]] = []
    level = [node]
    for depth in range(MAX_LEVELS):
        below: list[Node] = []
        for child in (child for parent in level for child in parent.children):
            field, rank = _field_of(child)
            if field:
                found.append((depth, rank, field, child))
            if field != "body":
                below.append(child)
        level = below
    titles = (child for depth, _, field, child in found if depth == 0 and field == "title")
    if len({line for child in islice(titles, MAX_TITLES) if (line := reader.line(child))}) > 1:
        return {}
    fields: dict[str, list[Node]] = {}
    for _, _, field, child in sorted(found, key=lambda entry: entry[:2]):
        fields.setdefault(field, []).append(child)
    return fields


def _is_article(fields: Fields, reader: Reader) -> bool:
    """Return whether there are a title, and a text or an address and a time."""
    if not any(map(reader.line, fields.get("title", ())[:MAX_TITLES])):
        return False
    if any(map(reader.has_text, fields.get("body", ()))):
        return True
    has_address = any(map(web_address, reader.values("url", fields.get("url", ()))))
    return has_address and any(map(parse_written_time, reader.values("published", fields.get("published", ()))))
