"""Read articles in JSON: JSON Feed, answers of news APIs, lines of objects. Articles are found by structure, not by the name of an API."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import islice
from types import MappingProxyType

import orjson

from streams.errors import InvalidRecord, Reason
from streams.split.cuts import MAX_ARTICLES, MIN_BODY_WORDS, require_few_articles
from streams.split.fields.addresses import web_address
from streams.split.html.fragment import line_text
from streams.split.records.chat_document import chat_document_records
from streams.split.records.inferred_fields import flat_row, infer_fields
from streams.split.records.json_fields import field_names, fields_of, text_of
from streams.split.records.markup import TAGGED
from streams.split.records.record import Record
from streams.split.records.times import parse_written_time
from streams.split.text.lines import key_of, word_count
from streams.split.text.stamps import BYLINE

CONFIDENCE = 0.97
MAX_CONTAINERS = 300_000  # "{" and "[": an object takes 64 bytes and more
MAX_MEMBERS = 1_500_000  # ",": texts have them too, one in 80 characters
MAX_DEPTH = 40  # that articles are looked for in
MAX_KEYS_SHOWN = 6
MIN_INFERRED = 2  # objects of a list whose fields are inferred from their values
MAX_INFERRED_LISTS = 5
TRUNCATED = re.compile(r"(?<!\s)\s*+\[\+?\d+ char(?:acter)?s\]\s*$")
REPEAT_CHARACTERS = 200
NO_NAME = re.compile("@|https?://")
DOMAIN = re.compile(r"(?<![\w-])[\w-]++(?:\.[\w-]++)+")
OWN_OUTPUT = frozenset({"content_id", "source", "pipeline", "regions", "topics"})
Fields = Mapping[str, Sequence[str]]


def read_json(text: str) -> Iterator[Record]:
    """Yield the articles of a JSON document, or of lines with a document each, in order.

    Raises:
        InvalidRecord: `limit` for too many objects or values; `not-decodable` for broken JSON, for JSON without an article, and for
            newsmill's own events.
    """
    document = _parsed(text)
    found = list(islice(_articles(document), MAX_ARTICLES + 1))
    if not found and (stories := chat_document_records(document)):
        yield from stories
        return
    found = found or list(islice(_inferred(document), MAX_ARTICLES + 1))
    if not found:
        raise InvalidRecord(Reason.NOT_DECODABLE, f"the dump is {_described(document)}, and no article was found in it")
    require_few_articles(MAX_ARTICLES, len(found))
    yield from records_of(
        found, fields_of(document) if isinstance(document, dict) and "jsonfeed.org" in str(document.get("version")) else {}
    )


def records_of(found: Sequence[Fields], about: Fields = MappingProxyType({})) -> Iterator[Record]:
    """Yield the records of articles by their fields, with what identifies each among the others. `about`: fields of the source."""
    repeated = _repeated_texts(found)
    identities = Counter(identity for fields in found for identity in {*_identities(fields)})
    for fields in found:
        identity = next((identity for identity in _identities(fields) if identities[identity] == 1), None)
        yield replace(record_of(fields, repeated, about), identity=identity)


def _parsed(text: str) -> object:
    if text.count("{") + text.count("[") > MAX_CONTAINERS or text.count(",") > MAX_MEMBERS:
        raise InvalidRecord(Reason.LIMIT, f"the JSON has over {MAX_CONTAINERS:,} objects and lists, or over {MAX_MEMBERS:,} commas")
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        try:
            return [orjson.loads(line) for line in text.split("\n") if line.strip()]
        except orjson.JSONDecodeError:
            raise InvalidRecord(Reason.NOT_DECODABLE, f"the dump is broken JSON: {error}") from error


def _articles(document: object) -> Iterator[Fields]:
    """Yield the fields of the objects that are articles, but none within another; those in lists, or else a single one."""
    single: list[Fields] = []
    is_listed = False
    pending: list[tuple[object, bool, int]] = [(document, False, 0)]
    while pending:
        value, in_list, depth = pending.pop()
        if isinstance(value, dict):
            fields = _article_fields(value)
            if fields and (in_list or _is_full(fields)):
                is_listed = True
                yield fields
                continue
            if fields:
                single.append(fields)
            members: Iterable[object] = value.values()
            in_list = _are_records(value)
        elif isinstance(value, list):
            members, in_list = value, True
        else:
            continue
        if depth < MAX_DEPTH:
            pending.extend((member, in_list, depth + 1) for member in reversed(list(members)) if isinstance(member, dict | list))
    if not is_listed:
        yield from single[:1]


def _inferred(document: object) -> Iterator[Fields]:
    """Yield the articles of the list with the most words, whose field names are unknown: by the values of all its objects."""
    lists: list[tuple[int, int, list[dict[str, str]]]] = []
    pending: list[tuple[object, int]] = [(document, 0)]
    while pending:
        value, depth = pending.pop()
        members = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
        rows = [flat_row(member) for member in members[:MAX_ARTICLES] if isinstance(member, dict)]
        if len(rows) >= MIN_INFERRED and (isinstance(value, list) or (isinstance(value, dict) and _are_records(value))):
            lists.append((sum(len(text) for row in rows for text in row.values()), len(lists), rows))
        if depth < MAX_DEPTH:
            pending.extend((member, depth + 1) for member in members if isinstance(member, dict | list))
    for _, _, rows in sorted(lists, reverse=True)[:MAX_INFERRED_LISTS]:
        columns = infer_fields(rows)
        if columns.keys() >= {"title", "body"}:
            yield from ({field: [row[column]] for field, column in columns.items() if column in row} for row in rows)
            return


def _are_records(members: Mapping[str, object]) -> bool:
    """Return whether an object is a list of records by their ids."""
    return len(members) > 1 and all(isinstance(member, dict) for member in members.values())


def _article_fields(members: Mapping[str, object]) -> Fields | None:
    """Return the fields of an object if it is an article: a title, or a text of a sentence, and what an article has beside it."""
    if members.keys() >= OWN_OUTPUT or members.keys() >= {"topic", "key", "headers", "value"}:
        raise InvalidRecord(
            Reason.NOT_DECODABLE,
            "the dump is newsmill's own output; `newsmill process` and `newsmill classes diff` read it as lines (.jsonl)",
        )
    fields = fields_of(members)
    has_sentence = any(word_count(body) >= MIN_BODY_WORDS for body in fields.get("body", ()))
    has_address = any(map(web_address, fields.get("url", ())))
    has_time = any(map(parse_written_time, fields.get("published", ())))
    if "title" in fields:
        return fields if has_sentence or (has_address and has_time) else None
    if "weaktitle" in fields:
        fields["title"] = fields["weaktitle"]
        return fields if has_sentence and has_address and has_time else None
    return fields if has_sentence and has_address and has_time else None


def _is_full(fields: Fields) -> bool:
    """Return whether an object outside a list is an article for certain, and not the description of a list."""
    return any(map(parse_written_time, fields.get("published", ()))) and any(
        word_count(body) >= MIN_BODY_WORDS for body in fields.get("body", ())
    )


def _repeated_texts(found: Sequence[Fields]) -> set[str]:
    """Return the beginnings of texts that articles of different titles share: notices of the source, not their text."""
    beginnings = {(body[:REPEAT_CHARACTERS], fields.get("title", ("",))[0]) for fields in found for body in fields.get("body", ())}
    return {beginning for beginning, count in Counter(body for body, _ in beginnings).items() if count > 1}


def record_of(fields: Fields, repeated: AbstractSet[str] = frozenset(), about: Fields = MappingProxyType({})) -> Record:
    """Return the record of an article's fields. `repeated`: beginnings of texts that are none of its own. `about`: fields of the source."""
    bodies = [TRUNCATED.sub("", body) for body in fields.get("body", ()) if body[:REPEAT_CHARACTERS] not in repeated]
    body = max(bodies, key=len, default=None)
    is_html = body is not None and bool(TAGGED.search(body))
    outlet = _name(fields, "outlet") or _first(about, "title")
    author = _name(fields, "author") or _name(about, "author")
    return Record(
        title=line_text(_first(fields, "title") or "") or None,
        html=body if is_html else None,
        text=None if is_html else body,
        outlet=outlet,
        author=None if author is None or key_of(author) == key_of(outlet or "") else author,
        url=_url(fields),
        published=next(filter(None, map(parse_written_time, fields.get("published", ()))), None),
        language=_language(_first(fields, "language") or _first(about, "language")),
    )


