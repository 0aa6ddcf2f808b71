"""Find the one article among the lines of its page, or none where the page is an index."""

import re
from collections.abc import Sequence
from itertools import pairwise

from streams.split.text.blocks import TEXTLESS_KINDS, Block, until_story_end
from streams.split.text.bodies import CONTINUES, is_credit
from streams.split.text.cohesion import cohesion, stems_of
from streams.split.text.lines import MIN_HEADLINE_WORDS, Line, LineKind, key_of
from streams.split.text.outlet_headings import has_outlet_word
from streams.split.text.related_boxes import remove_related_boxes
from streams.split.text.stamps import is_byline, is_outlet_name

MAX_WHOLE_LINES = 3  # of a text that is an article without prose: headline, deck, sentence
MAX_TITLE_LINES = 3  # in which a page's title with its site can be
TITLE_SIGN = re.compile(r"\s[|–—-]\s(?=[^|–—]*$)")
PATH = re.compile(r"\s[>›»/]\s.*\s[>›»/]\s")  # the path of a page through its site: "News > 2025 > Old bridge to close"
PATH_SIGN = re.compile(r"\s[>›»/]\s")
MIN_DECK_WORDS = 12  # of a line without an end below a headline that is the start of the body: a deck or a summary
HEADLINE_WORD_LIMITS = (MIN_HEADLINE_WORDS, 3, 1)  # the most words that a line must have to be the headline, then fewer
MIN_LONG_LINE_WORDS = 3  # a line that ends the search for a headline at the chrome above it
MAX_NAMES_ABOVE_BYLINE = 2  # lines between headline and byline: section, outlet
MAX_LINES_BELOW_BYLINE = 15  # between a byline and the story: buttons
MAX_LINES_TO_STAMP = 3  # from the first line of the body to a stamp that is the story's own
MIN_INDEX_HEADLINES = 5
MAX_INDEX_PROSE_SHARE = 0.3  # of the words of an index
MAX_NOTICES_SHARE = 0.4  # the same for an index whose prose is notices, each alone
MAX_NOTICE_WORDS = 30
MAX_CONTINUED_SHARE = 0.2  # of lines that continue the one above; in a text wrapped at a column more do
MIN_PART_LINES = 4  # of the page between its main story and other prose
# Other prose of a page has less than a quarter of the main story's words; beside a short story, less than half, as a notice has.
MAX_PAGE_PROSE_SHARE = 0.25
MAX_PAGE_PROSE_WORDS = 25
MAX_SHORT_STORY_SHARE = 0.5
MIN_COHESION = 0.3  # of the parts of a story; two stories have half as much
PERSON_WORDS = (2, 3)
MAX_MASTHEAD_WORDS = 4


def single_block(lines: Sequence[Line], line_nos: Sequence[int]) -> list[Block]:
    """Return the one article in the lines `line_nos`, or nothing where they are an index.

    A text of up to `MAX_WHOLE_LINES` lines without page chrome is an article however short it is: a title line and a text, or a text.
    """
    prose = [position for position, line_no in enumerate(line_nos) if lines[line_no].kind is LineKind.PROSE]
    if not prose:
        return _whole(lines, line_nos)
    if is_index(lines, line_nos):
        return []
    line_nos = _main_part(lines, line_nos, prose)
    prose = [position for position, line_no in enumerate(line_nos) if lines[line_no].kind is LineKind.PROSE]
    headline = best_headline(lines, line_nos[: prose[0]])
    headline, site = _without_site(lines, line_nos[: prose[0]], headline)
    first = body_start(lines, line_nos, prose[0], headline)
    above = list(line_nos[:first])
    stamp_line_no = _stamp_of_story(lines, line_nos[: first + MAX_LINES_TO_STAMP], headline)
    stamp = lines[stamp_line_no].stamp if stamp_line_no is not None else None
    outlet = (stamp and stamp.outlet) or site or _outlet_near(lines, line_nos, headline, stamp_line_no)
    start = min(line_no for line_no in (headline, line_nos[first]) if line_no is not None)
    below = _until_frame(lines, above, line_nos[first:], headline)
    body = until_story_end(lines, remove_related_boxes(lines, below))
    header = tuple(line_no for line_no in above if line_no >= start)
    age = stamp.age if stamp else None
    return [Block(header=header, headline=headline, body=body, method="single", outlet=outlet, age=age)]


def _without_site(lines: Sequence[Line], above: Sequence[int], headline: int | None) -> tuple[int | None, str | None]:
    """Return headline and site of a page that begins with its title ("Old bridge to close | Harbour Post") and has the headline below."""
    for line_no in above:
        if PATH.search(lines[line_no].text):
            key = key_of(PATH_SIGN.split(lines[line_no].text)[-1])
            if (again := next((other for other in above if other > line_no and lines[other].key == key), None)) is not None:
                return again, None
    for line_no in above[:MAX_TITLE_LINES]:
        cut = TITLE_SIGN.search(lines[line_no].text)
        name = lines[line_no].text[cut.end() :] if cut else ""
        if cut and is_outlet_name(name):
            key = key_of(lines[line_no].text[: cut.start()])
            again = next((other for other in above if other > line_no and lines[other].key == key), None)
            if again is not None:
                return again, name
    return headline, None


