"""One article among the lines of its page, or none where they are an index."""

import re
from collections.abc import Sequence
from itertools import pairwise

from streams.split.text.blocks import Block
from streams.split.text.bodies import CONTINUES, is_credit
from streams.split.text.lines import Line, LineKind, key_of
from streams.split.text.related_boxes import remove_related_boxes
from streams.split.text.stamps import is_byline, is_outlet_name

MAX_WHOLE_LINES = 3
MAX_TITLE_LINES = 3
TITLE_SIGN = re.compile(r"\s[|–—-]\s(?=[^|–—]*$)")
MIN_LEAD_WORDS = 12
MIN_HEADLINE_WORDS = 4
MAX_NAMES_ABOVE_BYLINE = 2
MAX_BUTTONS = 15  # lines between a byline and the story
MIN_INDEX_HEADLINES = 5
MAX_INDEX_PROSE_SHARE = 0.3
MAX_NOTICES_SHARE = 0.4
MAX_NOTICE_WORDS = 30
MAX_INDEX_GOING_ON = 0.2
MIN_PART_LINES = 4  # of the page between its main story and other prose
MAX_ASIDE_SHARE = 0.25
MAX_ASIDE_WORDS = 25  # of a notice, however short the story is
MAX_MASTHEAD_WORDS = 4


def single_block(lines: Sequence[Line], line_nos: Sequence[int]) -> list[Block]:
    """Return the one article that the lines at `places` are, or nothing where they are an index.

    A text of up to `MAX_WHOLE_LINES` lines without page chrome is an article however short it is: a title line and a text, or a text.
    """
    prose = [number for number, line_no in enumerate(line_nos) if lines[line_no].kind is LineKind.PROSE]
    if not prose:
        return _whole(lines, line_nos)
    if is_index(lines, line_nos):
        return []
    line_nos = _main_part(lines, line_nos, prose)
    prose = [number for number, line_no in enumerate(line_nos) if lines[line_no].kind is LineKind.PROSE]
    headline = best_headline(lines, line_nos[: prose[0]])
    headline, site = _without_site(lines, line_nos[: prose[0]], headline)
    first = body_start(lines, line_nos, prose[0], headline)
    above = list(line_nos[:first])
    stamp_place = _stamp_of_story(lines, line_nos[: first + 3], headline)
    stamp = lines[stamp_place].stamp if stamp_place is not None else None
    outlet = (stamp and stamp.outlet) or site or _outlet_near(lines, line_nos, headline, stamp_place)
    start = min(line_no for line_no in (headline, line_nos[first]) if line_no is not None)
    body = until_story_end(lines, remove_related_boxes(lines, line_nos[first:]))
    header = tuple(line_no for line_no in above if line_no >= start)
    age = stamp.age if stamp else None
    return [Block(header=header, headline=headline, body=body, method="single", outlet=outlet, age=age)]


def _without_site(lines: Sequence[Line], above: Sequence[int], headline: int | None) -> tuple[int | None, str | None]:
    """Return the headline and the site of a page whose first line is its title: "Old bridge to close | Harbour Post", then the headline."""
    for line_no in above[:MAX_TITLE_LINES]:
        cut = TITLE_SIGN.search(lines[line_no].text)
        name = lines[line_no].text[cut.end() :] if cut else ""
        if cut and is_outlet_name(name):
            key = key_of(lines[line_no].text[: cut.start()])
            again = next((other for other in above if other > line_no and lines[other].key == key), None)
            if again is not None:
                return again, name
    return headline, None


def _stamp_of_story(lines: Sequence[Line], line_nos: Sequence[int], headline: int | None) -> int | None:
    """Return the first stamp under the headline, or else the last above it: the first of a page may say what day it is."""
    stamps = [line_no for line_no in line_nos if lines[line_no].stamp]
    below = (line_no for line_no in stamps if headline is None or line_no > headline)
    return next(below, stamps[-1] if stamps else None)


