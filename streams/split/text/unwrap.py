"""Text wrapped at a column, as mails and terminals have it: which newlines only break a line."""

import re

from streams.split.text.bodies import CONTINUES
from streams.split.text.lines import require_few_lines
from streams.split.text.stamps import stamp_of

MAX_COLUMNS = 110
MIN_COLUMNS = 30
MIN_LINES = 5
MIN_FULL_SHARE = 0.25
MIN_GOING_ON_SHARE = 0.25
LONGER = re.compile(rf"[^\r\n]{{{MAX_COLUMNS + 1}}}")
LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|$)")


def unwrap(text: str) -> str:
    """Return `text` with spaces for the newlines that a wrapped page has inside its paragraphs; any other text as it is.

    The result has the same length, so that places in it are places in `text`. A line is full where the next line's first word would not
    have fitted: that is how text is wrapped. A page is wrapped where no line is longer than the column, enough lines are full, and enough
    of those go on in lower case, as headlines of a list don't.

    Raises:
        InvalidRecord: `limit` where the page has too many lines.
    """
    if LONGER.search(text):
        return text
    require_few_lines(text)
    lines = [(found[1], found.start(2), found.end(2)) for found in LINE.finditer(text) if found.end() > found.start()]
    columns = max((len(line.rstrip()) for line, _, _ in lines), default=0)
    if columns < MIN_COLUMNS:
        return text
    full = [number for number in range(len(lines) - 1) if _is_full(lines[number][0].rstrip(), lines[number + 1][0].strip(), columns)]
    going_on = sum(bool(CONTINUES.match(lines[number + 1][0].strip())) for number in full)
    told = sum(bool(line.strip()) for line, _, _ in lines)
    if len(full) < MIN_LINES or len(full) < MIN_FULL_SHARE * told or going_on < MIN_GOING_ON_SHARE * len(full):
        return text
    pieces, at = [], 0
    for _, stop, end in (lines[number] for number in full):
        pieces += [text[at:stop], " " * (end - stop)]
        at = end
    return "".join([*pieces, text[at:]])


def _is_full(line: str, following: str, columns: int) -> bool:
    if not line or not following or len(line) + 1 + len(following.split(maxsplit=1)[0]) <= columns:
        return False
    return stamp_of(following) is None and stamp_of(line.strip()) is None
