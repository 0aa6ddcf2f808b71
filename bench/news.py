"""Generate invented news for measurements: any article by its number, so that nothing is stored.

What makes look-ups cheap or dear is how often runs of words come again. So words have the frequencies of a language (Zipf-Mandelbrot), one
word in eight is a stock phrase (real texts repeat phrases far more often than independent words would), a third of the
articles end with one of 200 promos, and a copy is what newsrooms make of a text: the same, cut, without its lead, edited, with debris.
Words have accents and sentences quotation marks, as often as on the labelled data; one text in 25 has a letter of another alphabet.

So many of them as there are labelled texts have nearly the same figures: a look-up finds 11 pairs (labelled: 12), 0.17 full lists
(0.11), and 7 % (11 %) of the runs of originals are in two of them or more; the median text has 350 words (285).
"""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from streams.deduplicate.normalize import content_id
from streams.records import Article

NOW: Final = 1_900_000_000
_SYLLABLES = [first + vowel for first in "bdfgklmnprstvz" for vowel in "aeiou"]
_WORDS, _PHRASES, _PROMOS = 60_000, 20_000, 200
_PHRASE_SHARE, _PROMO_SHARE, _NAME_SHARE, _FIGURE_SHARE = 0.125, 0.33, 0.08, 0.02
_ACCENT_SHARE, _QUOTED_SENTENCES, _OTHER_ALPHABET_SHARE, _OTHER_WORD = 0.1, 5, 0.04, "Břízov"
_ACCENTED = str.maketrans("aeioun", "áéíóúñ")
_MEDIAN_WORDS, _SPREAD = 300, 0.6


def _zipf(count: int, shift: float = 2.7) -> NDArray[np.float64]:
    """Return the cumulated frequencies of `count` things in the order of their rank."""
    weights = np.cumsum(1 / (np.arange(count) + shift))
    cumulated: NDArray[np.float64] = weights / weights[-1]
    return cumulated


@cache
def lexicon() -> tuple[list[str], list[str], list[str]]:
    """Return words, stock phrases and promos, each in the order of frequency."""
    chance = np.random.default_rng(7)
    words = []
    for rank in range(_WORDS):
        word = "".join(_SYLLABLES[at] for at in chance.integers(0, len(_SYLLABLES), 1 if rank < 60 else int(chance.integers(2, 5))))
        if chance.random() < _ACCENT_SHARE:
            word = word[:-1] + word[-1].translate(_ACCENTED)
        kind = chance.random() if rank >= 200 else 1.0
        words.append(word.capitalize() if kind < _NAME_SHARE * 2 else str(chance.integers(2, 9999)) if kind < _NAME_SHARE * 3 else word)
    frequencies = _zipf(_WORDS)
    phrases = [" ".join(_drawn(chance, words, frequencies, int(chance.integers(3, 7)))) for _ in range(_PHRASES)]
    promos = [" ".join(_drawn(chance, words, frequencies, int(chance.integers(15, 45)))) + "." for _ in range(_PROMOS)]
    return words, phrases, promos


def _drawn(chance: np.random.Generator, things: list[str], frequencies: NDArray[np.float64], count: int) -> list[str]:
    return [things[at] for at in frequencies.searchsorted(chance.random(count)).tolist()]


_WORD_FREQUENCIES, _PHRASE_FREQUENCIES, _PROMO_FREQUENCIES = _zipf(_WORDS), _zipf(_PHRASES), _zipf(_PROMOS)


def is_copy(number: int, share: float) -> bool:
    """Return whether article `number` copies an earlier one, in a stream with this share of copies."""
    return number > 0 and number * 2654435761 % 2**32 < share * 2**32


def _original_of(number: int, share: float, window: int, chance: np.random.Generator) -> int:
    """Return an earlier original: most copies come soon, a few late (the distance is log-uniform over the window)."""
    original = max(0, number - int(np.exp(chance.random() * np.log(min(number, window))) + 0.5))
    while is_copy(original, share):
        original -= 1
    return original


def _original_words(number: int) -> list[str]:
    words, phrases, promos = lexicon()
    chance = np.random.default_rng(number)
    count = int(np.clip(_MEDIAN_WORDS * np.exp(_SPREAD * chance.standard_normal()), 40, 2500))
    drawn = _drawn(chance, words, _WORD_FREQUENCIES, count)
    slots = np.flatnonzero(chance.random(count) < _PHRASE_SHARE / 4).tolist()
    for slot, phrase in zip(slots, _drawn(chance, phrases, _PHRASE_FREQUENCIES, len(slots)), strict=True):
        drawn[slot] = phrase
    for slot in range(14, count, 15):
        drawn[slot] += ".\n" if slot % 45 == 44 else "."
    for slot in range(14, count, 15 * _QUOTED_SENTENCES):
        drawn[slot - 3], drawn[slot] = f"“{drawn[slot - 3]}", drawn[slot].replace(".", "”.")
    if chance.random() < _OTHER_ALPHABET_SHARE:
        drawn[count // 2] = _OTHER_WORD
    if chance.random() < _PROMO_SHARE:
        drawn.append("\n" + _drawn(chance, promos, _PROMO_FREQUENCIES, 1)[0])
    return drawn


def _copied(words: list[str], chance: np.random.Generator) -> list[str]:
    kind = chance.integers(0, 5)
    if kind == 0:
        return words
    if kind == 1:
        return words[: int(len(words) * chance.uniform(0.4, 0.9))]
    if kind == 2:
        words = words[min(30, len(words) // 5) :]
    elif kind == 3:
        spare, edited = lexicon()[0], chance.random(len(words)) < chance.uniform(0.02, 0.15)
        words = [spare[int(chance.integers(0, 5000))] if changed else word for word, changed in zip(words, edited.tolist(), strict=True)]
    return [*words, "\n" + _drawn(chance, lexicon()[2], _PROMO_FREQUENCIES, 1)[0]]


def body_of(number: int, share: float, window: int) -> str:
    """Return the text of article `number`."""
    if not is_copy(number, share):
        return " ".join(_original_words(number))
    chance = np.random.default_rng((number, 1))
    return " ".join(_copied(_original_words(_original_of(number, share, window, chance)), chance))


def article_of(number: int, share: float, window: int) -> Article:
    """Return article `number` of a stream with this share of copies, most at a distance of at most `window`; a second between two."""
    body = body_of(number, share, window)
    return Article(
        id=f"{number * 2654435761 % 2**32:08x}{number:024x}",
        content_id=content_id(None, body),
        url=f"https://news.example/{number}",
        dump_id=f"{number:032x}",
        index=0,
        start=0,
        end=len(body),
        fetched_at=NOW,
        title=None,
        body=body,
        language="en",
        outlet=f"Outlet {number % 997}",
        agency=None,
        dateline=None,
        author=None,
        published_at=None,
        published_precision=None,
        confidence=1.0,
    )