def _until_frame(lines: Sequence[Line], above: Sequence[int], below: Sequence[int], headline: int | None) -> Sequence[int]:
    """Return the lines of a story before a line of the page that is above it as well, if less text follows than precedes that line."""
    framing = {lines[line_no].key for line_no in above if line_no != headline and lines[line_no].kind is LineKind.SHORT}
    words = [lines[line_no].words if lines[line_no].kind is LineKind.PROSE else 0 for line_no in below]
    before, total = 0, sum(words)
    for position, line_no in enumerate(below):
        if lines[line_no].kind is LineKind.SHORT and lines[line_no].key in framing and 2 * before > total:
            return below[:position]
        before += words[position]
    return below


def _stamp_of_story(lines: Sequence[Line], line_nos: Sequence[int], headline: int | None) -> int | None:
    """Return the first stamp below the headline, else the last above it: the first stamp of a page may be today's date."""
    stamps = [line_no for line_no in line_nos if lines[line_no].stamp]
    below = (line_no for line_no in stamps if headline is None or line_no > headline)
    return next(below, stamps[-1] if stamps else None)


def _outlet_near(lines: Sequence[Line], line_nos: Sequence[int], headline: int | None, stamp: int | None) -> str | None:
    """Return the name directly above the stamp, or the first line of the page where the headline follows it.

    Between headline and stamp the names of outlets and of authors are alike: one like a person's must have a word of newspapers' names.
    """
    candidates = [
        before
        for before, line_no in pairwise(line_nos)
        if line_no == stamp and not (headline is not None and before > headline and _may_be_person(lines[before].text))
    ]
    if (
        line_nos[1:2] == [headline]
        and all(lines[line_no].kind in TEXTLESS_KINDS for line_no in range(line_nos[0] - 1, -1, -1))  # upwards: soon false in a list
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


def _may_be_person(name: str) -> bool:
    words = name.split()
    is_like_one = len(words) in PERSON_WORDS and all(word[0].isupper() and not word.isupper() and "." not in word[1:-1] for word in words)
    return is_like_one and not has_outlet_word(name)


def _main_part(lines: Sequence[Line], line_nos: Sequence[int], prose: Sequence[int]) -> Sequence[int]:
    """Return the lines of the page's main story, with those above it that may be its header.

    Other prose of the page (a notice above its menu, comments or a footer below) is short, and separated from the story by lines of the
    page.
    """
    if len(prose) == 1 or _is_wrapped(lines, line_nos):
        return line_nos
    runs, sizes = _runs(lines, line_nos, prose)
    main = sizes.index(max(sizes))
    min_words = max(MAX_PAGE_PROSE_SHARE * sizes[main], min(MAX_PAGE_PROSE_WORDS, MAX_SHORT_STORY_SHARE * sizes[main]))
    if len(runs) == 1:
        return line_nos
    main_stems = _stems(lines, line_nos, runs[main])
    belongs = [
        run is runs[main] or (size >= min_words and cohesion(main_stems, _stems(lines, line_nos, run)) >= MIN_COHESION)
        for run, size in zip(runs, sizes, strict=True)
    ]
    first = next((position for position in range(main, 0, -1) if not belongs[position - 1]), 0)
    last = next((position for position in range(main, len(runs) - 1) if not belongs[position + 1]), len(runs) - 1)
    start = runs[first - 1][-1] + 1 if first else 0
    return line_nos[start : runs[last + 1][0] if last + 1 < len(runs) else len(line_nos)]


def _stems(lines: Sequence[Line], line_nos: Sequence[int], run: Sequence[int]) -> frozenset[str]:
    return stems_of(" ".join(lines[line_nos[position]].text for position in run))


def _runs(lines: Sequence[Line], line_nos: Sequence[int], prose: Sequence[int]) -> tuple[list[list[int]], list[int]]:
    """Return the runs of prose between lines of the page, and the number of words of each."""
    runs: list[list[int]] = [[prose[0]]]
    for before, position in pairwise(prose):
        if (
            position - before > MIN_PART_LINES
            and sum(_is_page_line(lines[line_no]) for line_no in line_nos[before + 1 : position]) >= MIN_PART_LINES
        ):
            runs.append([])
        runs[-1].append(position)
    return runs, [sum(lines[line_nos[position]].words for position in run) for run in runs]


def remove_asides(lines: Sequence[Line], body: Sequence[int]) -> tuple[int, ...]:
    """Return a story's lines without other prose of the page below it: short, and separated from the story by lines of the page."""
    prose = [position for position, line_no in enumerate(body) if lines[line_no].kind is LineKind.PROSE]
    if len(prose) < 2 or prose[-1] - prose[0] < MIN_PART_LINES:
        return tuple(body)
    runs, sizes = _runs(lines, body, prose)
    total = 0
    for position, (run, size) in enumerate(zip(runs, sizes, strict=True)):
        if position and size < MAX_PAGE_PROSE_SHARE * total:
            return tuple(body[: run[0]])
        total += size
    return tuple(body)


def _is_page_line(line: Line) -> bool:
    """Return whether a line between two paragraphs belongs to the page: no short sentence of the story, no item of a list."""
    if line.kind is LineKind.SHORT:
        return not (line.is_bullet or line.is_terminated or CONTINUES.match(line.text))
    return True


def body_start(lines: Sequence[Line], line_nos: Sequence[int], prose: int, headline: int | None) -> int:
    """Return the position where the body begins: a long line without an end below the headline (a deck, a summary), or the first prose."""
    if headline is None:
        return prose
    for position in range(prose - 1, -1, -1):
        line = lines[line_nos[position]]
        if line_nos[position] == headline or line.key == lines[headline].key or line.kind is not LineKind.SHORT:
            break
        is_continued = bool(CONTINUES.match(lines[line_nos[position + 1]].text))
        if (line.words >= MIN_DECK_WORDS or is_continued) and not is_byline(line.text):
            prose = position
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
    """Return whether a page is an index: most of its words are headlines. It may have notices, each a sentence or two.

    Lines of a text that is wrapped at a column are no headlines.
    """
    headlines = [
        lines[line_no].words for line_no in line_nos if lines[line_no].kind is LineKind.SHORT and lines[line_no].words >= MIN_HEADLINE_WORDS
    ]
    if len(headlines) < MIN_INDEX_HEADLINES or _is_wrapped(lines, line_nos):
        return False
    prose = [position for position, line_no in enumerate(line_nos) if lines[line_no].kind is LineKind.PROSE]
    prose_words = [lines[line_nos[position]].words for position in prose]
    are_notices = max(prose_words, default=0) <= MAX_NOTICE_WORDS and all(position - before > 1 for before, position in pairwise(prose))
    return sum(prose_words) < (MAX_NOTICES_SHARE if are_notices else MAX_INDEX_PROSE_SHARE) * (sum(prose_words) + sum(headlines))


def _is_wrapped(lines: Sequence[Line], line_nos: Sequence[int]) -> bool:
    """Return whether many lines continue the one above, as in text that is wrapped at a column."""
    return sum(bool(CONTINUES.match(lines[line_no].text)) for line_no in line_nos) > MAX_CONTINUED_SHARE * len(line_nos)


def best_headline(lines: Sequence[Line], above: Sequence[int]) -> int | None:
    """Return the line number of the headline among the lines above a story: the first of the last run of short lines that is long enough.

    Where the story has a byline or a stamp, the headline is next above that: a menu may be above it, and buttons below.
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
            has_long = has_long or lines[line_no].words >= MIN_LONG_LINE_WORDS
    run.reverse()
    for min_words in HEADLINE_WORD_LIMITS:
        fitting = [line_no for line_no in run if lines[line_no].words >= min_words]
        if fitting:
            return fitting[0]
    return None


def _may_be_headline(line: Line) -> bool:
    return line.kind is LineKind.SHORT and not line.is_bullet and not is_byline(line.text) and not PATH.search(line.text)


def _above_byline(lines: Sequence[Line], above: Sequence[int]) -> int | None:
    """Return the headline next above the last byline, or next above a stamp without another long line below it."""
    for position in range(len(above) - 1, max(-1, len(above) - 1 - MAX_LINES_BELOW_BYLINE), -1):
        line = lines[above[position]]
        if line.kind is LineKind.STAMP or (line.kind is LineKind.SHORT and is_byline(line.text)):
            return _next_above(lines, above[:position][::-1])
        if _may_be_headline(line) and line.words > MIN_HEADLINE_WORDS:
            return None
    return None


def _next_above(lines: Sequence[Line], upwards: Sequence[int]) -> int | None:
    """Return the first of the long lines (headline, deck) next above a byline. `upwards`: the lines from the byline to the top."""
    found = None
    for position, line_no in enumerate(upwards):
        if _may_be_headline(lines[line_no]) and lines[line_no].words >= MIN_HEADLINE_WORDS:
            if found is not None and is_outlet_name(lines[line_no].text):
                break
            found = line_no
        elif found is not None or position >= MAX_NAMES_ABOVE_BYLINE:
            break
    nearest = upwards[0] if upwards else None
    is_short = nearest is not None and _may_be_headline(lines[nearest]) and lines[nearest].words >= MIN_LONG_LINE_WORDS
    return nearest if found is None and is_short else found