def _identities(fields: Fields) -> list[str]:
    """Return what may identify an article, the best first."""
    return list(filter(None, (*fields.get("guid", ()), _url(fields), *fields.get("id", ()))))


def _url(fields: Fields) -> str | None:
    return next(filter(None, map(web_address, fields.get("url", ()))), None)


def _first(fields: Fields, name: str) -> str | None:
    return next(iter(fields.get(name, ())), None)


def _name(fields: Fields, name: str) -> str | None:
    """Return the first value that is a name, without "By": no address of a page or mailbox, and no domain as an author."""
    is_person = name == "author"
    lines = map(line_text, fields.get(name, ()))
    names = (line[by.end() :] if is_person and (by := BYLINE.match(line)) else line for line in lines)
    return next((value for value in names if value and not (NO_NAME.search(value) or (is_person and DOMAIN.fullmatch(value)))), None)


def _language(name: str | None) -> str | None:
    return field_names().languages.get((name or "").strip().lower(), name)


def _described(document: object) -> str:
    """Return what a JSON document is, for a person: its type, and the keys of its first object."""
    if isinstance(document, list):
        return f"a JSON list of {len(document):,} values" + (f", the first {_described(document[0])}" if document[:1] else "")
    if isinstance(document, dict):
        keys = ", ".join(repr(key[:30]) for key in islice(document, MAX_KEYS_SHOWN))
        return f"a JSON object with {'the keys ' + keys if keys else 'no keys'}{' …' if len(document) > MAX_KEYS_SHOWN else ''}"
    return f"a JSON value, {text_of(document)[:30]!r}"
