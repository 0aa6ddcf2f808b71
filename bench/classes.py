"""`make bench-classes`: articles of 3 KB labelled per second on one core: with four classes, all shipped ones, 200 more.

The 200 are generated, and stand for a user's own. A generated class is one of the four (each in turn) with every word replaced: as many
terms, conditions and homonyms, other words. A text of 3,000 characters has 15 words of the four, as the labelled news has, 5 words of
each of two of those that are off by default, and 5 of each of two generated ones. Times are processor time, the set-ups in turns, so
other programs count little.
"""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from random import Random

from bench.news import body_of, lexicon
from streams.classify.class_records import NewsClass, TermGroup
from streams.classify.class_set import ClassSet, builtin_classes, class_set, extra_files, parse_classes
from streams.classify.classify import classify

_CHARS, _ARTICLES, _REPETITIONS = 3000, 300, 5
_WORDS_OF_FOUR, _WORDS_OF_OTHERS, _OTHERS_IN_TEXT = 15, 5, 2
_GENERATED = 200


@dataclass(frozen=True, slots=True)
class SetUp:
    """A set of classes, the seconds to build its automaton, and the articles per second of each repetition."""

    name: str
    classes: ClassSet
    build_s: float
    rates: list[float]


def _words_of(classes: Sequence[NewsClass]) -> list[str]:
    groups = [group for news_class in classes for group in news_class.groups]
    return [term for group in groups for term in (*chain(*group.terms.values()), *group.near, *group.unless)]


def _text(number: int, four: Sequence[NewsClass], extra: Sequence[NewsClass], generated: Sequence[NewsClass]) -> str:
    """Return 3,000 characters; typographic quotes in each and accents in every other one, as news in English and in Spanish has."""
    chance, words = Random(number), list[str]()
    for part in range(8):
        words += body_of(8 * number + part, 0, 1).split(" ")
    terms = chance.choices(_words_of(four), k=_WORDS_OF_FOUR)
    for news_class in (*chance.sample(extra, _OTHERS_IN_TEXT), *chance.sample(generated, _OTHERS_IN_TEXT)):
        terms += chance.choices(_words_of([news_class]), k=_WORDS_OF_OTHERS)
    for slot, term in zip(chance.sample(range(400), len(terms)), terms, strict=True):
        words[slot] = term
    text = "“" + " ".join(words) + "”"
    return (text.replace("ma", "má") if number % 2 else text)[:_CHARS]


def _generated(four: Sequence[NewsClass], number: int) -> NewsClass:
    """Return class `number`: one of the four in other words, of the same length in words and with the same capitals."""
    model, chance, other = four[number % len(four)], Random(number), dict[str, str]()
    lexicon_words = lexicon()[0]
    # Makes words that no text and no other class has by chance; otherwise 200 classes would match every text.
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


def _set_up(name: str, classes: Sequence[NewsClass]) -> SetUp:
    begun = time.process_time()
    built = class_set(classes, "")
    return SetUp(name, built, time.process_time() - begun, [])


def _rate(texts: Sequence[str], classes: ClassSet) -> float:
    begun = time.process_time()
    for text in texts:
        classify(text[:60], text[60:], "en", classes, places=())
    return len(texts) / (time.process_time() - begun)


def main() -> None:
    """Print a table, and one JSON object as the last line."""
    four = builtin_classes().classes
    extra = parse_classes(extra_files(["all"])).classes
    generated = [_generated(four, number) for number in range(_GENERATED)]
    texts = [_text(number, four, extra, generated) for number in range(_ARTICLES)]
    set_ups = [
        _set_up("on by default", four),
        _set_up("all that are shipped", [*four, *extra]),
        _set_up("200 generated more", [*four, *extra, *generated]),
    ]
    for _ in range(_REPETITIONS):
        for set_up in set_ups:
            set_up.rates.append(_rate(texts, set_up.classes))
    print(f"articles of {_CHARS:,} characters, one core, {_REPETITIONS} times {_ARTICLES} of them")
    print("                      classes  patterns  articles/s: median, min to max      built in")
    for set_up in set_ups:
        patterns, median = len(set_up.classes.matcher.uses), statistics.median(set_up.rates)
        spread = f"{min(set_up.rates):,.0f} to {max(set_up.rates):,.0f}"
        print(f"{set_up.name:21} {len(set_up.classes.classes):7} {patterns:9,} {median:19,.0f}, {spread:18} {set_up.build_s:9.2f} s")
    default, every, many = (round(statistics.median(set_up.rates)) for set_up in set_ups)
    print(json.dumps({"articles_per_s": default, "articles_per_s_all_classes": every, "articles_per_s_200_more": many}))


if __name__ == "__main__":
    main()
