"""Classify an article: the regions and topics that it mentions or is about, with the evidence in its text."""

from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from streams.classify.class_records import Example, NewsClass
from streams.classify.class_set import ClassSet
from streams.classify.fold import Folded
from streams.classify.masks import masked_spans
from streams.classify.matcher import Hit, find_hits
from streams.classify.place_rules import is_rivalled, label_by_places
from streams.classify.score import HEADLINE_CHARS, is_about, measure_prominence, score
from streams.frozen import dataclass
from streams.places.places import places_of
from streams.records import Evidence, Label, Place

MAX_EVIDENCE = 20
LABEL_SCORE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The labels of one article, each list in order of id."""

    regions: tuple[Label, ...]
    topics: tuple[Label, ...]


class _Article(NamedTuple):
    """Headline and body joined, with the end of the headline, the start of the body, and the places."""

    text: str
    headline_end: int
    body_start: int
    places: Sequence[Place]


def classify(
    title: str | None,
    body: str,
    language: str | None,
    classes: ClassSet,
    min_score: float = LABEL_SCORE,
    *,
    folded: Folded | None = None,
    places: Sequence[Place] | None = None,
) -> Labels:
    """Return the labels of an article, with evidence.

    Args:
        title: the headline; without one the body's first line is used as the headline.
        body: the text, any length; the work is linear in it.
        language: two letters, as the article's; None where unknown.
        classes: the classes to look for.
        min_score: the lowest score of a label.
        folded: headline, line end and body folded, where the caller has it.
        places: of the article, where the caller has them; only classes with a place rule need them.
    """
    heading = title or ""
    text = f"{heading}\n{body}"
    headline_end = len(heading) if heading.strip() else 1 + _headline_length(body)
    labels: dict[str, list[Label]] = {"region": [], "topic": []}
    hits_by_class = find_hits(text, language, classes.matcher, headline_end, masked_spans(heading, body), folded=folded)
    if places is None:
        places = places_of(title, body, language).places if classes.by_places else ()
    article = _Article(text, headline_end, len(heading) + 1, places)
    for number, hits in hits_by_class.items():
        news_class = classes.classes[number]
        label = _label(news_class, hits, article, min_score)
        if label is not None:
            labels[news_class.kind].append(label)
    if places and classes.by_places:
        _add_labels_by_places(labels, classes, places, min_score)
    return Labels(regions=tuple(labels["region"]), topics=tuple(labels["topic"]))


def _add_labels_by_places(labels: dict[str, list[Label]], classes: ClassSet, places: Sequence[Place], min_score: float) -> None:
    """Add the labels of classes whose terms give none and whose places do, in order of id."""
    for news_class in classes.by_places:
        of_kind = labels[news_class.kind]
        label = label_by_places(news_class, places, MAX_EVIDENCE)
        if label is not None and label.score >= min_score and all(other.id != label.id for other in of_kind):
            of_kind.append(label)
            of_kind.sort(key=attrgetter("id"))


def _headline_length(body: str) -> int:
    """Return the length of the body's first line or sentence, at most `HEADLINE_CHARS`."""
    ends = [end for mark in ("\n", "  ", ". ") if (end := body.find(mark, 1, HEADLINE_CHARS)) > 0]
    return min(ends, default=min(HEADLINE_CHARS, len(body)))


def _label(news_class: NewsClass, hits: Sequence[Hit], article: _Article, min_score: float) -> Label | None:
    """Return the label, or None if its score is too low."""
    text, headline_end, body_start, places = article
    prominence = measure_prominence(hits, headline_end, len(text))
    label_score = score(prominence, news_class.counts)
    if label_score < min_score:
        return None
    about = is_about(prominence, news_class.counts)
    if about and news_class.places and not prominence.headline:
        about = not is_rivalled(news_class.places, places, len(hits), headline_end, body_start)
    if len(hits) > MAX_EVIDENCE:
        strongest = sorted(hits, key=lambda hit: (-hit.use.weight, hit.start))[:MAX_EVIDENCE]
        hits = sorted(strongest, key=lambda hit: hit.start)
    evidence = tuple([_evidence(hit, text, body_start) for hit in hits])
    return Label(
        id=news_class.id,
        name=news_class.name,
        score=round(label_score, 3),
        about=about,
        evidence=evidence,
    )


def _evidence(hit: Hit, text: str, body_start: int) -> Evidence:
    """Return a hit of the joined text as a span of its field, in code points of that field."""
    field, shift = ("body", body_start) if hit.start >= body_start else ("title", 0)
    return Evidence(field=field, start=hit.start - shift, end=hit.end - shift, text=text[hit.start : hit.end])


def check_examples(classes: ClassSet) -> list[str]:
    """Return a message for each example of a class file without its expected label, with the matched words; empty if all pass."""
    failures = (_failure(news_class, example, classes) for news_class in classes.classes for example in news_class.examples)
    return [failure for failure in failures if failure is not None]


def _failure(news_class: NewsClass, example: Example, classes: ClassSet) -> str | None:
    labels = classify(example.title, example.body, example.language, classes, min_score=0.0)
    label = next((label for label in labels.regions + labels.topics if label.id == news_class.id), None)
    actual = "none" if label is None or label.score < LABEL_SCORE else "about" if label.about else "mentioned"
    if actual == example.expect:
        return None
    words = dict.fromkeys(evidence.text for evidence in label.evidence) if label is not None else ()
    matched = f"score {label.score:.2f} of {LABEL_SCORE}, found: {', '.join(words)}" if label is not None else "no term matches"
    beginning = (example.title or example.body)[:60]
    return f"{news_class.file}:{example.line}: expected {example.expect}, got {actual} ({matched}): {beginning!r}"
