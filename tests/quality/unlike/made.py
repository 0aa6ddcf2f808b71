"""A page as a template makes it, with its truth; and what templates share."""

import functools
import random
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from tests.quality.unlike.ages import FORMS, printed
from tests.quality.unlike.stories import LANGUAGES, Newsroom, Printed, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """An article that a page holds; `outlet` and `published_at` are None where the page doesn't print them."""

    title: str | None
    body: str
    outlet: str | None = None
    published_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A page and its articles in order."""

    template: str
    text: str
    truth: tuple[Truth, ...]


Template: TypeAlias = Callable[[Newsroom], tuple[str, list[Truth]]]


@functools.cache
def _chrome() -> dict[str, dict[str, str | list[str]]]:
    found: dict[str, dict[str, str | list[str]]] = {}
    for file, prefix in (("chrome.toml", ""), ("chrome_unseen.toml", "unseen "), ("chrome_lifelike.toml", "lifelike ")):
        for language, lines in tomllib.loads((Path(__file__).parent / file).read_text("utf-8")).items():
            found.setdefault(language, {}).update({prefix + name: value for name, value in lines.items()})
    return found


def words(room: Newsroom, name: str) -> list[str]:
    """Return the lines of chrome that `name` stands for in the page's language."""
    found = _chrome()[room.language][name]
    return [found] if isinstance(found, str) else found


def word(room: Newsroom, name: str) -> str:
    """Return the one line of chrome that `name` stands for."""
    return words(room, name)[0]


def aged(room: Newsroom, stories: Iterable[Story]) -> list[tuple[Story, Printed]]:
    """Return stories with their ages, all in the one form that this site uses."""
    form = room.random.choice(FORMS)
    return [(story, printed(story, form, room.random)) for story in stories]


def truth(story: Story, age: Printed | None = None, *, outlet: bool = True, body: str | None = None) -> Truth:
    """Return what is to be found of a story."""
    return Truth(
        title=story.title, body=body or story.body, outlet=story.outlet if outlet else None, published_at=age.time if age else None
    )


def made(templates: Iterable[Template], count: int, seed: int) -> list[Made]:
    """Return `count` pages of each template; languages take turns, everything else is drawn from `seed`."""
    pages = []
    for template in templates:
        for number in range(count):
            roll = random.Random(f"{seed} {template.__name__} {number}")
            text, found = template(Newsroom(roll, LANGUAGES[number % len(LANGUAGES)]))
            pages.append(Made(template=template.__name__, text=text, truth=tuple(found)))
    return pages
