"""How well pages are cut: boundary and exact F1, outlets and times, by template.

The definition is that of the labelled data's evaluation: a truth is found where the best of the page's remaining articles shares words
with it at an F1 of 0.8, and exactly where that is 0.97 and the headlines' likeness is 0.9.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.records import Cut
from streams.split import split_page
from tests.quality.unlike.made import Made, Truth
from tests.quality.unlike.stories import FETCHED_AT

WORD = re.compile(r"\w+")
FOUND = 0.8
EXACT = 0.97
SAME_TITLE = 0.9


@dataclass(frozen=True, slots=True)
class Judged:
    """An article that was cut, and its truth."""

    cut: Cut
    is_found: bool
    is_exact: bool


def words(text: str | None) -> list[str]:
    """Return the words of a text in lower case."""
    return WORD.findall((text or "").lower())


def overlap(one: str, other: str) -> float:
    """Return the F1 of the words that two texts share."""
    first, second = Counter(words(one)), Counter(words(other))
    shared = (first & second).total()
    return 2 * shared / (first.total() + second.total()) if shared else 0.0


def same_title(one: str | None, other: str | None) -> bool:
    """Return whether two headlines are the same but for a word or a sign."""
    return SequenceMatcher(None, " ".join(words(one)), " ".join(words(other)), autojunk=False).ratio() >= SAME_TITLE


def judged(truths: Iterable[Truth], cuts: Sequence[Cut], counts: Counter[str]) -> list[Judged]:
    """Match cuts with the truth, in its order; add what was found to `counts`."""
    left, result = list(cuts), []
    for article in truths:
        best = max(left, key=lambda cut: overlap(cut.body, article.body), default=None)
        value = overlap(best.body, article.body) if best else 0.0
        counts["articles"] += 1
        if best is None or value < FOUND:
            continue
        left.remove(best)
        is_exact = value >= EXACT and same_title(best.title, article.title)
        counts.update(boundary=1, exact=is_exact)
        for name in ("outlet", "published_at"):
            expected = getattr(article, name)
            counts.update(
                {f"{name}_n": expected is not None, name: expected is not None and _same_field(name, getattr(best, name), expected)}
            )
        result.append(Judged(best, True, is_exact))
    counts["found"] += len(cuts)
    return [*result, *(Judged(cut, False, False) for cut in left)]


def _same_field(name: str, found: str | None, expected: str) -> bool:
    return words(found) == words(expected) if name == "outlet" else (found or "").startswith(expected.rstrip("Z")[:16])


def figures(counts: Counter[str]) -> dict[str, float]:
    """Return the figures of counts; 1 where there was nothing to find and nothing was found."""
    everything = counts["articles"] + counts["found"]
    result = {f"{name}_f1": 2 * counts[name] / everything if everything else 1.0 for name in ("boundary", "exact")}
    return result | {name: counts[name] / counts[f"{name}_n"] for name in ("outlet", "published_at") if counts[f"{name}_n"]}


def score(pages: Iterable[Made], *, format: Format = Format.TEXT) -> dict[str, dict[str, float]]:
    """Return the figures by template, and of all."""
    counts: dict[str, Counter[str]] = {"all": Counter()}
    for page in pages:
        own: Counter[str] = Counter()
        judged(page.truth, split_page(Page(page.text, format), FETCHED_AT).cuts, own)
        for name in ("all", page.template):
            counts.setdefault(name, Counter()).update(own)
    return {name: figures(total) for name, total in counts.items()}
