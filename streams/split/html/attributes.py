"""Read the attributes of a tag: all of them, or the names of its element and whether it is hidden."""

import functools
import re
from html import unescape

MAX_ATTRIBUTE_CHARACTERS = 100_000  # of one tag; the rest is ignored
MAX_NAMES_CHARACTERS = 4_096  # of the names of one element: each is searched for every line and block that it names
NAMES_CACHE_SIZE = 4096  # distinct attribute texts: the blocks of one page repeat a few
MAX_CACHED_CHARACTERS = 256  # of an attribute text: a cache of longer ones would keep hundreds of MB of hostile pages
NAME_ATTRIBUTES = frozenset({"class", "id", "role", "itemprop", "data-component", "data-testid"})
HIDDEN_STYLE = re.compile(r"(?:display\s*+:\s*+none|visibility\s*+:\s*+hidden)", re.IGNORECASE)
# A part of the page that arrives after the rest, and that a script of the page moves to where it is shown (React's streaming).
STREAMED = re.compile(r"\bid\s*+=\s*+[\"']?S:")
ONLY_CLASS = re.compile(r" class=\"([^\"]*+)\"\Z")  # most blocks with attributes have this one only
ATTRIBUTE = re.compile(r"([a-zA-Z][\w:.-]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?+")


def attributes_of(text: str) -> list[tuple[str, str]]:
    """Return the attributes of a tag as (name, value) in order, character references resolved; a missing value is empty."""
    found = ATTRIBUTE.findall(text[:MAX_ATTRIBUTE_CHARACTERS])
    return [(name, unescape(double or single or bare)) for name, double, single, bare in found]


def names_and_visibility(attributes: str) -> tuple[str, bool]:
    """Return the names of an element (class, id, role, itemprop), and whether it is hidden."""
    attributes = attributes[:MAX_ATTRIBUTE_CHARACTERS]
    if only := ONLY_CLASS.match(attributes):
        return only[1][:MAX_NAMES_CHARACTERS], False
    names, is_hidden = [], False
    for name, double, single, bare in ATTRIBUTE.findall(attributes):
        lower = name.lower()
        if lower in NAME_ATTRIBUTES:
            names.append(double or single or bare)
        elif (lower == "hidden" and not STREAMED.search(attributes)) or (
            lower == "style" and HIDDEN_STYLE.search(double or single or bare)
        ):
            is_hidden = True
    return " ".join(names)[:MAX_NAMES_CHARACTERS], is_hidden


short_names_and_visibility = functools.lru_cache(maxsize=NAMES_CACHE_SIZE)(names_and_visibility)
