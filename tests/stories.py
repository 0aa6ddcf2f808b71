"""Invented English stories, each of its own: enough of a language to be known, and no two alike."""

import random

_WHO = [
    "the mayor",
    "a harbour pilot",
    "two teachers",
    "the orchestra",
    "a retired judge",
    "the ferry company",
    "an engineer",
    "the night nurses",
    "a beekeeper",
    "students",
]
_DID = [
    "opened",
    "promised",
    "refused",
    "repaired",
    "counted",
    "described",
    "painted",
    "measured",
    "closed",
    "defended",
    "rebuilt",
    "questioned",
    "borrowed",
    "sold",
]
_WHAT = [
    "the old swimming pool",
    "a plan for the library",
    "the last tram line",
    "three wooden bridges",
    "a letter about taxes",
    "the flood wall",
    "a choir of forty voices",
    "the northern lighthouse",
    "an exhibition of maps",
    "the school kitchen",
    "a bakery with no oven",
    "the winter market",
]
_WHEN = [
    "on Monday",
    "after the storm",
    "before breakfast",
    "last spring",
    "within a week",
    "at the hearing",
    "during the long vote",
    "without a word",
]
_WHY = [
    "because nobody had asked the neighbours",
    "while the council looked for money",
    "although the numbers had not been checked",
    "so that the children could walk to class",
    "when the second report finally arrived",
    "as visitors waited in the rain",
]


def story(seed: int, sentences: int = 12) -> str:
    """Return one paragraph of about 20 words a sentence; equal seeds give equal stories."""
    chance = random.Random(seed)

    def sentence() -> str:
        number = chance.randint(3, 9999)
        parts = (chance.choice(_WHO), chance.choice(_DID), chance.choice(_WHAT), chance.choice(_WHEN), chance.choice(_WHY))
        return (" ".join(parts) + f", {number} people in {_place(chance)} said.").capitalize()

    return " ".join(sentence() for _ in range(sentences))


def headline(seed: int) -> str:
    """Return a headline that fits no other seed."""
    chance = random.Random(seed)
    return f"{_place(chance)} {chance.choice(_DID)} {chance.choice(_WHAT)} in row over {_place(chance)}".replace("  ", " ")


def _place(chance: random.Random) -> str:
    return "".join(chance.choices(["bran", "del", "mor", "ost", "wick", "lin", "gar", "tham", "fen", "sley"], k=3)).capitalize()
