"""Learn the layout of a page's headers: at which offset from the stamp headline and outlet are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from streams.split.text.bodies import SPEECH, is_credit
from streams.split.text.lines import MIN_HEADLINE_WORDS, Line, LineKind
from streams.split.text.stamps import is_byline, is_outlet_name

MAX_ABOVE = 5  # lines above a stamp that can be headline or outlet
MAX_BELOW = 6  # and below it
MAX_LEARNED_FROM = 100  # headers of a page, so that a long page takes no more time
# How well a line fits as a headline or an outlet, for the offset that fits best over all headers of the page.
LONG_HEADLINE_SCORE = 2.0  # at least `MIN_HEADLINE_WORDS`
SHORT_HEADLINE_SCORE = 1.0  # one word less
NAME_AS_HEADLINE_SCORE = 0.2
REPEATED_HEADLINE_BONUS = 1  # printed twice in its header
NOT_A_HEADLINE_PENALTY = 2  # a name of several headers, or a bullet
NOT_AN_OUTLET_SCORE = -1.0
OUTLET_SCORE = 1.0
REPEATED_OUTLET_BONUS = 1
SHARED_OUTLET_BONUS = 0.3  # in several headers; categories are as well
BULLET_PENALTY = 0.5  # more often a category
MISSING_LINE_SCORE = -0.5
MAX_LEARNED_OUTLET_WORDS = 6  # of a line that votes for the outlet's offset


@dataclass(frozen=True, slots=True)
class Cluster:
    """The numbers of the lines around one stamp: `above` nearest first, `below` in order, down to the first line of the story."""

    stamp: int
    above: tuple[int, ...]
    below: tuple[int, ...]
    story: int  # position in `text_line_nos`

    def at(self, offset: int) -> int | None:
        """Return the number of the line at `offset` from the stamp (-1 is the line above it), or None."""
        side = self.above if offset < 0 else self.below
        return side[abs(offset) - 1] if abs(offset) <= len(side) else None


def clusters_of(lines: Sequence[Line], text_line_nos: Sequence[int]) -> list[Cluster]:
    """Return a cluster for each stamp that is the last one above a story."""
    found: list[Cluster] = []
    stamp: int | None = None
    for position, line_no in enumerate(text_line_nos):
        if lines[line_no].kind is LineKind.STAMP:
            stamp = position
        elif lines[line_no].kind is LineKind.PROSE and stamp is not None:
            above = _short_above(lines, text_line_nos, stamp)
            below = tuple(other for other in text_line_nos[stamp + 1 : position] if _may_be_headline_or_name(lines[other]))[:MAX_BELOW]
            found.append(Cluster(text_line_nos[stamp], above, below, position))
            stamp = None
    return found


def _short_above(lines: Sequence[Line], text_line_nos: Sequence[int], stamp: int) -> tuple[int, ...]:
    line_nos = []
    for position in range(stamp - 1, max(-1, stamp - 1 - MAX_ABOVE), -1):
        if lines[text_line_nos[position]].kind is not LineKind.SHORT or _is_speech(lines[text_line_nos[position]]):
            break
        if _may_be_headline_or_name(lines[text_line_nos[position]]):
            line_nos.append(text_line_nos[position])
    return tuple(line_nos)


def _may_be_headline_or_name(line: Line) -> bool:
    """Return whether a line of a header can be headline, outlet or category: no byline, no caption."""
    return line.kind is LineKind.SHORT and not (is_byline(line.text) or is_credit(line.text) or _is_speech(line))


def _is_speech(line: Line) -> bool:
    return line.text[:1] in SPEECH and line.is_terminated


def header_layout(lines: Sequence[Line], clusters: Sequence[Cluster]) -> tuple[int, int]:
    """Return the offsets of headline and outlet from the stamp; 0 for none, and for an outlet that most stamps have on their own line."""
    names = _names(lines, clusters)
    headline_offset = _best_offset(clusters, lambda cluster, line_no: _headline_score(lines, cluster, line_no, names), frozenset())
    if 2 * sum(_has_outlet(lines[cluster.stamp]) for cluster in clusters) > len(clusters):
        return headline_offset, 0
    taken = frozenset({headline_offset})
    return headline_offset, _best_offset(clusters, lambda cluster, line_no: _outlet_score(lines, cluster, line_no, names), taken)


def _has_outlet(line: Line) -> bool:
    return line.stamp is not None and line.stamp.outlet is not None


def _best_offset(clusters: Sequence[Cluster], score: Callable[[Cluster, int], float], taken: frozenset[int]) -> int:
    """Return the offset from the stamp with the highest total score over all clusters; 0 where no offset scores above zero."""
    totals = {0: 0.0}
    for offset in (*range(-MAX_ABOVE, 0), *range(1, MAX_BELOW + 1)):
        if offset not in taken:
            line_nos = ((cluster, cluster.at(offset)) for cluster in clusters[:MAX_LEARNED_FROM])
            totals[offset] = sum(MISSING_LINE_SCORE if line_no is None else score(cluster, line_no) for cluster, line_no in line_nos)
    return max(totals, key=lambda offset: (totals[offset], -abs(offset)))


def _names(lines: Sequence[Line], clusters: Sequence[Cluster]) -> frozenset[str]:
    """Return the keys of lines that are in several headers: outlets and categories, not headlines."""
    seen: set[str] = set()
    names: set[str] = set()
    for cluster in clusters:
        keys = {lines[line_no].key for line_no in (*cluster.above, *cluster.below)}
        names |= seen & keys
        seen |= keys
    return frozenset(names)


def _headline_score(lines: Sequence[Line], cluster: Cluster, line_no: int, names: frozenset[str]) -> float:
    line = lines[line_no]
    score = NAME_AS_HEADLINE_SCORE
    if line.words >= MIN_HEADLINE_WORDS - 1:
        score = LONG_HEADLINE_SCORE if line.words >= MIN_HEADLINE_WORDS else SHORT_HEADLINE_SCORE
    repeats = [other for other in (*cluster.above, *cluster.below) if lines[other].key == line.key]
    if line.key in names or (line.is_bullet and (line.words < MIN_HEADLINE_WORDS or len(repeats) > 1)):
        score -= NOT_A_HEADLINE_PENALTY
    is_repeated = len(repeats) > 1 and not any(lines[other].is_bullet for other in repeats)
    return score + (REPEATED_HEADLINE_BONUS if is_repeated else 0)


def _outlet_score(lines: Sequence[Line], cluster: Cluster, line_no: int, names: frozenset[str]) -> float:
    line = lines[line_no]
    if line.words > MAX_LEARNED_OUTLET_WORDS or not is_outlet_name(line.text):
        return NOT_AN_OUTLET_SCORE
    is_repeated = sum(lines[other].key == line.key for other in (*cluster.above, *cluster.below)) > 1
    score = OUTLET_SCORE + is_repeated * REPEATED_OUTLET_BONUS + (line.key in names) * SHARED_OUTLET_BONUS
    return score - (line.is_bullet and not is_repeated) * BULLET_PENALTY
