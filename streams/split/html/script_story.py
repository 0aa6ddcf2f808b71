"""Read the story of a page that a script fills in: the texts that React's server components send beside an empty page.

Next.js writes them as calls of `self.__next_f.push([1, "..."])`, whose strings are one stream of rows; a long string is a row of its own:
its number, ":T", its length in bytes (hexadecimal), a comma, and the text. The stories of many systems are one such text, in HTML.
"""

import json
import re
from collections.abc import Iterator

from streams.split.budget import HtmlBudget
from streams.split.html.fragment import fragment_text
from streams.split.text.lines import word_count

PUSHED = re.compile(r'self\.__next_f\.push\(\[1,("(?:[^"\\]++|\\.)*+")\]\)')
TEXT_ROW = re.compile(rb"(?<![0-9a-f])[0-9a-f]{1,6}:T([0-9a-f]{1,6}),")
MAX_TEXTS = 200  # of one page


def script_story(source: str, budget: HtmlBudget | None = None) -> str:
    """Return the longest story in the scripts of a page; empty if they have none.

    Raises:
        InvalidRecord: see `fragment_text`.
    """
    texts = (fragment_text(text, budget) for text in _texts(source) if "<p" in text)
    return max(texts, key=word_count, default="")


def _texts(source: str) -> Iterator[str]:
    pushed = (_string(literal) for literal in PUSHED.findall(source)) if "__next_f" in source else ()
    stream, at = "".join(pushed).encode("utf-8", "surrogatepass"), 0
    for _ in range(MAX_TEXTS):
        row = TEXT_ROW.search(stream, at)
        if row is None:
            return
        at = row.end() + int(row[1], 16)
        yield stream[row.end() : at].decode("utf-8", "replace")


def _string(literal: str) -> str:
    try:
        return str(json.loads(literal))
    except ValueError:
        return ""
