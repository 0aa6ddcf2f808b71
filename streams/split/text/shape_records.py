"""Page shapes: layouts of text pages, as headers that a page has above its articles (format: docs/shapes.md)."""

from dataclasses import dataclass

from streams.split.text.lines import PageWords

AGE_TOKENS = ("age", "outlet-age")
OUTLET_TOKENS = ("outlet", "outlet-age")
# In the order in which docs/shapes.md explains them.
TOKENS = ("headline", "headline-again", "outlet", "outlet-again", "age", "outlet-age", "category")
# How many lines below the first line of a header without an age to look for one.
MAX_STAMP_DISTANCE = 6


@dataclass(frozen=True, slots=True)
class Header:
    """The lines above an article's body in order: each a token of `TOKENS`, and whether it is optional."""

    tokens: tuple[tuple[str, bool], ...]
    is_lead: bool = False  # only at the top of a page

    @property
    def age_positions(self) -> range:
        """Distances from the first line of the header at which its age can be; any short distance where the header has no certain age."""
        first = next((position for position, (token, _) in enumerate(self.tokens) if token in AGE_TOKENS), None)
        if first is None or self.tokens[first][1]:
            return range(MAX_STAMP_DISTANCE)
        return range(sum(not is_optional for _, is_optional in self.tokens[:first]), first + 1)


@dataclass(frozen=True, slots=True, eq=False)
class PageShape:
    """One page shape. `signs`: texts that must all be on such a page, as keys (see `lines.key_of`)."""

    name: str
    signs: frozenset[str]
    words: PageWords
    headers: tuple[Header, ...]
