"""Lists that print headline and stamp on one line: "Old bridge to close — Harbour Post, 3 hours ago", "10:42 – Old bridge to close"."""

import re

from streams.split.text.lines import BULLET
from streams.split.text.stamps import MAX_FIELDS, MAX_STAMP_CHARACTERS, is_outlet_name, stamp_of

MIN_LINES = 3
MIN_HEADLINE_WORDS = 4
MAX_CHARACTERS = 400
LINE = re.compile(r"[^\r\n]+")
SIGN = re.compile(r"\t|\s[—–|·•-]\s|(?<=\S) {2,}(?=\S)")


def separate_inline_stamps(text: str) -> str:
    """Return `text` with newlines between headlines and stamps where lines of the page hold both, any other text as it is.

    Several lines must: a sentence may begin or end with a day by chance. The result has the same length, so that places in it are places in
    `text`. A bullet before such a line goes as well: it is the story's.
    """
    signed = [line for line in LINE.finditer(text) if len(line[0]) <= MAX_CHARACTERS and _has_sign(line[0])]
    found = [cut for line in signed if (cut := _cut(line[0], line.start()))] if len(signed) >= MIN_LINES else []
    if len(found) < MIN_LINES:
        return text
    pieces, at = [], 0
    for bullet, start, stop in found:
        blank = " " * (bullet[1] - bullet[0])
        pieces += [text[at : bullet[0]], blank, text[bullet[1] : start], "\n".ljust(stop - start)]
        at = stop
    return "".join([*pieces, text[at:]])


def _has_sign(line: str) -> bool:
    """Return whether a sign may part a line, by a plain chain: a search of each line for `SIGN` took a sixth of the fallback's time."""
    if " - " in line or "|" in line or "  " in line or "\t" in line:
        return True
    return not line.isascii() and (" — " in line or " – " in line or "·" in line or "•" in line)


def _cut(line: str, offset: int) -> tuple[tuple[int, int], int, int] | None:
    """Return the places of the line's bullet, and where the sign between its headline and its stamp begins and ends."""
    signs = [sign.span() for sign in SIGN.finditer(line)]
    if not 1 <= len(signs) <= MAX_FIELDS or stamp_of(line.strip()):
        return None
    bullet = BULLET.match(line)
    first = bullet.end() if bullet else 0
    for start, stop in (*signs[1::-1], *signs[-2:]):
        parts = line[first:start].strip(), line[stop:].strip()
        for said, headline in (parts, parts[::-1]):
            if len(headline.split()) >= MIN_HEADLINE_WORDS and _is_stamp(said):
                return (offset, offset + first), offset + start, offset + stop
    return None


def _is_stamp(text: str) -> bool:
    stamp = stamp_of(text) if len(text) <= MAX_STAMP_CHARACTERS else None
    return stamp is not None and (stamp.outlet is None or is_outlet_name(stamp.outlet))
