"""Find the stories of a page that is in parts, by marked headings or by gaps, some of which are sections of the story above them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from streams.split.text.blocks import Block, until_story_end
from streams.split.text.bodies import MIN_MEAN_HEADLINE_WORDS, SPEECH
from streams.split.text.cohesion import MAX_HEADING_WORDS, new_story_flags
from streams.split.text.lines import RULE, Line, LineKind, is_text
from streams.split.text.single_story import best_headline
from streams.split.text.stamps import is_byline, is_outlet_name

MIN_LISTED_HEADLINE_WORDS = 3  # fewer than elsewhere: its position in the list is evidence as well
MAX_LISTED_HEADER_LINES = 4
MIN_STORIES = 3  # between gaps
MIN_UNHEADED_WORDS = 80  # of a part without a heading that may be a story, and of the part above it
DEFAULT_GAP = 100  # lines, so that no gap is wide on a page without sentences
MAX_LOOSE_PARTS = 2  # of short lines alone between gaps: more are headers apart from their stories
MIN_MARKED = 2  # headings of a level with text below
UNDERLINE_LEVEL = 7  # below those of Markdown
MAX_WIDTH_DIFFERENCE = 3  # of a heading and its underline


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page: the lines of its heading, and those below it."""

    header: tuple[int, ...]
    body: tuple[int, ...]


def marked_blocks(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Block]:
    """Return the stories below the headings that a page marks: the highest level that several headings with text have."""
    levels = {line_no: level for line_no in text_line_nos if (level := _level(lines, line_no))}
    for level in sorted(set(levels.values())):
        starts = [position for position, line_no in enumerate(text_line_nos) if levels.get(line_no, level + 1) <= level]
        parts = [
            Part((text_line_nos[start],), tuple(text_line_nos[start + 1 : stop]))
            for start, stop in pairwise([*starts, len(text_line_nos)])
            if levels[text_line_nos[start]] == level and any(is_text(lines[line_no]) for line_no in text_line_nos[start + 1 : stop])
        ]
        if len(parts) >= MIN_MARKED:
            return _blocks(lines, _without_farewell(parts), are_marked=True)
    return []


