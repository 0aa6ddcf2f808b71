"""Score dumps of many forms: `python -m tests.quality.dumps [--verbose]`. Sets: the real ones, and those of strangers by folder.

An article is found if its body has four fifths of its words in common with a true one (or with another that is right as well), or half of
them and the same beginning and end. Fields count where an article is found: `right` where the source prints the field, `made_up` a value
where it prints none. `sure_right`: the share of right ones among the articles with a confidence of 0.9 and more.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from streams.dumps.decode import decode_dump
from streams.errors import InvalidRecord
from streams.records import Cut
from streams.split import split_page
from tests.quality.scores import SHARED

SETS = {
    "real": SHARED / "data" / "real" / "dumps",
    "strangers": Path(__file__).parent / "strangers" / "dumps",
    "forms": Path(__file__).parent / "strangers" / "forms",
    "exports": Path(__file__).parent / "strangers" / "exports",
    "pages": Path(__file__).parent / "strangers" / "pages",
    "kept": Path(__file__).parent / "strangers" / "kept",
}
BOUNDS = Path(__file__).parent / "dumps.json"
FETCHED_AT = 1_795_867_200  # 2026-11-28T12:00:00Z, from which the ages of the sets count
MIN_SHARED, MIN_SHARED_WITH_ENDS = 0.8, 0.5
END_WORDS, NEAR_WORDS = 5, 12
SURE = 0.9
BINS = 10
WORD = re.compile(r"\w+")
NUMBER_OR_MARK = re.compile(r"^(\d{1,3}[.)]\s+|#+\s*)")


class Judged(NamedTuple):
    """An article that was found or not: its confidence, whether it is right, and the kind and format of its file."""

    confidence: float
    is_right: bool
    format: str


def measure(name: str, is_verbose: bool = False) -> dict[str, float]:
    """Return the figures of a set, by their names."""
    folder = SETS[name]
    counts: Counter[str] = Counter()
    judged: list[Judged] = []
    for truth in map(json.loads, (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()):
        page = decode_dump((folder / truth["file"]).read_bytes(), truth["content_type"])
        try:
            cuts = split_page(page, FETCHED_AT).cuts
        except InvalidRecord:  # a dead letter
            cuts = ()
        pairs = _pairs(cuts, truth["articles"])
        own = _counts(cuts, truth["articles"], pairs)
        judged += [Judged(cut.confidence, number in pairs, page.format.value) for number, cut in enumerate(cuts)]
        counts += own
        if is_verbose:
            print(f"{truth['file']:10} {truth['kind'][:40]:40} true {own['true']:3} found {own['found']:3} right {own['right']:3}")
    return _figures(counts, judged)


def _pairs(cuts: Sequence[Cut], articles: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Return cut -> true article, each once, the most similar first."""
    true = [[_words(body) for body in (article["body"], *article.get("alt", ()))] for article in articles]
    found = [_words(cut.body) for cut in cuts]
    scored = (
        (max(_shared(own, body) for body in bodies), number, other, any(_has_ends(own, body) for body in bodies))
        for number, own in enumerate(found)
        for other, bodies in enumerate(true)
    )
    pairs: dict[int, int] = {}
    for score, number, other, has_ends in sorted(scored, reverse=True):
        if score >= (MIN_SHARED_WITH_ENDS if has_ends else MIN_SHARED) and number not in pairs and other not in pairs.values():
            pairs[number] = other
    return pairs


def _counts(cuts: Sequence[Cut], articles: Sequence[Mapping[str, Any]], pairs: Mapping[int, int]) -> Counter[str]:
    needed = {other for other, article in enumerate(articles) if not article.get("optional")}
    counts = Counter({"true": len(needed), "right": len(needed & set(pairs.values()))})
    counts["found"] = len(cuts) - sum(other not in needed for other in pairs.values())
    for number, other in pairs.items():
        cut, article = cuts[number], articles[other]
        counts["matched"] += 1
        counts["title"] += _title(cut.title) == _title(article["title"])
        for field, have, want in (("outlet", cut.outlet, article["outlet"]), ("date", (cut.published_at or "")[:10], article["date"])):
            is_right = _words(have) == _words(want)
            counts[f"{field}_printed"] += bool(want)
            counts[f"{field}_right"] += bool(want) and is_right
            counts["made_up_or_wrong"] += bool(have) and not is_right
    return counts


def _figures(counts: Counter[str], judged: Sequence[Judged]) -> dict[str, float]:
    figures = {
        "boundary_f1": _share(2 * counts["right"], counts["true"] + counts["found"]),
        "title": _share(counts["title"], counts["matched"]),
        "outlet": _share(counts["outlet_right"], counts["outlet_printed"]),
        "date": _share(counts["date_right"], counts["date_printed"]),
        "made_up_or_wrong": counts["made_up_or_wrong"],
        "sure_right": _share(
            sum(item.is_right for item in judged if item.confidence >= SURE), sum(item.confidence >= SURE for item in judged)
        ),
        "calibration_error": calibration_error(judged),
    }
    by_format = defaultdict(list)
    for item in judged:
        by_format[item.format].append(item)
    return figures | {f"calibration_error_of_{format}": calibration_error(items) for format, items in sorted(by_format.items())}


def calibration_error(judged: Iterable[Judged]) -> float:
    """Return the mean distance of confidence and share of right articles, over ten bins."""
    bins: dict[int, list[Judged]] = defaultdict(list)
    for item in judged:
        bins[min(int(item.confidence * BINS), BINS - 1)].append(item)
    total = sum(abs(sum(item.confidence - item.is_right for item in inside)) for inside in bins.values())
    return total / max(1, sum(map(len, bins.values())))


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _words(text: str | None) -> list[str]:
    return WORD.findall((text or "").lower())


def _title(text: str | None) -> list[str]:
    return _words(NUMBER_OR_MARK.sub("", text or ""))


def _shared(one: Sequence[str], other: Sequence[str]) -> float:
    common = sum((Counter(one) & Counter(other)).values())
    return 2 * common / max(1, len(one) + len(other))


def _has_ends(one: Sequence[str], other: Sequence[str]) -> bool:
    return _begins_near(one, other) and _begins_near(one[::-1], other[::-1])


def _begins_near(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether one text begins within `NEAR_WORDS` of the beginning of the other."""
    size = min(END_WORDS, len(one), len(other))
    return any(
        long[start : start + size] == short[:size] for long, short in ((one, other), (other, one)) for start in range(NEAR_WORDS + 1)
    )


def bounds() -> dict[str, float]:
    """Return the floors of the figures, by "<set>.<figure>"; of errors and counts the ceilings."""
    known: dict[str, float] = json.loads(BOUNDS.read_text(encoding="utf-8"))
    return known


def holds(key: str, value: float, bound: float) -> bool:
    """Return whether a figure is not on the wrong side of its bound."""
    is_ceiling = "_error" in key or key.endswith("made_up_or_wrong")
    return value <= bound if is_ceiling else value >= bound


if __name__ == "__main__":
    for name, folder in SETS.items():
        for figure, value in measure(name, "--verbose" in sys.argv).items() if folder.is_dir() else ():
            print(f"{name}.{figure:36} {value:8.3f}")