def _outlet_near(lines: Sequence[Line], line_nos: Sequence[int], headline: int | None, stamp: int | None) -> str | None:
    """Return the name next above the stamp, or the page's first line where the headline follows it."""
    candidates = [before for before, line_no in pairwise(line_nos) if line_no == stamp]
    if (
        line_nos[1:2] == [headline]
        and lines[line_nos[0]].words <= MAX_MASTHEAD_WORDS
        and (lines[line_nos[0]].text[0].isupper() or "." in lines[line_nos[0]].text)
    ):
        candidates.append(line_nos[0])
    named = (
        line_no
        for line_no in candidates
        if line_no != headline and lines[line_no].kind is LineKind.SHORT and is_outlet_name(lines[line_no].text)
    )
    return next((lines[line_no].text for line_no in named if not is_byline(lines[line_no].text)), None)


def _main_part(lines: Sequence[Line], line_nos: Sequence[int], prose: Sequence[int]) -> Sequence[int]:
    """Return the lines of the page's main story, with those above it that may be its header.

    Other prose of the page (a notice above its menu, comments or a footer below) is parted from the story by lines of the page, and
    is short beside it.
    """
    if len(prose) == 1 or _is_wrapped(lines, line_nos):
        return line_nos
    runs, sizes = _runs(lines, line_nos, prose)
    main = sizes.index(max(sizes))
    least = max(MAX_ASIDE_SHARE * sizes[main], min(MAX_ASIDE_WORDS, sizes[main] / 2))
    first = next((number for number in range(main, 0, -1) if sizes[number - 1] < least), 0)
    last = next((number for number in range(main, len(runs) - 1) if sizes[number + 1] < least), len(runs) - 1)
    start = runs[first - 1][-1] + 1 if first else 0
    return line_nos[start : runs[last + 1][0] if last + 1 < len(runs) else len(line_nos)]


def _runs(lines: Sequence[Line], line_nos: Sequence[int], prose: Sequence[int]) -> tuple[list[list[int]], list[int]]:
    """Return the runs of prose that lines of the page part, and how many words each has."""
    runs: list[list[int]] = [[prose[0]]]
    for before, number in pairwise(prose):
        if (
            number - before > MIN_PART_LINES
            and sum(_is_page_line(lines[line_no]) for line_no in line_nos[before + 1 : number]) >= MIN_PART_LINES
        ):
            runs.append([])
        runs[-1].append(number)
    return runs, [sum(lines[line_nos[number]].words for number in run) for run in runs]


def remove_asides(lines: Sequence[Line], body: Sequence[int]) -> tuple[int, ...]:
    """Return a story's lines up to the first prose below it that lines of the page part from it and that is short beside it."""
    prose = [number for number, line_no in enumerate(body) if lines[line_no].kind is LineKind.PROSE]
    if len(prose) < 2 or prose[-1] - prose[0] < MIN_PART_LINES:
        return tuple(body)
    runs, sizes = _runs(lines, body, prose)
    total = 0
    for number, (run, size) in enumerate(zip(runs, sizes, strict=True)):
        if number and size < MAX_ASIDE_SHARE * total:
            return tuple(body[: run[0]])
        total += size
    return tuple(body)


def _is_page_line(line: Line) -> bool:
    """Return whether a line between two paragraphs is rather the page's than the story's: not a short sentence, nor an item of a list."""
    if line.kind is LineKind.SHORT:
        return not (line.is_bullet or line.is_terminated or CONTINUES.match(line.text))
    return True


def body_start(lines: Sequence[Line], line_nos: Sequence[int], prose: int, headline: int | None) -> int:
    """Return where the body begins: with a long line without an end under the headline (a lead, a summary), or with the first prose."""
    if headline is None:
        return prose
    for number in range(prose - 1, -1, -1):
        line = lines[line_nos[number]]
        if line_nos[number] == headline or line.key == lines[headline].key or line.kind is not LineKind.SHORT:
            break
        goes_on = bool(CONTINUES.match(lines[line_nos[number + 1]].text))
        if (line.words >= MIN_LEAD_WORDS or goes_on) and not is_byline(line.text):
            prose = number
    return prose


