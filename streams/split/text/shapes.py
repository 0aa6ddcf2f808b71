"""Page shapes as data: what the files of `shapes/` say, compiled. A new shape is a new file; see `shapes/a.toml` for the form."""

import functools
import importlib.resources
import tomllib
from dataclasses import dataclass

from streams.split.text.lines import PageWords, key_of

AGES = ("age", "outlet-age")
MAX_STAMP_DISTANCE = 6  # lines from the first of a header without an age to one
TOKENS = frozenset({"headline", "headline-again", "outlet", "outlet-again", "age", "outlet-age", "category"})


@dataclass(frozen=True, slots=True)
class Header:
    """The lines above an article's body in order, each a token of `TOKENS`, with whether it may be missing."""

    tokens: tuple[tuple[str, bool], ...]
    is_lead: bool = False  # only at the top of a page

    @property
    def age_at(self) -> range:
        """How many lines behind the header's first its age may stand; anywhere near where the header has none."""
        first = next((number for number, (token, _) in enumerate(self.tokens) if token in AGES), None)
        if first is None or self.tokens[first][1]:
            return range(MAX_STAMP_DISTANCE)
        return range(sum(not is_optional for _, is_optional in self.tokens[:first]), first + 1)


@dataclass(frozen=True, slots=True, eq=False)
class PageShape:
    """One page shape. `signs`: keys of lines that all must be on such a page."""

    name: str
    signs: frozenset[str]
    words: PageWords
    headers: tuple[Header, ...]


@functools.cache
def page_shapes() -> tuple[PageShape, ...]:
    """Return the page shapes of the package, in order of name.

    Raises:
        ValueError: a file names a token that does not exist.
    """
    files = sorted(
        (entry for entry in importlib.resources.files("streams.split").joinpath("data/shapes").iterdir()), key=lambda entry: entry.name
    )
    return tuple(shape_of(entry.read_text("utf-8")) for entry in files if entry.name.endswith(".toml"))


@functools.cache
def general_words() -> PageWords:
    """Return the words that pages of any shape share: names of buttons, menus and sections."""
    return shape_of(importlib.resources.files("streams.split").joinpath("data/general.toml").read_text("utf-8")).words


def shape_of(toml: str) -> PageShape:
    """Compile one shape file.

    Raises:
        ValueError: it names a token that does not exist.
    """
    data = tomllib.loads(toml)
    headers = tuple(_header(entry["lines"], entry.get("lead", False)) for entry in data.get("article", []))
    ends = frozenset(map(key_of, data.get("ends", [])))
    chrome = frozenset(map(key_of, data.get("chrome", []))) | ends
    signs = frozenset(map(key_of, data.get("signs", [])))
    return PageShape(name=data["name"], signs=signs, words=PageWords(chrome, ends), headers=headers)


def _header(tokens: list[str], is_lead: bool) -> Header:
    unknown = {token.removesuffix("?") for token in tokens} - TOKENS
    if unknown:
        raise ValueError(f"no such token: {', '.join(sorted(unknown))}; there are {', '.join(sorted(TOKENS))}")
    return Header(tuple((token.removesuffix("?"), token.endswith("?")) for token in tokens), is_lead)
