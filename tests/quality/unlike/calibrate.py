"""`python -m tests.quality.unlike.calibrate`: make the table of streams/split/text/confidence.py and validate it.

Examples are the cuts of damaged pages of `known.py` and `unseen.py` (undamaged, the rules were made for them, and say nothing of
others), of `fresh.py` and `hard.py` with and without damage, and of the labelled pages beside the project, with and without their
shapes. They are in two halves by template and page: each half is scored with what the other gave, and the project's table is
that of both.
"""

import itertools
import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from unittest import mock

from streams.split.text import confidence, split
from streams.split.text.blocks import Block, CutMethod
from streams.split.text.bodies import Body
from streams.split.text.lines import Line
from tests.quality.scores import SHARED
from tests.quality.unlike import fresh, hard, known, unseen
from tests.quality.unlike.made import Made, Template, Truth, made
from tests.quality.unlike.score import judged
from tests.quality.unlike.stories import FETCHED_AT

PAGES = 16
BINS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 1.01)
SIGNS = [sign.name for sign in fields(confidence.CutSigns)]
METHODS: tuple[CutMethod, ...] = ("shape", "lead", *confidence.RIGHT_SHARES)
PRIOR = 6  # cases of its method that are added to each cell
DAMAGE_SHARE = 0.06
STRANGE_CHARACTERS = 60
TOP = 0.99  # nothing is certain


@dataclass(frozen=True, slots=True)
class Example:
    """A cut: its method, its signs, and whether it was right."""

    method: CutMethod
    signs: tuple[bool, ...]
    is_right: bool


def damaged(page: Made) -> Made:
    """Return a page some of whose lines are lost, doubled or strange."""
    roll = random.Random(page.text[:200])
    lines: list[str] = []
    all_lines = page.text.split("\n")
    for line in all_lines:
        chance = roll.random()
        if chance < DAMAGE_SHARE:
            continue
        if chance < 1.5 * DAMAGE_SHARE:
            lines.append(line)
        elif chance < 2 * DAMAGE_SHARE:
            lines.append(roll.choice(all_lines)[:STRANGE_CHARACTERS])
        lines.append(line)
    return replace(page, text="\n".join(lines))


def examples(pages: Iterable[Made], shapes: bool) -> list[Example]:
    """Return all cuts of pages with their signs."""
    result: list[Example] = []
    for page in pages:
        seen: list[tuple[CutMethod, confidence.CutSigns]] = []

        def record(lines: Sequence[Line], block: Block, body: Body, seen: list[tuple[CutMethod, confidence.CutSigns]] = seen) -> float:
            seen.append((block.method, confidence.cut_signs(lines, block, body)))
            return float(len(seen))

        with mock.patch.object(split, "confidence_of", record):
            cuts = split.split_text(page.text, FETCHED_AT, shapes).cuts
        right = {int(item.cut.confidence): item.is_found for item in judged(page.truth, cuts, Counter())}
        result += [Example(method, astuple(signs), right[number]) for number, (method, signs) in enumerate(seen, 1)]
    return result


def labelled(remainder: int) -> list[Made]:
    """Return the labelled pages beside the project whose number leaves `remainder` by two; none where they are missing."""
    folder = SHARED / "data" / "pages"
    if not folder.is_dir():
        return []
    rows = [json.loads(line) for line in (folder / "truth.jsonl").read_text("utf-8").splitlines()]
    return [
        Made(
            template=row["layout"],
            text=(folder / row["file"]).read_text("utf-8"),
            truth=tuple(Truth(title=article["title"], body=article["body"]) for article in row["articles"]),
        )
        for number, row in enumerate(rows)
        if number % 2 == remainder
    ]


def worn(templates: Sequence[Template]) -> list[Example]:
    """Return the examples of templates with damage only: undamaged, the rules were made for them, and say nothing of other pages."""
    return examples(map(damaged, made(templates, PAGES, 1)), shapes=True)


