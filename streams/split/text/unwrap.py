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
# Words that are broken at the ends of the lines of a column, as in scanned clippings.
PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
NEWLINE = re.compile(r"\r?\n")
BROKEN_WORD = re.compile(r"(?<=[a-zà-öø-ÿ])-[ \t]*(?:\r\n|\n)[ \t]*(?!(?:und|oder|and|or|et|ou|of|en|e|y|o)\b)(?=[a-zà-öø-ÿ])")
MIN_BROKEN_WORDS = 2
MAX_COLUMN_CHARACTERS = 60  # of the lines of a column, on average
MIN_COLUMN_LINES = 3  # of a paragraph whose lines are joined however they end
JOINT = "\x02"  # in the middle of a word that was broken; no text keeps control characters
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
    if "-\n" in text or "-\r\n" in text:
        joined, count = BROKEN_WORD.subn(lambda broken: JOINT * len(broken[0]), text)
        if count >= MIN_BROKEN_WORDS:
            return _join_column(joined, text)
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


def _join_column(joined: str, text: str) -> str:
    """Return `joined`, in which broken words are whole, with spaces for the newlines inside its paragraphs if the lines are short."""
    filled = [line for line in text.split("\n") if line.strip()]
    if sum(map(len, filled)) > MAX_COLUMN_CHARACTERS * len(filled):
        return joined
    pieces, done = [], 0
    for paragraph in PARAGRAPH.finditer(joined):
        is_long = paragraph[0].count("\n") + paragraph[0].count(JOINT) // 2 + 1 >= MIN_COLUMN_LINES
        for newline in NEWLINE.finditer(joined, paragraph.start(), paragraph.end()):
            if is_long or CONTINUES.match(joined[newline.end() : newline.end() + 1]):
                pieces += [joined[done : newline.start()], " " * len(newline[0])]
                done = newline.end()
    return "".join([*pieces, joined[done:]])


def _is_full(line: str, following: str, columns: int) -> bool:
    if not line or not following or len(line) + 1 + len(following.split(maxsplit=1)[0]) <= columns:
        return False
    return stamp_of(following) is None and stamp_of(line.strip()) is None