def _level(lines: Sequence[Line], line_no: int) -> int:
    """Return the level of a heading, or 0 for any other line."""
    line = lines[line_no]
    if line.level or line_no + 1 >= len(lines) or line.kind is not LineKind.SHORT:
        return line.level
    rule = lines[line_no + 1]
    is_rule = rule.kind is LineKind.DEBRIS and RULE.fullmatch(rule.text) and rule.text[0] in "-=~^"
    return UNDERLINE_LEVEL if is_rule and abs(len(rule.text) - len(line.text)) <= max(MAX_WIDTH_DIFFERENCE, len(line.text) // 4) else 0


def _without_farewell(parts: list[Part]) -> list[Part]:
    """Return the parts; the last without lines of the page below it, if each other part is a single paragraph."""
    if any(len(part.body) > 1 for part in parts[:-1]):
        return parts
    return [*parts[:-1], Part(parts[-1].header, parts[-1].body[:1])]


def gapped_blocks(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Block]:
    """Return the stories of a page with wider gaps between stories than between paragraphs."""
    pairs = list(pairwise(text_line_nos))
    inside = Counter(line_no - earlier for earlier, line_no in pairs if lines[line_no].is_terminated)
    usual_length = inside.most_common(1)[0][0] if inside else DEFAULT_GAP
    wide = [position for position, (earlier, line_no) in enumerate(pairs, 1) if line_no - earlier > usual_length]
    parts = [text_line_nos[start:stop] for start, stop in pairwise([0, *wide, len(text_line_nos)])]
    have_text = [any(is_text(lines[line_no]) for line_no in part) for part in parts]
    with_text = [part for part, has_text in zip(parts, have_text, strict=True) if has_text]
    if any(lines[line_no].kind is LineKind.STAMP for part in with_text for line_no in part):
        return []  # stamps in the stories are better evidence than gaps
    without_text = (part for part, has_text in zip(parts[1:], have_text[1:], strict=True) if not has_text)
    loose = sum(all(lines[line_no].kind is LineKind.SHORT for line_no in part) for part in without_text)
    if loose > MAX_LOOSE_PARTS:
        return []  # headers are apart from their stories, so gaps are no evidence
    found = _without_greetings([_part(lines, part) for part in with_text])
    if len(found) < MIN_STORIES:
        return []
    if _are_headlines(lines, found):
        return [_block(lines, [part]) for part in found]
    stories = _blocks(lines, list(_with_short_parts_joined(lines, found)), are_marked=False)
    return stories if len(stories) >= MIN_STORIES else []


def _are_headlines(lines: Sequence[Line], parts: Sequence[Part]) -> bool:
    """Return whether the headings of all parts are long enough for headlines, which those of sections seldom are."""
    words = [max((lines[line_no].words for line_no in part.header), default=0) for part in parts]
    return min(words) >= MIN_LISTED_HEADLINE_WORDS and sum(words) >= MIN_MEAN_HEADLINE_WORDS * len(words)


def _part(lines: Sequence[Line], line_nos: Sequence[int]) -> Part:
    first = next(position for position, line_no in enumerate(line_nos) if is_text(lines[line_no]))
    start = first - _heading_lines(lines, line_nos, first)
    return Part(tuple(line_nos[start:first]), tuple(line_nos[first:]))


def _without_greetings(parts: list[Part]) -> list[Part]:
    """Return the parts without those at the start and the end that have no heading, where others have one."""
    headed = [number for number, part in enumerate(parts) if part.header]
    return parts[headed[0] : headed[-1] + 1] if len(headed) >= MIN_STORIES else parts


def _with_short_parts_joined(lines: Sequence[Line], parts: Sequence[Part]) -> Iterator[Part]:
    """Yield the parts; one without a heading belongs to that above it where either is short."""
    above: Part | None = None
    for part in parts:
        if above is None:
            above = part
        elif not part.header and min(_words(lines, above), _words(lines, part)) < MIN_UNHEADED_WORDS:
            above = Part(above.header, (*above.body, *part.body))
        else:
            yield above
            above = part
    if above is not None:
        yield above


def _words(lines: Sequence[Line], part: Part) -> int:
    return sum(lines[line_no].words for line_no in part.body)


def header_length(lines: Sequence[Line], part: Sequence[int]) -> int:
    """Return the number of short lines directly above the first prose of a part, or 0 where none of them can be a headline."""
    first = next((position for position, line_no in enumerate(part) if is_text(lines[line_no])), 0)
    length = _heading_lines(lines, part, first)
    is_headed = any(lines[line_no].words >= MIN_LISTED_HEADLINE_WORDS for line_no in part[first - length : first])
    return length if is_headed else 0


def _heading_lines(lines: Sequence[Line], part: Sequence[int], first: int) -> int:
    """Return the number of short lines directly above position `first` of a part."""
    start = first
    while start and first - start < MAX_LISTED_HEADER_LINES and _is_heading_line(lines[part[start - 1]]):
        start -= 1
    return first - start


def _is_heading_line(line: Line) -> bool:
    is_sentence = line.is_terminated and (line.text.endswith((".", '."', ".”")) or line.text[0] in SPEECH)
    return line.kind is LineKind.SHORT and not is_sentence and not is_text(line)


def _blocks(lines: Sequence[Line], parts: Sequence[Part], are_marked: bool) -> list[Block]:
    """Return the stories that the parts make up; none where they are sections of one."""
    texts = ["\n".join(lines[line_no].text for line_no in (*part.header, *part.body)) for part in parts]
    words = [max((lines[line_no].words for line_no in part.header), default=0) for part in parts]
    flags = new_story_flags([(text, MAX_HEADING_WORDS if are_marked else count) for text, count in zip(texts, words, strict=True)])
    starts = [number for number, is_new in enumerate(flags) if is_new]
    if len(starts) < MIN_MARKED:
        return []
    return [_block(lines, parts[start:stop]) for start, stop in pairwise([*starts, len(parts)])]


def _block(lines: Sequence[Line], parts: Sequence[Part]) -> Block:
    header = parts[0].header
    headline = best_headline(lines, header) if len(header) > 1 else header[0] if header else None
    body = [*parts[0].body, *(line_no for part in parts[1:] for line_no in (*part.header, *part.body))]
    named = (line_no for line_no in header if line_no != headline and is_outlet_name(lines[line_no].text))
    outlet = next((lines[line_no].text for line_no in named if not is_byline(lines[line_no].text)), None)
    return Block(header=header, headline=headline, body=until_story_end(lines, body), method="list", outlet=outlet)