def both(templates: Sequence[Template]) -> list[Example]:
    """Return the examples of templates, as they are and damaged."""
    pages = made(templates, PAGES, 1)
    return examples([*pages, *map(damaged, pages)], shapes=True)


def chances(data: Sequence[Example]) -> list[float]:
    """Return the confidence of each example, by the project's table."""
    signs = [confidence.CutSigns(*item.signs) for item in data]
    return [
        confidence.SHAPE_CONFIDENCE if item.method in confidence.SHAPE_METHODS else confidence.share_right(item.method, own)
        for item, own in zip(data, signs, strict=True)
    ]


def expected_error(data: Sequence[Example], stated: Sequence[float], bins: Sequence[float] = BINS) -> tuple[float, list[str]]:
    """Return the expected calibration error, and a row for each bin: its range, cases, mean confidence, share that was right."""
    rows, total = [], 0.0
    for low, high in itertools.pairwise(bins):
        inside = [(chance, item.is_right) for chance, item in zip(stated, data, strict=True) if low <= chance < high]
        if inside:
            mean, share = (sum(column) / len(inside) for column in zip(*inside, strict=True))
            total += abs(mean - share) * len(inside)
            rows.append(f"{low:.2f}-{min(high, 1):.2f} {len(inside):6} {mean:8.3f} {share:8.3f}")
    return total / max(1, len(data)), rows


def table_of(data: Sequence[Example]) -> dict[CutMethod, tuple[float, ...]]:
    """Return the share of right cuts by method and signs; a cell with few cases is drawn to the share of its method."""
    table: dict[CutMethod, tuple[float, ...]] = {}
    for method in METHODS:
        own = [item for item in data if item.method == method]
        usual = (sum(item.is_right for item in own) + 1) / (len(own) + 2)
        cells = []
        for signs in itertools.product((False, True), repeat=len(SIGNS)):
            cell = [item.is_right for item in own if item.signs == signs]
            cells.append(min(TOP, round((sum(cell) + PRIOR * usual) / (len(cell) + PRIOR), 2)))
        table[method] = tuple(cells)
    return table


def by_table(train: Sequence[Example], test: Sequence[Example]) -> list[float]:
    """Return the confidence of each of `test` by the table of `train`."""
    table = table_of(train)
    return [table[item.method][int("".join(str(int(sign)) for sign in item.signs), 2)] for item in test]


def report(label: str, data: Sequence[Example], stated: Sequence[float]) -> None:
    """Print calibration error, Brier score and bins."""
    error, rows = expected_error(data, stated)
    brier = sum((chance - item.is_right) ** 2 for chance, item in zip(stated, data, strict=True)) / len(data)
    share = sum(item.is_right for item in data) / len(data)
    sys.stdout.write(f"{label}: {len(data)} cuts, {share:.3f} right, calibration error {error:.3f}, Brier {brier:.3f}\n")
    sys.stdout.write("".join(f"  {row}\n" for row in rows))


def half(number: int) -> tuple[list[Example], list[Example]]:
    """Return the examples of one half: those of templates, those of the labelled pages."""
    tuned, others = (*known.TEMPLATES, *unseen.TEMPLATES), (*fresh.TEMPLATES, *hard.TEMPLATES)
    pages = labelled(number)
    return worn(tuned[number::2]) + both(others[number::2]), examples(pages, True) + examples(pages, False)


def main() -> None:
    """Fit and print."""
    halves = [half(0), half(1)]
    data = [made_up + real for made_up, real in halves]
    tables = [by_table(data[1 - number], data[number]) for number in (0, 1)]
    report("each half by the other's table", data[0] + data[1], tables[0] + tables[1])
    real = [by_table(data[1 - number], halves[number][1]) for number in (0, 1)]
    report("the labelled pages among them", halves[0][1] + halves[1][1], real[0] + real[1])
    for method, cells in table_of(data[0] + data[1]).items():
        sys.stdout.write(f'    "{method}": {cells},\n')


if __name__ == "__main__":
    main()
