"""Compare the labels of texts under two sets of classes: the examples of class files, or articles of dumps."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass

import orjson

from agents.client.past_events import past_events
from agents.inputs.input_items import InputDump, InputItem, RefusedInput
from agents.settings import Settings
from streams.classify.class_set import ClassSet
from streams.classify.classify import classify
from streams.classify.diff import LabelChange, label_changes
from streams.records import Incoming, Message
from streams.topics import TopicName


@dataclass(frozen=True, slots=True, kw_only=True)
class InputText:
    """A text to label and its source. `id`: that of its event, None for an example of a class file."""

    name: str
    id: str | None
    title: str | None
    body: str
    language: str | None


def label_changes_of(text: InputText, old: ClassSet, new: ClassSet) -> list[LabelChange]:
    """Return the changes of the labels of a text."""
    before, after = (classify(text.title, text.body, text.language, classes) for classes in (old, new))
    return label_changes(before, after)


def example_texts(*sets: ClassSet) -> Iterator[InputText]:
    """Yield the examples of these class sets, each text once."""
    seen = set()
    for news_class in (news_class for classes in sets for news_class in classes.classes):
        for example in news_class.examples:
            name, text = f"{news_class.file}:{example.line}", (example.title, example.body, example.language)
            if text not in seen:
                seen.add(text)
                yield InputText(name=name, id=None, title=example.title, body=example.body, language=example.language)


def texts_of(inputs: Iterable[InputItem], process: Callable[[Incoming], list[Message]]) -> Iterator[InputText | RefusedInput]:
    """Yield the text of each event and copy that the pipeline makes of the inputs, and each refused input unchanged."""
    for item in inputs:
        if isinstance(item, RefusedInput):
            yield item
        for message in process(item.incoming) if isinstance(item, InputDump) else ():
            if message.topic.endswith((".events", ".duplicates")):
                event = orjson.loads(message.value)
                yield InputText(name=item.name, id=event["id"], title=event["title"], body=event["body"], language=event["language"])
            elif message.topic.endswith(".dead-letters"):
                yield RefusedInput(name=item.name, reason="became a dead letter; run `newsmill process` for the reason")


async def past_texts(settings: Settings, since_s: int, on_gap: Callable[[str, int], None]) -> AsyncIterator[InputText]:
    """Yield the text of each event and copy that Kafka keeps since a time; arguments as in `past_events`."""
    for name in (TopicName.EVENTS, TopicName.DUPLICATES):
        async for _, received in past_events(settings, name, since_s, on_gap):
            event = received.event
            yield InputText(name=received.topic, id=received.id, title=event["title"], body=event["body"], language=event["language"])
