"""`make bench-classes`: articles of 3 KB that are labelled in a second on one core, with the shipped classes, and with 50 and 200 more.

"All classes" are those that are shipped and 200 generated ones. A generated class is a shipped one (each in turn) with every word replaced:
as many terms, conditions and homonyms, other words. A text of 3,000 characters has 15 words of the shipped classes, as the labelled news
has, and 5 words of each of two generated ones. Times are processor time, the set-ups in turns, so other programs count little.
"""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from random import Random

from bench.news import body_of, lexicon
from streams.class_records import NewsClass, TermGroup
from streams.classes import ClassSet, builtin_classes, class_set
from streams.classify import classify

_CHARS, _ARTICLES, _REPETITIONS = 3000, 300, 5
_SHIPPED_WORDS, _GENERATED_WORDS, _GENERATED_IN_TEXT = 15, 5, 2
_GENERATED = (0, 50, 200)


@dataclass(frozen=True, slots=True)
class SetUp:
    """Classes with the seconds that their automaton took to build, and the articles a second of each repetition."""

    classes: ClassSet
    build_s: float
    rates: list[float]


def _words_of(classes: Sequence[NewsClass]) -> list[str]:
    groups = [group for news_class in classes for group in news_class.groups]
    return [term for group in groups for term in (*chain(*group.terms.values()), *group.near, *group.unless)]


def _text(number: int, shipped: Sequence[NewsClass], generated: Sequence[NewsClass]) -> str:
    """Return 3,000 characters; typographic quotes in each and accents in every other one, as news in English and in Spanish has."""
    chance, words = Random(number), list[str]()
    for part in range(8):
        words += body_of(8 * number + part, 0, 1).split(" ")
    terms = chance.choices(_words_of(shipped), k=_SHIPPED_WORDS)
    for news_class in chance.sample(generated, _GENERATED_IN_TEXT):
        terms += chance.choices(_words_of([news_class]), k=_GENERATED_WORDS)
    for place, term in zip(chance.sample(range(400), len(terms)), terms, strict=True):
        words[place] = term
    text = "“" + " ".join(words) + "”"
    return (text.replace("ma", "má") if number % 2 else text)[:_CHARS]


def _generated(shipped: Sequence[NewsClass], number: int) -> NewsClass:
    """Return class `number`: a shipped one in other words, of the same length in words and with the same capitals."""
    model, chance, other = shipped[number % len(shipped)], Random(number), dict[str, str]()
    lexicon_words = lexicon()[0]
    # Makes them words that no text and no other class has by chance: 200 classes would else be found in each text.
    ending = "".join("bdfgklmnpr"[int(digit)] for digit in f"{number:03}")

    def word(old: str) -> str:
        new = other.setdefault(old.lower(), chance.choice(lexicon_words).lower() + ending)
        return new.capitalize() if old[:1].isupper() else new

    def words(terms: Sequence[str]) -> tuple[str, ...]:
        return tuple(" ".join(map(word, term.split(" "))) for term in terms)

    groups = tuple(_in_other_words(group, words) for group in model.groups)
    return replace(model, id=f"{model.id}-{number}", name=f"{model.name} {number}", groups=groups, examples=())


def _in_other_words(group: TermGroup, words: Callable[[Sequence[str]], tuple[str, ...]]) -> TermGroup:
    return replace(
        group,
        terms={language: words(terms) for language, terms in group.terms.items()},
        only_after=words(group.only_after),
        not_after=words(group.not_after),
        not_before=words(group.not_before),
        near=words(group.near),
        unless=words(group.unless),
    )


def _set_up(classes: Sequence[NewsClass]) -> SetUp:
    begun = time.process_time()
    built = class_set(classes, "")
    return SetUp(built, time.process_time() - begun, [])


def _rate(texts: Sequence[str], classes: ClassSet) -> float:
    begun = time.process_time()
    for text in texts:
        classify(text[:60], text[60:], "en", classes)
    return len(texts) / (time.process_time() - begun)


def main() -> None:
    """Print a table for people, and one JSON object as the last line."""
    shipped = builtin_classes().classes
    generated = [_generated(shipped, number) for number in range(max(_GENERATED))]
    texts = [_text(number, shipped, generated) for number in range(_ARTICLES)]
    set_ups = [_set_up([*shipped, *generated[:more]]) for more in _GENERATED]
    for _ in range(_REPETITIONS):
        for set_up in set_ups:
            set_up.rates.append(_rate(texts, set_up.classes))
    print(f"articles of {_CHARS:,} characters, one core, {_REPETITIONS} times {_ARTICLES} of them")
    print("classes  patterns  articles/s: median, least to most      built in")
    for set_up in set_ups:
        patterns, median = len(set_up.classes.matcher.uses), statistics.median(set_up.rates)
        spread = f"{min(set_up.rates):,.0f} to {max(set_up.rates):,.0f}"
        print(f"{len(set_up.classes.classes):7} {patterns:9,} {median:19,.0f}, {spread:18} {set_up.build_s:9.2f} s")
    medians = [round(statistics.median(set_up.rates)) for set_up in set_ups]
    print(json.dumps({"articles_per_s": medians[0], "articles_per_s_all_classes": medians[-1]}))


if __name__ == "__main__":
    main()
