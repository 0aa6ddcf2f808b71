"""Rejoin text that is wrapped at a column, as in mails and terminals."""

import re

from streams.split.text.bodies import CONTINUES
from streams.split.text.lines import require_few_lines
from streams.split.text.stamps import stamp_of

MAX_COLUMNS = 110  # a wider line is a whole paragraph
MAX_WRAPPED_LINES = 20_000  # of a page of one or more mails; each takes up to 0.1 ms
MIN_COLUMNS = 30  # narrower text is a list of short lines
MIN_FULL_LINES = 5
MIN_FULL_SHARE = 0.25  # of the lines with text
MIN_CONTINUED_SHARE = 0.25  # of the full lines; headlines of a list are not continued in lower case
OVERLONG_LINE = re.compile(rf"[^\r\n]{{{MAX_COLUMNS + 1}}}")
LINE_AND_NEWLINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|$)")


def unwrap(text: str) -> str:
    """Return `text` with spaces for the newlines inside the paragraphs of a wrapped page; any other text is unchanged.

    The result has the same length, so that offsets in it are offsets in `text`. A line is full if the first word of the next line would not
    have fitted into it. A page is wrapped if no line is longer than the column, enough lines are full, and enough of those are continued in
    lower case.

    Raises:
        InvalidRecord: `limit` where the page has too many lines.
    """
    if text.count("\n") > MAX_WRAPPED_LINES or OVERLONG_LINE.search(text):
        return text
    require_few_lines(text)
    lines = [(found[1], found.start(2), found.end(2)) for found in LINE_AND_NEWLINE.finditer(text) if found.end() > found.start()]
    columns = max((len(line.rstrip()) for line, _, _ in lines), default=0)
    if columns < MIN_COLUMNS:
        return text
    full = [number for number in range(len(lines) - 1) if _is_full(lines[number][0].rstrip(), lines[number + 1][0].strip(), columns)]
    continued = sum(bool(CONTINUES.match(lines[number + 1][0].strip())) for number in full)
    text_line_count = sum(bool(line.strip()) for line, _, _ in lines)
    if len(full) < MIN_FULL_LINES or len(full) < MIN_FULL_SHARE * text_line_count or continued < MIN_CONTINUED_SHARE * len(full):
        return text
    pieces, done = [], 0
    for _, stop, end in (lines[number] for number in full):
        pieces += [text[done:stop], " " * (end - stop)]
        done = end
    return "".join([*pieces, text[done:]])


def _is_full(line: str, following: str, columns: int) -> bool:
    if not line or not following or len(line) + 1 + len(following.split(maxsplit=1)[0]) <= columns:
        return False
    return stamp_of(following) is None and stamp_of(line.strip()) is None
