"""Read stories that somebody pasted into a chat, from the export of a messenger: "12/11/2026 08:04 - Neide: *Bridge closed* …"."""

import re

from streams.split.fields.ages import publication_time
from streams.split.html.declared_times import parse_declared_time
from streams.split.records.record import Record
from streams.split.text.lines import MIN_HEADLINE_WORDS, word_count
from streams.split.text.source_line import SOURCE, source_of
from streams.split.text.stamps import is_outlet_name

CONFIDENCE = 0.8
MIN_MESSAGES = 3
MIN_STORY_WORDS = 25  # of a message; what people write themselves has fewer
MAX_TITLE_WORDS = 25
DAY = r"\d{1,4}[./-]\d{1,2}[./-]\d{2,4}"
CLOCK = r"\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s?[aApP]\.?\s?[mM]\.?)?"
# "[12/11/26, 08:04:33] Neide: text", "12/11/2026 08:04 - Neide: text"; notices of the messenger have no name.
HEADER = re.compile(rf"^\u200e?(?P<open>\[)?(?P<day>{DAY}),?[ \u202f]{CLOCK}(?(open)\])(?: [-–])? ", re.MULTILINE)
NAME = re.compile(r"[^:\n]{1,40}: ?")
EMPHASIS = " *_~"


def chat_records(text: str, fetched_at: int | None) -> list[Record] | None:
    """Return the stories of a chat; None for a text that is no chat: a message begins it, and several have the name of who wrote them."""
    start = len(text) - len(text.lstrip("\ufeff\r\n "))
    if not HEADER.match(text, start):
        return None
    headers = list(HEADER.finditer(text))
    if sum(NAME.match(text, header.end()) is not None for header in headers) < MIN_MESSAGES:
        return None
    ends = [*(header.start() for header in headers[1:]), len(text)]
    return [record for header, end in zip(headers, ends, strict=True) if (record := _record(text, header, end, fetched_at))]


def _record(text: str, header: re.Match[str], end: int, fetched_at: int | None) -> Record | None:
    name = NAME.match(text, header.end(), end)
    if name is None:
        return None
    lines = [line.strip() for line in text[name.end() : end].split("\n") if line.strip()]
    if sum(map(word_count, lines)) < MIN_STORY_WORDS:
        return None
    has_title = len(lines) > 1 and MIN_HEADLINE_WORDS <= word_count(lines[0]) <= MAX_TITLE_WORDS
    title = lines.pop(0).strip(EMPHASIS) if has_title else None
    source = source_of(lines[0]) if len(lines) > 1 else None
    sent = source_of(header["day"])
    age = (source and source.age) or (sent and sent.age)
    label = SOURCE.fullmatch(lines[-1])
    outlet = label[1].strip() if label and is_outlet_name(label[1]) else None
    return Record(
        title=title,
        text="\n".join(lines[bool(source) : -1 if outlet else None]),
        outlet=outlet or (source.outlet if source else None),
        published=parse_declared_time(publication_time(age, fetched_at)[0]) if age else None,
        start=name.end(),
        end=end,
    )