def _whole(lines: Sequence[Line], line_nos: Sequence[int]) -> list[Block]:
    if (
        not line_nos
        or (len(line_nos) > MAX_WHOLE_LINES and not _is_wrapped(lines, line_nos))
        or any(lines[line_no].kind is not LineKind.SHORT for line_no in line_nos)
    ):
        return []
    if len(line_nos) == 1:
        return [Block(header=(), headline=None, body=tuple(line_nos), method="single")]
    return [Block(header=(line_nos[0],), headline=line_nos[0], body=tuple(line_nos[1:]), method="single")]


def is_index(lines: Sequence[Line], line_nos: Sequence[int]) -> bool:
    """Return whether headlines are most of a page: a front page has notices, each a sentence or two by itself.

    Lines of a text that is wrapped at a column are no headlines.
    """
    headlines = [
        lines[line_no].words for line_no in line_nos if lines[line_no].kind is LineKind.SHORT and lines[line_no].words >= MIN_HEADLINE_WORDS
    ]
    if len(headlines) < MIN_INDEX_HEADLINES or _is_wrapped(lines, line_nos):
        return False
    prose = [number for number, line_no in enumerate(line_nos) if lines[line_no].kind is LineKind.PROSE]
    told = [lines[line_nos[number]].words for number in prose]
    are_notices = max(told, default=0) <= MAX_NOTICE_WORDS and all(number - before > 1 for before, number in pairwise(prose))
    return sum(told) < (MAX_NOTICES_SHARE if are_notices else MAX_INDEX_PROSE_SHARE) * (sum(told) + sum(headlines))


def _is_wrapped(lines: Sequence[Line], line_nos: Sequence[int]) -> bool:
    """Return whether many lines go on with the one before, as in text that is wrapped at a column."""
    return sum(bool(CONTINUES.match(lines[line_no].text)) for line_no in line_nos) > MAX_INDEX_GOING_ON * len(line_nos)


def best_headline(lines: Sequence[Line], above: Sequence[int]) -> int | None:
    """Return the place of the headline among the lines above a story: the first long enough of the last run of short lines.

    Where the story has a byline or a stamp, it stands next above that: over it may be a menu, under it buttons.
    """
    above = [line_no for line_no in above if not is_credit(lines[line_no].text)]
    if (signed := _above_byline(lines, above)) is not None:
        return signed
    run: list[int] = []
    has_long = False
    for line_no in reversed(above):
        if lines[line_no].kind in (LineKind.END, LineKind.CHROME) and has_long:
            break
        if _may_be_headline(lines[line_no]):
            run.append(line_no)
            has_long = has_long or lines[line_no].words >= 3
    run.reverse()
    for least in (4, 3, 1):
        fitting = [line_no for line_no in run if lines[line_no].words >= least]
        if fitting:
            return fitting[0]
    return None


def _may_be_headline(line: Line) -> bool:
    return line.kind is LineKind.SHORT and not line.is_bullet and not is_byline(line.text)


def _above_byline(lines: Sequence[Line], above: Sequence[int]) -> int | None:
    """Return the headline next above the last byline, or above a stamp that has no other long line below it."""
    for number in range(len(above) - 1, max(-1, len(above) - 1 - MAX_BUTTONS), -1):
        line = lines[above[number]]
        if line.kind is LineKind.STAMP or (line.kind is LineKind.SHORT and is_byline(line.text)):
            return _next_above(lines, above[:number][::-1])
        if _may_be_headline(line) and line.words >= MIN_HEADLINE_WORDS + 1:
            return None
    return None


def _next_above(lines: Sequence[Line], upwards: Sequence[int]) -> int | None:
    """Return the first of the long lines (a headline, its deck) next above a byline; `upwards` begins at the line over the byline."""
    found = None
    for number, line_no in enumerate(upwards):
        if _may_be_headline(lines[line_no]) and lines[line_no].words >= MIN_HEADLINE_WORDS:
            if found is not None and is_outlet_name(lines[line_no].text):
                break
            found = line_no
        elif found is not None or number >= MAX_NAMES_ABOVE_BYLINE:
            break
    return found


def until_story_end(lines: Sequence[Line], line_nos: Sequence[int]) -> tuple[int, ...]:
    """Return the places before the first line that ends a story."""
    stop = next((number for number, line_no in enumerate(line_nos) if lines[line_no].kind is LineKind.END), len(line_nos))
    return tuple(line_nos[:stop])
