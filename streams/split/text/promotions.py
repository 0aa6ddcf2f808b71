"""Find promotions: sentences about the site and not the news, at the end of a story's text.

Where a page has whole stories on one line, the site's own sentences follow the last one of the story. They offer a service (sign up,
newsletter, terms of service) or link another story. Sentences are judged from the last one backwards until one belongs to the story, so
that a story *about* newsletters keeps its text.
"""

import functools
import importlib.resources
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick, Implementation

LOOK_BACK_CHARACTERS = 2_500  # from the end of a text, in which sentences are judged
NEAR_CHARACTERS = 300  # searched first: most texts need no more
SIGN_CHARACTERS = 600  # at the end, without a word of a service in which a text has no promotion: two notices and such a sentence
MAX_LINK_SENTENCE_WORDS = 60  # a label with the headline of another story and its summary
MAX_SERVICE_WORDS = 45
MAX_WHOLE_WORDS = 20  # of a line that is only a promotion
MAX_INVITATION_CHARACTERS = 220
ADDRESS = re.compile(r"@(?<=[\w.+-]@)[\w-]{1,64}+\.\w")
QUOTED = re.compile(r"[\"“”„«»]")

SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+(?=[\"'“‘«¡¿(\[]?[A-Z0-9ÁÉÍÓÚÑÀÂÇÈÊÎÔÛÄÖÜ])")


@dataclass(frozen=True, slots=True)
class PromotionPatterns:
    """The compiled words of `promotions.toml`. A lower-case text that `any` does not match has neither a service nor a link."""

    any: BytesAhoCorasick
    service: re.Pattern[str]
    around: re.Pattern[str]
    link: re.Pattern[str]
    invite: re.Pattern[str]
    channel: re.Pattern[str]
    free: re.Pattern[str]
    reader: re.Pattern[str]
    voice: re.Pattern[str]
    period: re.Pattern[str]


@functools.cache
def _patterns() -> PromotionPatterns:
    words = tomllib.loads(importlib.resources.files("streams.split").joinpath("data/promotions.toml").read_text("utf-8"))
    labels = [word + sign for word in words["link"] for sign in (":", " :", "|", " |")]
    any_sign = [word.removesuffix("*").encode() for word in (*words["service"], *labels)]
    return PromotionPatterns(
        any=BytesAhoCorasick(any_sign, implementation=Implementation.DFA),
        service=re.compile(rf"\b(?:{_any(words['service'])})(?!\w)", re.IGNORECASE),
        around=re.compile(rf"(?:{_any(words['around'])})\b|by .{{0,200}}you (?:agree|accept)\b", re.IGNORECASE),
        link=re.compile(rf"(?:{_any(words['link'])})\s?[:|]\s", re.IGNORECASE),
        invite=re.compile(rf"\W?(?:{_any(words['invite'])})\b", re.IGNORECASE),
        channel=re.compile(rf"\b(?:{_any(words['channel'])})\b", re.IGNORECASE),
        free=re.compile(rf"\b(?:{_any(words['free'])})\b", re.IGNORECASE),
        reader=re.compile(rf"\b(?:{_any(words['reader'])})\b", re.IGNORECASE),
        voice=re.compile(rf"\b(?:{_any(words['voice'])})\b", re.IGNORECASE),
        period=re.compile(rf"\b(?:{_any(words['period'])})\b", re.IGNORECASE),
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word).replace(r"\*", r"\w*") for word in words)


def is_link_label(text: str) -> bool:
    """Return whether a text is nothing but a label of other stories: "READ ALSO:"."""
    return _patterns().link.fullmatch(f"{text.rstrip(' :|')}: ") is not None


def promotion_start(text: str) -> int:
    """Return the length of the part of a line that belongs to the story; the rest is promotion.

    0 if all of it is promotion, the whole length if none is.
    """
    stop = promotion = len(text.rstrip())
    if stop <= MAX_INVITATION_CHARACTERS and _is_invitation(text):
        return 0
    if not _has_sign(text[-SIGN_CHARACTERS:]):
        return len(text)  # nine of ten lines
    for start, is_first in _last_sentences(text, stop):
        sentence = text[start:stop].strip()
        if _is_promotion(sentence, is_last=promotion == len(text.rstrip()), is_whole=is_first):
            promotion = start
        elif not _patterns().around.match(sentence):
            break
        stop = start
    else:
        promotion = stop if promotion < len(text.rstrip()) else promotion
    if promotion == len(text.rstrip()):
        return len(text)
    return len(text[: min(promotion, _around_start(text, promotion))].rstrip())


def _has_sign(text: str) -> bool:
    return bool(_patterns().any.find_matches_as_indexes(text.lower().encode(errors="replace")))


def _is_invitation(line: str) -> bool:
    """Return whether a short line invites the reader to use a service of the site, by combinations of words."""
    patterns = _patterns()
    if "@" in line and ADDRESS.search(line):
        return True  # how to reach the author
    if patterns.invite.match(line):
        return not QUOTED.search(line) and bool(patterns.channel.search(line))
    is_free = "free" in line or "gra" in line or "kostenlos" in line  # none of these in most lines
    if ("$" in line or "€" in line or "£" in line or "euro" in line) and patterns.period.search(line):
        return bool(patterns.voice.search(line)) and not QUOTED.search(line)
    return bool(
        is_free and patterns.free.search(line) and patterns.channel.search(line) and patterns.reader.search(line)
    ) and not QUOTED.search(line)


def _last_sentences(text: str, stop: int) -> Iterator[tuple[int, bool]]:
    """Yield the starts of sentences, the last first, and whether the sentence is the first of the text."""
    near, far = max(0, stop - NEAR_CHARACTERS), max(0, stop - LOOK_BACK_CHARACTERS)
    for low, high in ((near, stop), (far, near)):
        starts = [found.end() for found in SENTENCE_END.finditer(text, low, high)]
        for start in reversed(starts):
            yield start, False
        if low == 0:
            yield 0, True
            return


def _around_start(text: str, promotion: int) -> int:
    """Return where the notices before a promotion begin."""
    for start, _ in _last_sentences(text, promotion):
        if not _patterns().around.match(text[start:promotion].strip()):
            break
        promotion = start
    return promotion


def _is_promotion(sentence: str, is_last: bool, is_whole: bool) -> bool:
    if not _has_sign(sentence):
        return False
    words = len(sentence.split())
    if is_last and words <= MAX_LINK_SENTENCE_WORDS and _patterns().link.match(sentence) and not sentence.endswith("."):
        return True
    return words <= (MAX_WHOLE_WORDS if is_whole else MAX_SERVICE_WORDS) and bool(_patterns().service.search(sentence))
