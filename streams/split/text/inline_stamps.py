"""Separate headlines and stamps on one line: "Old bridge to close — Harbour Post, 3 hours ago", "10:42 – Old bridge to close"."""

import re

from streams.split.cuts import MAX_ARTICLES
from streams.split.text.lines import BULLET, MIN_HEADLINE_WORDS
from streams.split.text.stamps import MAX_FIELDS, MAX_STAMP_CHARACTERS, is_outlet_name, stamp_of

MIN_INLINE_STAMPS = 3  # a sentence may begin or end with a date by chance
# Lines with a separator; a page with more is a table, or has more articles than a page may have. Each takes up to 0.3 ms.
MAX_INLINE_LINES = 2 * MAX_ARTICLES
MAX_INLINE_CHARACTERS = 400  # of a headline with its stamp
LINE = re.compile(r"[^\r\n]+")
SEPARATOR = re.compile(r"\t|\s[—–|·•-]\s|(?<=\S) {2,}(?=\S)")


def separate_inline_stamps(text: str) -> str:
    """Return `text` with newlines between headlines and stamps if several lines of the page have both; any other text is unchanged.

    The result has the same length, so that offsets in it are offsets in `text`. The bullet before such a line becomes spaces, as it marks
    the story and not the headline alone.
    """
    candidates = [line for line in LINE.finditer(text) if len(line[0]) <= MAX_INLINE_CHARACTERS and _has_separator(line[0])]
    are_checked = MIN_INLINE_STAMPS <= len(candidates) <= MAX_INLINE_LINES
    found = [cut for line in candidates if (cut := _find_cut(line[0], line.start()))] if are_checked else []
    if len(found) < MIN_INLINE_STAMPS:
        return text
    pieces, done = [], 0
    for bullet, start, stop in found:
        blank = " " * (bullet[1] - bullet[0])
        pieces += [text[done : bullet[0]], blank, text[bullet[1] : start], "\n".ljust(stop - start)]
        done = stop
    return "".join([*pieces, text[done:]])


def _has_separator(line: str) -> bool:
    """Return whether a line can have a separator. Plain `in` checks: a search of each line for `SEPARATOR` took a sixth of the time."""
    if " - " in line or "|" in line or "  " in line or "\t" in line:
        return True
    return not line.isascii() and (" — " in line or " – " in line or "·" in line or "•" in line)


def _find_cut(line: str, offset: int) -> tuple[tuple[int, int], int, int] | None:
    """Return the span of the line's bullet, and start and end of the separator between its headline and its stamp, as page offsets."""
    separators = [separator.span() for separator in SEPARATOR.finditer(line)]
    if not 1 <= len(separators) <= MAX_FIELDS or stamp_of(line.strip()):
        return None
    bullet = BULLET.match(line)
    first = bullet.end() if bullet else 0
    for start, stop in (*separators[1::-1], *separators[-2:]):
        parts = line[first:start].strip(), line[stop:].strip()
        for stamp_text, headline in (parts, parts[::-1]):
            if len(headline.split()) >= MIN_HEADLINE_WORDS and _is_stamp(stamp_text):
                return (offset, offset + first), offset + start, offset + stop
    return None


def _is_stamp(text: str) -> bool:
    stamp = stamp_of(text) if len(text) <= MAX_STAMP_CHARACTERS else None
    return stamp is not None and (stamp.outlet is None or is_outlet_name(stamp.outlet))
