"""Compare the labels of a text under two versions of the class files."""

from dataclasses import dataclass
from typing import Literal

from streams.classify.classify import Labels
from streams.records import Label

ChangeKind = Literal["gained", "lost", "about", "mentioned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelChange:
    """The change of one class in a text. `what`: a label gained or lost, or one that became "about" or only "mentioned"."""

    id: str
    what: ChangeKind
    old: Label | None
    new: Label | None


def label_changes(old: Labels, new: Labels) -> list[LabelChange]:
    """Return the changes from old to new labels of one text, in order of id; a different score or evidence alone is no change."""
    before = {label.id: label for label in (*old.regions, *old.topics)}
    after = {label.id: label for label in (*new.regions, *new.topics)}
    changes = ((id, _change_kind(before.get(id), after.get(id))) for id in sorted(before.keys() | after.keys()))
    return [LabelChange(id=id, what=what, old=before.get(id), new=after.get(id)) for id, what in changes if what is not None]


def _change_kind(old: Label | None, new: Label | None) -> ChangeKind | None:
    if old is None or new is None:
        return "gained" if old is None else "lost"
    if old.about == new.about:
        return None
    return "about" if new.about else "mentioned"
