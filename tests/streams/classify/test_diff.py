"""label_changes: a label gained, lost, or that became about or mentioned; nothing else is a change."""

from dataclasses import replace

import pytest

from streams.classify.classify import Labels
from streams.classify.diff import ChangeKind, label_changes
from streams.records import Evidence, Label

FEN = Label(id="fen", name="Fen", score=0.9, about=False, evidence=(Evidence(field="body", start=0, end=3, text="Fen"),))
ABOUT = replace(FEN, about=True)


def labels(*found: Label) -> Labels:
    return Labels(regions=found, topics=())


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        pytest.param(labels(), labels(FEN), ["gained"], id="gained"),
        pytest.param(labels(FEN), labels(), ["lost"], id="lost"),
        pytest.param(labels(FEN), labels(ABOUT), ["about"], id="becomes-about"),
        pytest.param(labels(ABOUT), labels(FEN), ["mentioned"], id="is-only-mentioned"),
        pytest.param(labels(FEN), labels(FEN), [], id="the-same"),
        pytest.param(labels(FEN), labels(replace(FEN, score=0.7, evidence=())), [], id="score-and-evidence-alone"),
        pytest.param(labels(FEN), Labels(regions=(), topics=(FEN,)), [], id="another-kind-of-the-same-id"),
    ],
)
def test_change_of_a_label(old: Labels, new: Labels, what: list[ChangeKind]) -> None:
    assert [change.what for change in label_changes(old, new)] == what


def test_changes_are_in_order_of_id_with_both_labels() -> None:
    first = replace(FEN, id="a")
    changes = label_changes(labels(FEN), Labels(regions=(), topics=(first,)))
    assert [(change.id, change.old, change.new) for change in changes] == [("a", None, first), ("fen", FEN, None)]
