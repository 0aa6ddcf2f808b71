"""Split mail (one message, or a mailbox of many) and saved web pages (MHTML) into the articles of their parts.

A part is split by its own format. The headers give what the part lacks: title, outlet or author, time, address, and identity.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.errors import InvalidRecord, Reason
from streams.records import Cut, Fate
from streams.split.cuts import MAX_ARTICLES, Cuts, merge_spans, require_few_articles
from streams.split.fields.addresses import host_of
from streams.split.records.articles import cut_record, with_fields
from streams.split.records.days import find_day
from streams.split.records.forwarded import Original, find_original
from streams.split.records.mime import MAX_DEPTH, MESSAGE, Part, decode_part, read_part, text_parts
from streams.split.records.record import Record
from streams.split.records.times import parse_written_time
from streams.split.text.bodies import clean_text

CONFIDENCE = 0.9
SITE_LABELS = 2  # of a host's name that tell the site: "post.example" of "mail.post.example"
MAX_ALTERNATIVES = 8  # of one text, that are read until one has articles; mail has two or three
# The splitter of HTML takes 1.5 ms for the smallest page. 100 light newsletters have 2 MiB; their elements are limited by `HtmlBudget`.
MAX_HTML_PARTS = 1_000
SplitPart = Callable[[Page], Cuts]

FROM_LINE = re.compile(r"^From [^\r\n]{3,200}\d\d:\d\d[^\r\n]*\r?\n", re.MULTILINE)
REPLY = re.compile(r"(?:(?:re|fwd?|fw|aw|wg|tr|rv|enc)(?:\[\d+\])?:\s*+)+", re.IGNORECASE)
COMMENT = re.compile(r"\([^()]*\)")
NAME_SIGNS = re.compile(r"[\W_]+")
ADDRESS = re.compile(r"<?(https?://[^\s<>]+)")
# Headers of mail that was sent, of a message to many readers, and of a list whose readers write to it.
SENT_HEADERS = frozenset({"from", "to", "received", "message-id"})
BULK_HEADERS = frozenset({"list-unsubscribe", "list-id", "feedback-id"})
DISCUSSION_HEADER = "list-post"
SAVED_BY = "saved by "  # browsers


def split_mail(text: str, fetched_at: int | None, split_part: SplitPart) -> Cuts:
    """Return the articles of a message, a mailbox, or a saved page.

    Args:
        text: the decoded dump.
        fetched_at: seconds since the epoch (UTC).
        split_part: the splitter of a page by its format.

    Raises:
        InvalidRecord: see `text_parts`, and the errors of `split_part`.
    """
    cuts: list[Cut] = []
    pieces: list[tuple[int, Fate]] = []
    split_limited = _limit_html(split_part)
    for start, end in _messages(text):
        cuts += _split_message(read_part(text, start, end), fetched_at, split_limited, pieces)
        require_few_articles(MAX_ARTICLES, len(cuts))
    return Cuts(tuple(cuts), merge_spans([*pieces, (len(text), Fate.CHROME)]))


def _limit_html(split_part: SplitPart) -> SplitPart:
    """Return `split_part` with a limit of HTML parts."""
    parts = 0

    def split_limited(page: Page) -> Cuts:
        nonlocal parts
        if page.format is Format.HTML:
            parts += 1
            if parts > MAX_HTML_PARTS:
                raise InvalidRecord(Reason.LIMIT, f"the mail has over {MAX_HTML_PARTS:,} HTML parts; send it in pieces")
        return split_part(page)

    return split_limited


def _messages(text: str) -> Iterator[tuple[int, int]]:
    """Yield the offsets of each message: all of the text, or what is between the "From " lines of a mailbox."""
    found = [match.span() for match in FROM_LINE.finditer(text)]
    lines = [(start, end) for start, end in found if start == 0 or text.endswith(("\n\n", "\n\r\n"), 0, start)]
    if not lines or lines[0][0] > 0:
        lines = [(0, 0)]
    for (_, start), end in zip(lines, [*(start for start, _ in lines[1:]), len(text)], strict=True):
        yield start, end


def _split_message(
    message: Part, fetched_at: int | None, split_part: SplitPart, pieces: list[tuple[int, Fate]], depth: int = 0
) -> list[Cut]:
    """Return the articles of a message and of those attached to it, in order, and add the fates of its parts to `pieces`."""
    found: list[tuple[Cut, bool]] = []  # and whether it is of this message
    record = _record(message)
    has_text = False
    pages = 0
    for choices in text_parts(message):
        for part in choices[:MAX_ALTERNATIVES]:
            if part.media_type == MESSAGE:
                inner = read_part(part.source, part.start, part.end)
                attached = _split_message(inner, fetched_at, split_part, pieces, depth + 1) if depth < MAX_DEPTH else []
                found += [(cut, False) for cut in attached]
            elif page := decode_part(part):
                has_text = True
                pages += 1
                original = find_original(page)
                cuts = _in_source(part, split_part(original.page if original else page), pieces, original.offset if original else 0)
                found += [(cut, True) for cut in cuts]
                if cuts:
                    record = _of_original(record, original) if original else record
                    break
        require_few_articles(MAX_ARTICLES, max(pages, len(found)))  # at once: ten thousand parts take seconds
    own = sum(is_own for _, is_own in found)
    sender = _own_outlet(message, [cut for cut, is_own in found if is_own])
    if _is_saved_page(message):
        return [_with_address(cut, message) if own == 1 else cut for cut, _ in found]
    if not has_text and (cut := cut_record(record, fetched_at, CONFIDENCE)):
        return [cut, *(attached for attached, _ in found)]
    articles = [_with_headers(cut, record, fetched_at, is_alone=own == 1) if is_own else cut for cut, is_own in found]
    return [replace(cut, outlet=cut.outlet or sender) for cut in articles] if sender and own > 1 else articles


def _in_source(part: Part, found: Cuts, pieces: list[tuple[int, Fate]], offset: int) -> list[Cut]:
    """Return the articles of a part with their offsets in the dump; an encoded part is one span, and its articles have none.

    `offset`: of the text that was split, in the part.
    """
    if not found.cuts:
        return []
    start = part.start + offset
    pieces.append((part.start if part.is_encoded else start, Fate.CHROME))
    if part.is_encoded:
        pieces.append((part.end, Fate.ARTICLE))
        return [replace(cut, start=None, end=None) for cut in found.cuts]
    pieces += [(start + span.end, span.fate) for span in found.spans]
    return [
        cut if cut.start is None or cut.end is None else replace(cut, start=cut.start + start, end=cut.end + start) for cut in found.cuts
    ]


def _is_saved_page(message: Part) -> bool:
    is_sent = bool(SENT_HEADERS & message.headers.keys()) and SAVED_BY not in message.header("from").lower()
    return not is_sent and (message.media_type == "multipart/related" or "content-location" in message.headers)


def _with_address(cut: Cut, message: Part) -> Cut:
    """Return the only article of a saved page with the page's address."""
    found = ADDRESS.match(message.header("snapshot-content-location") or message.header("content-location"))
    return with_fields(cut, Record(url=found[1]), None) if found else cut


