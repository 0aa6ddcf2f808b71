"""Texts with the labels that other class files change: the classes' own examples, or what the pipeline makes of dumps."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import orjson

from agents.inputs.input_items import InputDump, InputItem, RefusedInput
from streams.classify.class_set import ClassSet
from streams.classify.classify import classify
from streams.classify.diff import LabelChange, label_changes
from streams.records import Incoming, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text to label, with where it is from; `id` is that of its event, None for an example of a class file."""

    name: str
    id: str | None
    title: str | None
    body: str
    language: str | None


def changes_of(text: Text, old: ClassSet, new: ClassSet) -> list[LabelChange]:
    """Return what becomes of the labels of a text."""
    before, after = (classify(text.title, text.body, text.language, classes) for classes in (old, new))
    return label_changes(before, after)


def examples_of(*sets: ClassSet) -> Iterator[Text]:
    """Yield the examples in the files of these sets, each text once."""
    seen = set()
    for news_class in (news_class for classes in sets for news_class in classes.classes):
        for example in news_class.examples:
            name, text = f"{news_class.file}:{example.line}", (example.title, example.body, example.language)
            if text not in seen:
                seen.add(text)
                yield Text(name=name, id=None, title=example.title, body=example.body, language=example.language)


def events_of(inputs: Iterable[InputItem], process: Callable[[Incoming], list[Message]]) -> Iterator[Text | RefusedInput]:
    """Yield the text of each event and copy that the pipeline makes of dumps, and what is no dump as it is."""
    for found in inputs:
        if isinstance(found, RefusedInput):
            yield found
        for message in process(found.incoming) if isinstance(found, InputDump) else ():
            if message.topic.endswith((".events", ".duplicates")):
                event = orjson.loads(message.value)
                yield Text(name=found.name, id=event["id"], title=event["title"], body=event["body"], language=event["language"])
            elif message.topic.endswith(".dead-letters"):
                yield RefusedInput(name=found.name, reason="became a dead letter; run `newsmill process` for the reason")
