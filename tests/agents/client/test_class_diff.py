"""Texts for a comparison of classes: examples of class files, and articles of dumps."""

import orjson

from agents.client.class_diff import example_texts, texts_of
from agents.inputs.input_items import InputDump, InputItem, RefusedInput, SkippedInput
from streams.classify.class_set import ClassSet, parse_classes
from streams.records import Incoming, Message


def classes(*bodies: str) -> ClassSet:
    head = 'id = "fen"\nkind = "region"\nname = "Fen"\ncounts = "mention"\n[[terms]]\nweight = 0.9\nany = ["Fen"]\n'
    examples = "".join(f'[[examples]]\nexpect = "about"\nbody = "{body}"\n' for body in bodies)
    return parse_classes({"fen.toml": (head + examples).encode()})


def test_examples_of_both_sets_are_compared_once_each() -> None:
    texts = example_texts(classes("Fen one", "Fen two"), classes("Fen two", "Fen three"))
    assert [(text.name, text.body) for text in texts] == [
        ("fen.toml:8", "Fen one"),
        ("fen.toml:11", "Fen two"),
        ("fen.toml:11", "Fen three"),
    ]


def message(topic: str, id: str) -> Message:
    return Message(topic=topic, key=None, value=orjson.dumps({"id": id, "title": None, "body": "x", "language": "en"}), headers=())


def test_events_and_copies_are_texts_and_dead_letters_are_refused() -> None:
    dump = InputDump(name="page.txt", incoming=Incoming(topic="news.dumps", key=None, value=b"", headers=()))
    refused = RefusedInput(name="other", reason="no page")
    inputs: list[InputItem] = [dump, refused, SkippedInput(name="image", reason="image")]
    published = [
        message("news.events", "1"),
        message("news.region.fen", "1"),
        message("news.duplicates", "2"),
        message("news.dead-letters", "3"),
    ]
    event, copy, dead, last = texts_of(inputs, lambda _: published)
    assert [getattr(text, "id", None) for text in (event, copy)] == ["1", "2"]
    assert isinstance(dead, RefusedInput)
    assert dead.name == "page.txt"
    assert last == refused
