"""Invented stories in six languages, the same for the same seed."""

import functools
import random
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
LANGUAGES = ("en", "en", "es", "es", "pt", "fr", "de", "it")
AGENCIES = ("Reuters", "AP", "AFP", "EFE", "dpa", "ANSA", "Xinhua")


@dataclass(frozen=True, slots=True)
class Printed:
    """An age as a page prints it, and the time that it means (None where nobody could say)."""

    text: str
    time: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a template sets: `paragraphs` are the body, `age` how long ago it came out."""

    title: str
    paragraphs: tuple[str, ...]
    outlet: str
    author: str
    town: str
    age: timedelta
    language: str

    @property
    def body(self) -> str:
        """The whole text."""
        return "\n".join(self.paragraphs)

    @property
    def summary(self) -> str:
        """The first paragraph: what digests print."""
        return self.paragraphs[0]


@functools.cache
def phrases() -> dict[str, dict[str, list[str]]]:
    """Return the words of `phrases.toml` by language."""
    return tomllib.loads((Path(__file__).parent / "phrases.toml").read_text("utf-8"))


class Newsroom:
    """Stories of one page: no sentence and no headline comes twice before all have come once."""

    def __init__(self, random_: random.Random, language: str) -> None:
        self.random = random_
        self.language = language
        self.words = phrases()[language]
        self._decks: dict[str, list[str]] = {}

    def story(self, paragraphs: int | None = None) -> Story:
        """Return a new story of `paragraphs` paragraphs; of one to seven where none is given."""
        roll = self.random
        count = paragraphs or roll.choice((1, 2, 3, 3, 4, 5, 7))
        text = [self._paragraph(roll.choice((1, 1, 2, 3)) if number else roll.choice((1, 2))) for number in range(count)]
        while len(text[0].split()) < 12:
            text[0] += " " + self._filled("sentences")
        if count >= 4 and roll.random() < 0.25:
            text.insert(roll.randrange(2, count), self._filled("subheads"))
        if count >= 3 and roll.random() < 0.12:
            text[2:2] = [f"- {self._filled('items')}" for _ in range(3)]
        town = roll.choice(self.words["towns"])
        if roll.random() < 0.3:
            text[0] = self._dateline(town) + text[0]
        hours = roll.choice((0.1, 0.5, 1, 2, 3, 5, 8, 11, 20, 27, 50, 75, 170, 400))
        return Story(
            title=self._filled("headlines"),
            paragraphs=tuple(text),
            outlet=self._next("outlets"),
            author=roll.choice([name for name in self.words["people"] if "." not in name]),
            town=town,
            age=timedelta(hours=hours),
            language=self.language,
        )

    def stories(self, min_count: int = 3, max_count: int = 8, paragraphs: int | None = None) -> list[Story]:
        """Return several stories."""
        return [self.story(paragraphs) for _ in range(self.random.randint(min_count, max_count))]

    def _paragraph(self, sentences: int) -> str:
        return " ".join(self._filled("sentences") for _ in range(sentences))

    def _next(self, name: str) -> str:
        if not self._decks.get(name):
            self._decks[name] = self.random.sample(self.words[name], len(self.words[name]))
        return self._decks[name].pop()

    def _filled(self, name: str) -> str:
        roll, words = self.random, self.words
        person = roll.choice(words["people"])
        town, other = roll.sample(words["towns"], 2)
        surname = person.removesuffix(" Jr.").split()[-1]
        text = self._next(name).format(p=person, l=surname, t=town, u=other, o=roll.choice(words["bodies"]), n=roll.randint(2, 97))
        return text[0].upper() + text[1:]

    def _dateline(self, town: str) -> str:
        agency = self.random.choice(AGENCIES)
        forms = (f"{town.upper()} ({agency}) - ", f"{town.upper()}, 2 ago ({agency}) -- ", f"({agency}) — ", f"{town.upper()} — ")
        return self.random.choice(forms)


def moment(age: timedelta) -> datetime:
    """Return when a story of that age came out."""
    return datetime.fromtimestamp(FETCHED_AT, UTC) - age
