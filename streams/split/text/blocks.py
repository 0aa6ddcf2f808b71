"""Blocks: the lines of one article each, found by the headers of a page shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from streams.split.fields.ages import Age
from streams.split.text.lines import Line, LineKind
from streams.split.text.shape_records import Header, PageShape

# How a block was found: by a shape's header or its lead, by stamps, as one of a list, as the page's one story, as a short text that is one.
CutMethod: TypeAlias = Literal["shape", "lead", "stamped", "list", "single", "whole"]

MAX_HEADLINE_CHARACTERS = 400  # a longer line is a paragraph
# Longer than in `stamps`: where a shape says that a line is an outlet or a category, it needs no further evidence.
MAX_SHAPED_OUTLET_WORDS = 9
PAGE_KINDS = frozenset({LineKind.CHROME, LineKind.END})
TEXTLESS_KINDS = frozenset({LineKind.EMPTY, LineKind.DEBRIS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """An article as line numbers: `header` has all lines above the body in order, `body` those that may be its text."""

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
    """A header so far: the position behind its last matched line, and the values of its lines."""

    stop: int
    headline: int | None = None
    outlet: str | None = None
    age: Age | None = None


def blocks_of(lines: Sequence[Line], shape: PageShape) -> list[Block]:
    """Return the blocks that `shape` finds, in order. Each line belongs to at most one; the work is linear in the number of lines."""
    text_line_nos = [line_no for line_no, line in enumerate(lines) if line.kind not in TEXTLESS_KINDS]
    headers = _headers(lines, text_line_nos, shape)
    blocks = []
    for index, (position, header, found) in enumerate(headers):
        stop = headers[index + 1][0] if index + 1 < len(headers) else len(text_line_nos)
        body = until_story_end(lines, text_line_nos[found.stop : stop])
        blocks.append(
            Block(
                header=tuple(text_line_nos[position : found.stop]),
                headline=found.headline,
                body=body,
                method="lead" if header.is_lead else "shape",
                outlet=found.outlet,
                age=found.age,
            )
        )
    return blocks


def _headers(lines: Sequence[Line], text_line_nos: Sequence[int], shape: PageShape) -> list[tuple[int, Header, _Match]]:
    """Return each header with the position in `text_line_nos` where it begins: the first that matches around each stamp."""
    top = next((position for position, line_no in enumerate(text_line_nos) if lines[line_no].kind not in PAGE_KINDS), len(text_line_nos))
    fitting: dict[int, list[Header]] = {top: [header for header in shape.headers if header.is_lead]}
    stamps = [position for position, line_no in enumerate(text_line_nos) if lines[line_no].stamp]
    for header in shape.headers:
        if not header.is_lead:
            for position in {stamp - distance for stamp in stamps for distance in header.age_positions if stamp >= distance}:
                fitting.setdefault(position, []).append(header)
    result: list[tuple[int, Header, _Match]] = []
    stop = 0
    for position in sorted(fitting):
        if stop <= position < len(text_line_nos) and lines[text_line_nos[position]].kind not in PAGE_KINDS:
            tried = ((header, _match_header(lines, text_line_nos, position, header)) for header in fitting[position])
            fits = next(((header, found) for header, found in tried if found), None)
            if fits:
                result.append((position, *fits))
                stop = fits[1].stop
    return result


def _match_header(lines: Sequence[Line], text_line_nos: Sequence[int], position: int, header: Header) -> _Match | None:
    """Match the tokens of `header` with the lines from `position` on.

    An optional token is skipped where its line does not match, or where the rest would not match after it.
    """
    return _match_tokens(lines, text_line_nos, position, header.tokens, _Match(position))


def _match_tokens(
    lines: Sequence[Line], text_line_nos: Sequence[int], position: int, tokens: Sequence[tuple[str, bool]], found: _Match
) -> _Match | None:
    for index, (token, is_optional) in enumerate(tokens):
        after = _match_line(lines, text_line_nos[position], token, found) if position < len(text_line_nos) else None
        if is_optional:
            rest = _match_tokens(lines, text_line_nos, position + 1, tokens[index + 1 :], after) if after else None
            return rest or _match_tokens(lines, text_line_nos, position, tokens[index + 1 :], found)
        if after is None:
            return None
        found, position = after, position + 1
    return _Match(position, found.headline, found.outlet, found.age)


def _match_line(lines: Sequence[Line], line_no: int, role: str, found: _Match) -> _Match | None:  # noqa: PLR0911  one return for each role
    """Return `found` with the value that the line has as `role`, or None where it can't be one."""
    line = lines[line_no]
    if role in ("age", "outlet-age"):
        if line.stamp is None or (role == "outlet-age") != (line.stamp.outlet is not None):
            return None
        return _Match(found.stop, found.headline, line.stamp.outlet or found.outlet, line.stamp.age)
    if role == "category":
        return found if line.is_bullet and line.words <= MAX_SHAPED_OUTLET_WORDS else None
    if line.stamp is not None or line.kind in PAGE_KINDS:
        return None
    if role == "headline" and not line.is_bullet and len(line.text) <= MAX_HEADLINE_CHARACTERS:
        return _Match(found.stop, line_no, found.outlet, found.age)
    if role == "headline-again" and found.headline is not None and lines[found.headline].key == line.key:
        return found
    if role == "outlet" and not line.is_bullet and line.words <= MAX_SHAPED_OUTLET_WORDS and not line.is_terminated:
        return _Match(found.stop, found.headline, line.text, found.age)
    return found if role == "outlet-again" and found.outlet == line.text else None


def until_story_end(lines: Sequence[Line], line_nos: Sequence[int]) -> tuple[int, ...]:
    """Return the line numbers before the first line that ends a story."""
    stop = next((position for position, line_no in enumerate(line_nos) if lines[line_no].kind is LineKind.END), len(line_nos))
    return tuple(line_nos[:stop])
