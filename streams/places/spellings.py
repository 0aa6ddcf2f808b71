"""The words of a text, and the ways in which a name is written in one."""

from collections.abc import Collection, Iterable
from itertools import product

from streams.classify.fold import fold

# Letters and digits stay, all else becomes a space. Names are matched as capitalised, so that words in small letters take little time.
_SPACES = bytes(code if code < 0x80 and chr(code).isalnum() else 0x20 for code in range(256))
# Shorter names are written in capitals: "US", "UAE".
_SHORT = 3
# Words of a name that may be in small letters: "de", "of".
_PARTICLE = 3
# Letters of a country's abbreviation: "DR Congo".
_INITIALS = 2
_ABBREVIATED = ("st", "mt", "ft")


def words_of(cased: str) -> bytes:
    """Return a text without accents, with spaces for all but letters and digits, and one more at either end; one byte a character."""
    return b" %b " % cased.encode("ascii", "replace").translate(_SPACES)


def spellings(key: str, main_names: Collection[str] = (), *, as_sentence: bool, in_capitals: bool) -> set[bytes]:
    """Return the spellings of a folded name, each with a space behind: "New York", "Rio de Janeiro", "LIMA".

    Args:
        key: the folded name.
        main_names: of places of that name, for capitals inside of words and behind apostrophes: "McAllen", "E'zhou".
        as_sentence: with only the first word capitalised, or all but the last, too: "Estados unidos", "New York state".
        in_capitals: "LIMA" too; each spelling takes memory, and smaller cities are rarely written so.
    """
    if key.isalpha() and not main_names:
        # Most names, in a fifth of the time.
        if len(key) <= _SHORT:
            return {f"{key.upper()} ".encode()}
        return {f"{form} ".encode() for form in ((key.upper(), key.capitalize()) if in_capitals else (key.capitalize(),))}
    words = words_of(key).decode().strip().split(" ")
    forms = set(_capitalised(words, as_sentence=as_sentence))
    if words[0] in _ABBREVIATED and len(words) > 1:
        # "St. Louis" has one more space.
        forms |= set(_capitalised([words[0], "", *words[1:]], as_sentence=as_sentence))
    if key.endswith(".") and len(words) == 1:
        # "Ga." has a space for its full stop, and is no "GA" alone.
        forms.add(f"{words[0].capitalize()} ")
    if not in_capitals and len(key) > _SHORT:
        forms.discard(" ".join(words).upper())
    spelt = {f"{form} ".encode() for form in forms}
    return spelt | {written for name in main_names if (written := words_of(fold(name).cased)[1:]).lower() == words_of(key)[1:]}


def _capitalised(words: list[str], *, as_sentence: bool) -> Iterable[str]:
    upper = " ".join(words).upper()
    yield upper
    if len(upper) > _SHORT:
        first, *rest = [word.capitalize() for word in words]
        yield from map(
            " ".join,
            product([first], *[(word, word.capitalize()) if len(word) <= _PARTICLE else (word.capitalize(),) for word in words[1:]]),
        )
        if len(words[0]) <= _INITIALS:
            yield " ".join([words[0].upper(), *rest])
        if as_sentence:
            yield " ".join([first, *words[1:]])
            yield " ".join([first, *rest[:-1], *words[1:][-1:]])
