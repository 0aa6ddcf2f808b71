"""Invented texts come out as a news editor would label them; what does not is marked `open` in the file until it does."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from streams.classify.class_set import builtin_classes
from streams.classify.classify import classify

CLASSES = builtin_classes()
TEXTS: list[Mapping[str, Any]] = tomllib.loads(Path(__file__).with_name("labelled_texts.toml").read_text(encoding="utf-8"))["texts"]


@pytest.mark.parametrize("text", [pytest.param(text, id=f"{text['batch']}-{text['title'][:40]}") for text in TEXTS])
def test_text_is_labelled_as_an_editor_would(text: Mapping[str, Any]) -> None:
    labels = classify(text["title"], text["body"], text["language"], CLASSES)
    found = {label.id: label.about for label in labels.regions + labels.topics}
    expected = dict.fromkeys(text.get("about", ()), True) | dict.fromkeys(text.get("mentioned", ()), False)
    if "open" in text:
        assert found != expected, "it comes out right: take `open` out of the file"
    else:
        assert found == expected
