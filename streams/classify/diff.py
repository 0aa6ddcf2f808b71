"""Which labels of a text other class files change, and by what evidence."""

from dataclasses import dataclass
from typing import Literal

from streams.classify.classify import Labels
from streams.records import Label

What = Literal["gained", "lost", "about", "mentioned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChange:
    """What became of one class in a text. `what`: a label gained or lost, or one that became "about" or only "mentioned"."""

    id: str
    what: What
    old: Label | None
    new: Label | None


def label_changes(old: Labels, new: Labels) -> list[LabelChange]:
    """Return the changes from old to new labels of one text, in order of id; another score or other evidence alone is none."""
    before = {label.id: label for label in (*old.regions, *old.topics)}
    after = {label.id: label for label in (*new.regions, *new.topics)}
    changes = ((id, _what(before.get(id), after.get(id))) for id in sorted(before.keys() | after.keys()))
    return [LabelChange(id=id, what=what, old=before.get(id), new=after.get(id)) for id, what in changes if what is not None]


def _what(old: Label | None, new: Label | None) -> What | None:
    if old is None or new is None:
        return "gained" if old is None else "lost"
    if old.about == new.about:
        return None
    return "about" if new.about else "mentioned"
