"""Blocks: which lines of a page are one article, found by the headers of a page shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from streams.split.fields.ages import Age
from streams.split.text.lines import Line, LineKind
from streams.split.text.shape_records import Header, PageShape

# How a block was found: by a shape's header or its lead, by stamps, as one of a list, or as the page's one story.
CutMethod: TypeAlias = Literal["shape", "lead", "stamped", "list", "single"]

MAX_HEADLINE_CHARACTERS = 400
MAX_OUTLET_WORDS = 9
PAGE = frozenset({LineKind.CHROME, LineKind.END})
NO_TEXT = frozenset({LineKind.EMPTY, LineKind.DEBRIS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """An article as places in the list of lines: `header` holds all lines above the body (in order), `body` those that may be its text."""

    header: tuple[int, ...]
    headline: int | None
    body: tuple[int, ...]
    method: CutMethod
    outlet: str | None = None
    age: Age | None = None
    links: tuple[int, ...] = ()
    meta: tuple[int, ...] = ()


@dataclass(slots=True)
class _Match:
    """A header that fits, while it is being matched."""

    stop: int
    headline: int | None = None
    outlet: str | None = None
    age: Age | None = None


def blocks_of(lines: Sequence[Line], shape: PageShape) -> list[Block]:
    """Return the blocks that `grammar` finds, in order. Each line belongs to at most one; the work is linear in the number of lines."""
    text_line_nos = [line_no for line_no, line in enumerate(lines) if line.kind not in NO_TEXT]
    headers = _headers(lines, text_line_nos, shape)
    blocks = []
    for number, (at, header, found) in enumerate(headers):
        stop = headers[number + 1][0] if number + 1 < len(headers) else len(text_line_nos)
        body = _body(lines, text_line_nos[found.stop : stop])
        blocks.append(
            Block(
                header=tuple(text_line_nos[at : found.stop]),
                headline=found.headline,
                body=body,
                method="lead" if header.is_lead else "shape",
                outlet=found.outlet,
                age=found.age,
            )
        )
    return blocks


def _headers(lines: Sequence[Line], text_line_nos: Sequence[int], shape: PageShape) -> list[tuple[int, Header, _Match]]:
    """Return where a header begins (place in `dense`), which, and what it says: the first that fits around each stamp."""
    top = next((at for at, line_no in enumerate(text_line_nos) if lines[line_no].kind not in PAGE), len(text_line_nos))
    fitting: dict[int, list[Header]] = {top: [header for header in shape.headers if header.is_lead]}
    stamps = [at for at, line_no in enumerate(text_line_nos) if lines[line_no].stamp]
    for header in shape.headers:
        if not header.is_lead:
            for at in {stamp - distance for stamp in stamps for distance in header.age_positions if stamp >= distance}:
                fitting.setdefault(at, []).append(header)
    result: list[tuple[int, Header, _Match]] = []
    stop = 0
    for at in sorted(fitting):
        if stop <= at < len(text_line_nos) and lines[text_line_nos[at]].kind not in PAGE:
            tried = ((header, _match(lines, text_line_nos, at, header)) for header in fitting[at])
            fits = next(((header, found) for header, found in tried if found), None)
            if fits:
                result.append((at, *fits))
                stop = fits[1].stop
    return result


def _match(lines: Sequence[Line], text_line_nos: Sequence[int], at: int, header: Header) -> _Match | None:
    """Fit the tokens of `header` to the lines from `at` on.

    An optional token is left out where its line doesn't fit, or where the rest then can't.
    """
    return _fit(lines, text_line_nos, at, header.tokens, _Match(at))


def _fit(lines: Sequence[Line], text_line_nos: Sequence[int], at: int, tokens: Sequence[tuple[str, bool]], found: _Match) -> _Match | None:
    for number, (token, is_optional) in enumerate(tokens):
        after = _take(lines, text_line_nos[at], token, found) if at < len(text_line_nos) else None
        if is_optional:
            rest = _fit(lines, text_line_nos, at + 1, tokens[number + 1 :], after) if after else None
            return rest or _fit(lines, text_line_nos, at, tokens[number + 1 :], found)
        if after is None:
            return None
        found, at = after, at + 1
    return _Match(at, found.headline, found.outlet, found.age)


def _take(lines: Sequence[Line], line_no: int, role: str, found: _Match) -> _Match | None:  # noqa: PLR0911  one line for each role
    """Return `found` with what the line at `place` says as `role`, or None where it can't be that."""
    line = lines[line_no]
    if role in ("age", "outlet-age"):
        if line.stamp is None or (role == "outlet-age") != (line.stamp.outlet is not None):
            return None
        return _Match(found.stop, found.headline, line.stamp.outlet or found.outlet, line.stamp.age)
    if role == "category":
        return found if line.is_bullet and line.words <= MAX_OUTLET_WORDS else None
    if line.stamp is not None or line.kind in PAGE:
        return None
    if role == "headline" and not line.is_bullet and len(line.text) <= MAX_HEADLINE_CHARACTERS:
        return _Match(found.stop, line_no, found.outlet, found.age)
    if role == "headline-again" and found.headline is not None and lines[found.headline].key == line.key:
        return found
    if role == "outlet" and not line.is_bullet and line.words <= MAX_OUTLET_WORDS and not line.is_terminated:
        return _Match(found.stop, found.headline, line.text, found.age)
    return found if role == "outlet-again" and found.outlet == line.text else None


def _body(lines: Sequence[Line], line_nos: Sequence[int]) -> tuple[int, ...]:
    """Return the lines before the first that ends a story."""
    stop = next((number for number, line_no in enumerate(line_nos) if lines[line_no].kind is LineKind.END), len(line_nos))
    return tuple(line_nos[:stop])
