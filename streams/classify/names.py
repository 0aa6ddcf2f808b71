"""Detect that a word is a part of a longer name: "Santiago Ferrolho", "Leda Santiago"."""

import re

# Capitalised words before a name that are no part of it: titles, and prepositions in headlines.
_NOT_NAMES = frozenset([
    "a", "and", "around", "at", "by", "central", "de", "del", "desde", "downtown", "east", "el", "em", "en", "for", "from", "greater",
    "in", "la", "metropolitan", "near", "north", "of", "outside", "para", "por", "south", "the", "to", "west", "y", "comandante",
    "dictador", "dictator", "general", "gobierno", "leader", "lider", "mandatario", "mr", "mr.", "ministro", "ousted", "president",
    "presidente", "président", "präsident", "régimen", "regime", "señor", "sr", "sr.", "strongman", "mayor", "alcalde", "monday",
    "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "may", "june", "july",
    "august", "september", "october", "november", "december",
])  # fmt: skip
_BEFORE = re.compile(r"(?:\A|[\s(\"'“‘¿¡])([^\W\d_][\w.'’]{0,30}) \Z")
_AFTER = re.compile(r" ([^\W\d_][\w'’]{1,30})")
_NEIGHBOUR_CHARS = 40
_SENTENCE_STARTS = ".!?\n:;"
_LOWER_WORD = re.compile(r"\b[a-zß-öø-ÿ]{4,}\b")


def is_sentence_case(headline: str) -> bool:
    """Return whether longer words of `headline` are in lower case, so that a capital marks a name; title case has none."""
    first = _LOWER_WORD.search(headline)
    return first is not None and _LOWER_WORD.search(headline, first.end()) is not None


def has_name_beside(text: str, start: int, end: int) -> bool:
    """Return whether a capitalised word directly precedes or follows text[start:end], which then is a part of a longer name.

    The first word of a sentence does not count, nor do words beside a span in capitals.
    """
    if text[start:end].isupper():
        return False
    return _precedes_name(text, end) or _follows_name(text, start)


def has_name_before(text: str, start: int, end: int) -> bool:
    """Return whether text[start:end] is in lower case and a capitalised word directly precedes it: "the Ferrolho mine"."""
    return text[start:end].islower() and _follows_name(text, start)


def is_name(text: str, start: int, end: int) -> bool:
    """Return whether text[start:end] has the capital of a name: inside a sentence, or at its start before another capital."""
    if not text[start].isupper() or text[start:end].isupper():
        return False
    front = text[max(0, start - _NEIGHBOUR_CHARS) : start].rstrip(" \"'“‘¿¡(")
    if front and front[-1] not in _SENTENCE_STARTS:
        return True
    return _precedes_name(text, end)


def _precedes_name(text: str, end: int) -> bool:
    if not text[end + 1 : end + 2].isupper():
        return False  # most words: the pattern takes twice as long
    after = _AFTER.match(text, end)
    return after is not None and _is_name(after[1])


def _follows_name(text: str, start: int) -> bool:
    floor = max(0, start - _NEIGHBOUR_CHARS)
    if text[start - 1 : start] != " " or text[floor:start].islower():
        return False
    before = _BEFORE.search(text[floor:start])
    if before is None or not _is_name(before[1]):
        return False
    front = text[max(0, floor + before.start(1) - 3) : floor + before.start(1)].rstrip(" \"'“‘¿¡(")
    return bool(front) and front[-1] not in _SENTENCE_STARTS


def _is_name(word: str) -> bool:
    return word[0].isupper() and not word.isupper() and word.lower() not in _NOT_NAMES
