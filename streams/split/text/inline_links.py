"""Find links to other stories in the middle of a line: "... the mayor said. READ MORE: Ten walks along the river The council voted"."""

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from streams.split.fields.language import is_small_word
from streams.split.text.lines import MIN_HEADLINE_WORDS, key_of

MAX_HEADLINE_WORDS = 25
MIN_SENTENCE_START_WORDS = 4  # of the headline before the sentence that follows it
MAX_CAPITALIZED_SHARE = 0.6  # of the words of a headline, among which a capital still says that a sentence begins
# Labels that no sentence begins with. Shorter ones ("More:", "Watch:") are also words of a story.
LABEL = re.compile(
    r"(?:(?<=[.!?…\"”»)]\s)|(?<=[.!?…\"”»)]))"
    r"(?:read (?:more|also|next)|also read|see also|l[eé]a? (?:también|m[aá]s)|leer m[aá]s|leia (?:mais|também)"
    r"|lire aussi|à lire aussi|lesen sie auch|leggi anche|lees ook)\s?[:|]\s",
    re.IGNORECASE,
)
# The last word of a label before its sign. It begins with the sign, by which a search skips all else, and looks back from there.
LABEL_SIGN = re.compile(
    "[:|](?:"
    + "|".join(
        rf"(?<=(?:{words}){space}.)"
        for words in ("ook|m[aá]s", "more|also|next|mais|auch", "aussi|anche", "también")
        for space in ("", r"\s")
    )
    + ")",
    re.IGNORECASE,
)
WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class InlineLink:
    """A link in a line, as offsets. Unless its end is certain, `end` is that of its label."""

    start: int
    end: int
    is_certain: bool


def inline_link(text: str, headlines: Callable[[], AbstractSet[str]]) -> InlineLink | None:
    """Return the first such link, or None where there is none.

    Args:
        text: a line of a story.
        headlines: returns the keys (see `key_of`) of the headlines of the page; asked only if there is a link.
    """
    if (":" not in text and "|" not in text) or not LABEL_SIGN.search(text):
        return None
    label = LABEL.search(text)
    if label is None:
        return None
    words = list(WORD.finditer(text, label.end()))[: MAX_HEADLINE_WORDS + 1]
    for count in range(min(MAX_HEADLINE_WORDS, len(words)), MIN_HEADLINE_WORDS - 1, -1):
        if key_of(text[label.end() : words[count - 1].end()]) in headlines():
            return InlineLink(label.start(), words[count - 1].end(), is_certain=True)
    for count in range(MIN_SENTENCE_START_WORDS, len(words)):
        before, word = words[count - 1][0], words[count][0]
        if before[-1] in "?!…":
            return InlineLink(label.start(), words[count - 1].end(), is_certain=True)
        if before[-1] == ".":
            break
        capitals = sum(other[0][0].isupper() for other in words[:count])
        if word[0].isupper() and is_small_word(word.lower()) and before[-1] not in ":,;–—-" and capitals <= MAX_CAPITALIZED_SHARE * count:
            return InlineLink(label.start(), words[count - 1].end(), is_certain=True)
    return InlineLink(label.start(), label.end(), is_certain=False)
