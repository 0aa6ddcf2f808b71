"""Pages without stamps to go by: one article, or a list with numbers or rules between its stories."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from streams.split.blocks import Block
from streams.split.bodies import CONTINUES
from streams.split.lines import RULE, Kind, Line
from streams.split.stamps import BYLINE, is_outlet_name

CONFIDENCE = 0.9
LIST_CONFIDENCE = 0.75
MAX_WHOLE_LINES = 3
MIN_LEAD_WORDS = 12
MIN_INDEX_HEADLINES = 5
MAX_INDEX_PROSE_SHARE = 0.3
MAX_INDEX_GOING_ON = 0.2
NUMBER = re.compile(r"(?:#\s?)?(\d{1,3})[.):]\s+(?=\S)")


def single_block(lines: Sequence[Line], places: Sequence[int]) -> list[Block]:
    """Return the one article that the lines at `places` are, or nothing where they are an index.

    A text of up to `MAX_WHOLE_LINES` lines without page chrome is an article however short it is: a title line and a text, or a text.
    """
    prose = [number for number, place in enumerate(places) if lines[place].kind is Kind.PROSE]
    if not prose:
        return _whole(lines, places)
    if _is_index(lines, places):
        return []
    headline = best_headline(lines, places[: prose[0]])
    first = first_of_body(lines, places, prose[0], headline)
    above = list(places[:first])
    stamp_place = next((place for place in places[: first + 3] if lines[place].stamp), None)
    stamp = lines[stamp_place].stamp if stamp_place is not None else None
    outlet = stamp.outlet if stamp else None
    if stamp_place is not None and outlet is None:
        at = places.index(stamp_place)
        near = places[at - 1] if at else None
        if near is not None and near != headline and lines[near].kind is Kind.SHORT and is_outlet_name(lines[near].text):
            outlet = lines[near].text if not BYLINE.match(lines[near].text) else None
    start = min(place for place in (headline, places[first]) if place is not None)
    body = stop_at_end(lines, places[first:])
    header = tuple(place for place in above if place >= start)
    age = stamp.age if stamp else None
    return [
        Block(header=header, headline=headline, body=body, confidence=CONFIDENCE if headline is not None else 0.8, outlet=outlet, age=age)
    ]


def first_of_body(lines: Sequence[Line], places: Sequence[int], prose: int, headline: int | None) -> int:
    """Return where the body begins: with a long line without an end under the headline (a lead, a summary), or with the first prose."""
    if headline is None:
        return prose
    for number in range(prose - 1, -1, -1):
        line = lines[places[number]]
        if places[number] == headline or line.key == lines[headline].key or line.kind is not Kind.SHORT:
            break
        goes_on = bool(CONTINUES.match(lines[places[number + 1]].text))
        if (line.words >= MIN_LEAD_WORDS or goes_on) and not BYLINE.match(line.text):
            prose = number
    return prose


def _whole(lines: Sequence[Line], places: Sequence[int]) -> list[Block]:
    if (
        not places
        or (len(places) > MAX_WHOLE_LINES and not _is_wrapped(lines, places))
        or any(lines[place].kind is not Kind.SHORT for place in places)
    ):
        return []
    if len(places) == 1:
        return [Block(header=(), headline=None, body=tuple(places), confidence=0.5)]
    return [Block(header=(places[0],), headline=places[0], body=tuple(places[1:]), confidence=0.5)]


def _is_index(lines: Sequence[Line], places: Sequence[int]) -> bool:
    """Return whether headlines are most of a page: a front page may have a sentence of its own.

    Lines of a text that is wrapped at a column are no headlines.
    """
    if _is_wrapped(lines, places):
        return False
    headlines = [lines[place].words for place in places if lines[place].kind is Kind.SHORT and lines[place].words >= 4]
    prose = sum(lines[place].words for place in places if lines[place].kind is Kind.PROSE)
    return len(headlines) >= MIN_INDEX_HEADLINES and prose < MAX_INDEX_PROSE_SHARE * (prose + sum(headlines))


def _is_wrapped(lines: Sequence[Line], places: Sequence[int]) -> bool:
    """Return whether many lines go on with the one before, as in text that is wrapped at a column."""
    return sum(bool(CONTINUES.match(lines[place].text)) for place in places) > MAX_INDEX_GOING_ON * len(places)


def best_headline(lines: Sequence[Line], above: Sequence[int]) -> int | None:
    """Return the place of the headline among the lines above a story: the first long enough of the last run of short lines."""
    run: list[int] = []
    for place in reversed(above):
        if lines[place].kind in (Kind.END, Kind.CHROME) and any(lines[other].words >= 3 for other in run):
            break
        if lines[place].kind is Kind.SHORT and not lines[place].is_bullet and not BYLINE.match(lines[place].text):
            run.append(place)
    run.reverse()
    for least in (4, 3, 1):
        fitting = [place for place in run if lines[place].words >= least]
        if fitting:
            return fitting[0]
    return None


def stop_at_end(lines: Sequence[Line], places: Sequence[int]) -> tuple[int, ...]:
    """Return the places before the first line that ends a story."""
    stop = next((number for number, place in enumerate(places) if lines[place].kind is Kind.END), len(places))
    return tuple(places[:stop])


def list_blocks(lines: Sequence[Line], dense: Sequence[int]) -> list[Block]:
    """Return the articles of a list with a number over or a rule between its stories, or nothing where the page is none."""
    numbered: list[int] = []
    for number, place in enumerate(dense):
        found = NUMBER.match(lines[place].text) if lines[place].kind is Kind.SHORT else None
        if found and int(found[1]) == len(numbered) + 1:
            numbered.append(number)
    rules = [bisect_left(dense, place) for place, line in enumerate(lines) if line.kind is Kind.DEBRIS and RULE.fullmatch(line.text)]
    starts = numbered if len(numbered) > 1 else [0, *rules] if rules else []
    blocks: list[Block] = []
    for start, stop in pairwise([*starts, len(dense)]):
        is_headed = stop > start + 1 and lines[dense[start]].kind is Kind.SHORT
        found_blocks = single_block(lines, dense[start:stop]) if is_headed else []
        blocks.extend(replace(block, headline=dense[start], confidence=LIST_CONFIDENCE) for block in found_blocks)
    return blocks if len(blocks) > 1 and len(blocks) * 2 > len(starts) else []
