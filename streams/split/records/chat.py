"""Read stories that somebody pasted into a chat, from the export of a messenger: "12/11/2026 08:04 - Neide: *Bridge closed* …"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from streams.split.fields.ages import publication_time
from streams.split.html.declared_times import DeclaredTime, parse_declared_time
from streams.split.records.record import Record
from streams.split.text.lines import KEY_CHARACTERS, MIN_HEADLINE_WORDS, require_few_lines, word_count
from streams.split.text.source_line import SOURCE, source_of
from streams.split.text.stamps import is_outlet_name

CONFIDENCE = 0.91
MIN_MESSAGES = 3
MIN_STORY_WORDS = 25  # of a message; what people write themselves has fewer
MAX_TITLE_WORDS = 25
DAY = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
CLOCK = r"\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s?[aApP]\.?\s?[mM]\.?)?"
# "[12/11/26, 08:04:33] Neide: text", "12/11/2026 08:04 - Neide: text"; notices of the messenger have no name.
HEADER = re.compile(rf"^\u200e?(?P<open>\[)?(?P<day>{DAY}),?[ \u202f]{CLOCK}(?(open)\])(?: [-–])? ", re.MULTILINE)
NAME = re.compile(r"[^:\n]{1,40}: ?")
# "Canal Serra, [12.11.26 08:04]" above a text: messages that were copied from the window of a messenger.
COPIED_HEADER = re.compile(rf"^(?P<name>[^\n\[\]]{{1,60}}), \[(?P<day>{DAY}),? {CLOCK}\]:?[ \t]*$", re.MULTILINE)
MIN_COPIED = 2
EMPHASIS = " *_~"
ATTACHMENT = re.compile(r"\u200e?(?:\[[^\[\]]{1,40}\]|<[^<>]{1,40}>)")  # "[ Photo ]", "<Media omitted>"
ADDRESS = re.compile(r"<?(https?://[^\s<>]+)>?")
HANDLE = re.compile(r"[@#]\w{2,60}")


def chat_records(text: str, fetched_at: int | None) -> Iterator[Record] | None:
    """Return the stories of a chat; None for a text that is no chat: a message begins it, and several have the name of who wrote them."""
    start = len(text) - len(text.lstrip("\ufeff\r\n "))
    channel = None
    if HEADER.match(text, start):
        headers = list(HEADER.finditer(text))
        names = [NAME.match(text, header.end()) for header in headers]
        starts = [name.end() if name else None for name in names]
        if sum(name is not None for name in names) < MIN_MESSAGES:
            return None
    elif COPIED_HEADER.match(text, start):
        headers = list(COPIED_HEADER.finditer(text))
        starts = [header.end() for header in headers]
        writers = {header["name"] for header in headers}
        channel = writers.pop() if len(writers) == 1 else None  # the only one who writes is the publisher
        if len(headers) < MIN_COPIED:
            return None
    else:
        return None
    require_few_lines(text)
    return _stories(text, headers, starts, channel, fetched_at)


def _stories(
    text: str, headers: Sequence[re.Match[str]], starts: Sequence[int | None], channel: str | None, fetched_at: int | None
) -> Iterator[Record]:
    """Yield the stories of messages. `starts`: of the text of each, None for notices. `channel`: the only one who writes."""
    ends = [*(header.start() for header in headers[1:]), len(text)]
    for header, start, end in zip(headers, starts, ends, strict=True):
        if start is not None and (record := story_in(text[start:end], None, fetched_at)):
            published = record.published or _day(header["day"], fetched_at)
            yield replace(record, published=published, outlet=record.outlet or channel, start=start, end=end)


def _day(text: str, fetched_at: int | None) -> DeclaredTime | None:
    sent = source_of(text)
    return parse_declared_time(publication_time(sent.age, fetched_at)[0]) if sent and sent.age else None


def story_in(message: str, sent: DeclaredTime | None, fetched_at: int | None) -> Record | None:
    """Return the story in a message of a chat, None for what people write themselves. `sent`: when, for a story that prints no day."""
    if len(message) <= KEY_CHARACTERS and message.isascii() and len(message.split()) < MIN_STORY_WORDS:
        return None  # most messages
    lines = [
        line for text in message.split("\n") if (line := text.strip()) and not ATTACHMENT.fullmatch(line) and not HANDLE.fullmatch(line)
    ]
    addresses = [found[1] for line in lines if (found := ADDRESS.fullmatch(line))]
    lines = [line for line in lines if not ADDRESS.fullmatch(line)]
    if sum(map(word_count, lines)) < MIN_STORY_WORDS:
        return None
    has_title = len(lines) > 1 and MIN_HEADLINE_WORDS <= word_count(lines[0]) <= MAX_TITLE_WORDS
    title = lines.pop(0).strip(EMPHASIS) if has_title else None
    source = source_of(lines[0]) if len(lines) > 1 else None
    label = SOURCE.fullmatch(lines[-1])
    outlet = label[1].strip() if label and is_outlet_name(label[1]) else None
    printed = parse_declared_time(publication_time(source.age, fetched_at)[0]) if source and source.age else None
    return Record(
        title=title,
        text="\n".join(lines[bool(source) : -1 if outlet else None]),
        outlet=outlet or (source.outlet if source else None),
        url=addresses[0] if len(addresses) == 1 else None,
        published=printed or sent,
    )
