"""Find patterns as whole words in a folded text, all in one pass by an Aho-Corasick automaton."""

import re
from collections.abc import Sequence
from operator import itemgetter

from ahocorasick_rs import AhoCorasick, BytesAhoCorasick, Implementation

# Matches of whole words that are looked at, at most: a text with more is a list of terms. News has one in 150 characters.
MIN_MATCH_LIMIT = 200
CHARS_PER_MATCH = 40
# Letters and digits of ASCII stay, all else becomes a space.
_SPACED = bytes(code if code < 0x80 and chr(code).isalnum() else ord(" ") for code in range(256))
# Both are small enough for the caches of a core, which other work has emptied between two texts: a DFA of all patterns takes 27 MB.
_COMPACT = Implementation.ContiguousNFA
Match = tuple[int, int, int]


class WholeWords:
    """The patterns, and an automaton for those of ASCII, between spaces: it leaves its first state at the beginnings of words only.

    The other patterns have an automaton of their own, for texts with one of their letters.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = patterns
        self._ascii = [number for number, pattern in enumerate(patterns) if pattern.isascii()]
        self._others = [number for number, pattern in enumerate(patterns) if not pattern.isascii()]
        self._ascii_automaton = BytesAhoCorasick([_spaced(f" {patterns[number]} ") for number in self._ascii], implementation=_COMPACT)
        self._other_automaton = AhoCorasick([patterns[number] for number in self._others], implementation=_COMPACT)
        letters = {letter for number in self._others for letter in patterns[number] if not letter.isascii()}
        self._other_letters = re.compile(f"[{re.escape(''.join(sorted(letters)))}]") if letters else None

    def find(self, plain: str) -> list[Match]:
        """Return the number of the pattern, start and end of each match, in order of end, up to the limit for the length of the text.

        Args:
            plain: folded, with a space at either end.
        """
        patterns, numbers = self._patterns, self._ascii
        matches = [
            (number, first + 1, last - 1)
            for at, first, last in self._ascii_automaton.find_matches_as_indexes(_spaced(plain), overlapping=True)
            if plain.startswith(patterns[number := numbers[at]], first + 1)
        ]
        if self._other_letters is not None and self._other_letters.search(plain):
            more = self._other_automaton.find_matches_as_indexes(plain, overlapping=True)
            matches = sorted([*matches, *[(self._others[at], first, last) for at, first, last in more]], key=itemgetter(2, 1))
        whole = [match for match in matches if not (plain[match[1] - 1].isalnum() or plain[match[2]].isalnum())]
        return whole[: MIN_MATCH_LIMIT + len(plain) // CHARS_PER_MATCH]


def _spaced(text: str) -> bytes:
    """Return a text with spaces for all but letters and digits of ASCII, one byte a character."""
    return text.encode("ascii", "replace").translate(_SPACED)