def _record(message: Part) -> Record:
    headers = message.headers
    name = _name_of(message.header("from"))
    is_bulk = (bool(BULK_HEADERS & headers.keys()) and DISCUSSION_HEADER not in headers) or _is_of_own_site(message.header("from"))
    archived = ADDRESS.match(message.header("archived-at"))
    return Record(
        title=_subject(message.header("subject")),
        outlet=name if is_bulk else None,
        author=None if is_bulk else name,
        url=archived[1] if archived else None,
        published=parse_written_time(COMMENT.sub("", message.header("date"))),
        language=message.header("content-language"),
        identity=message.header("message-id"),
    )


def _subject(text: str) -> str | None:
    return clean_text(REPLY.sub("", text, count=1)) or None


def _of_original(record: Record, original: Original) -> Record:
    """Return the fields of the message that a mail forwards: who passes it on is not its author."""
    sender = original.header.get("from", "")
    date = original.header.get("date", "")
    return replace(
        record,
        title=_subject(original.header.get("subject", "")) or record.title,
        outlet=_name_of(sender) if _is_of_own_site(sender) else None,
        author=None,
        published=parse_written_time(COMMENT.sub("", date)) or find_day(date) or record.published,
    )


def _is_of_own_site(sender: str) -> bool:
    """Return whether a sender is the site of his address, and no person: "The Harbour Post <news@mail.harbourpost.example>"."""
    name = NAME_SIGNS.sub("", (_name_of(sender) or "").lower())
    return bool(name) and any(label in (name, name.removeprefix("the")) for label in _host(sender).replace("-", "").split("."))


def _host(sender: str) -> str:
    return sender.rpartition("@")[2].strip("> \t").lower()


def _own_outlet(message: Part, cuts: Sequence[Cut]) -> str | None:
    """Return the name of the sender if all articles of its mail are on its own site, which its address names.

    Other hosts of the site count clicks, on links to anywhere.
    """
    site = ".".join(_host(message.header("from")).split(".")[-SITE_LABELS:])
    hosts = [host_of(cut.url) for cut in cuts if cut.url]
    is_own = bool(hosts) and len(hosts) == len(cuts) and all(other.removeprefix("www.") == site for other in hosts)
    return _name_of(message.header("from")) if is_own else None


def _name_of(sender: str) -> str | None:
    """Return the name in `"Harbour Post" <news@post.example>` or `news@post.example (Harbour Post)`; None for an address alone."""
    before, sign, _ = sender.partition("<")
    name = before if sign else sender.partition("(")[2].partition(")")[0]
    return name.strip(' "') or None


def _with_headers(cut: Cut, record: Record, fetched_at: int | None, *, is_alone: bool) -> Cut:
    """Return an article of a message with the fields of its headers. The subject is the title of the only article.

    An article of several has its own title, and rather no outlet than that of the digest. So has one with an outlet and a day: a record of
    an export that was sent by mail.
    """
    is_own = cut.title is not None and cut.outlet is not None and cut.published_at is not None
    title = record.title if is_alone and not is_own else None
    day = replace(record.published, precision="day") if record.published else None  # an item of a digest was published at another time
    fields = record if is_alone and not is_own else Record(published=record.published if is_alone else day, language=record.language)
    filled = with_fields(replace(cut, title=title or cut.title), fields, fetched_at)
    return replace(filled, identity=record.identity or None)
