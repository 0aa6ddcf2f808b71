# mypy: disallow-subclassing-any=False
"""The same steps on Quix Streams 3: the same topics, the same public messages, each stage a dataframe of one application.

`python -m bench.quix exactly-once|at-least-once` runs until it is ended. As a user of Quix Streams would write it: a function over each
message, expanded into the messages that it makes, sent by `to_topic`. Its checkpoint (in exactly-once mode a transaction) has the size
below. The copy index is a plain object, which is faster than its state store and has no changelog but `news.index`.
"""

import os
import sys
from collections.abc import Callable, Mapping
from typing import Any, Literal, cast

from quixstreams import Application, message_context
from quixstreams.models import Serializer, Topic

from agents.classes import load_classes
from agents.kafka.topics import declared_topics
from agents.pipeline_config import copy_config, pipeline_config
from agents.settings import Settings
from streams import pipeline
from streams.deduplicate.index import CopyIndex
from streams.output import Output
from streams.records import Incoming, Message
from streams.topics import TopicName

Guarantee = Literal["exactly-once", "at-least-once"]
# The fastest of 0.02 to 1 s and 50 to 1,000 messages.
_COMMIT_S, _COMMIT_EVERY = 0.25, 200


class _Value(Serializer):
    """Serialize a message as its value, unchanged."""

    def __call__(self, value: Message, ctx: object) -> bytes:  # noqa: ARG002 - the library's signature
        return value.value


def application(settings: Settings, guarantee: Guarantee) -> Application:
    """Return the application with its three stages."""
    config, indexes = pipeline_config(settings, load_classes(settings)), dict[int, CopyIndex]()
    app = Application(
        broker_address=settings.bootstrap,
        consumer_group=settings.prefix,
        auto_offset_reset="earliest",
        auto_create_topics=False,
        processing_guarantee=guarantee,
        commit_interval=_COMMIT_S,
        commit_every=_COMMIT_EVERY,
        consumer_extra_config={"fetch.wait.max.ms": 20},
        producer_extra_config={"compression.type": "lz4", "linger.ms": 5, "message.max.bytes": 16 * 1024 * 1024},
        loglevel="WARNING",
    )
    names = [settings.topic(topic.name) for topic in declared_topics(settings)]
    topics = {name: app.topic(name, value_deserializer="bytes", value_serializer=_Value()) for name in names}

    def deduplicate(incoming: Incoming) -> Output:
        index = indexes.setdefault(cast(int, incoming.partition), CopyIndex(copy_config(settings)))
        return pipeline.deduplicate([incoming], config, index)

    _declare(app, topics, settings.topic(TopicName.DUMPS), lambda incoming: pipeline.split([incoming], config))
    _declare(app, topics, settings.topic(TopicName.ARTICLES), deduplicate)
    _declare(app, topics, settings.topic(TopicName.JUDGED), lambda incoming: pipeline.classify([incoming], config))
    return app


def _declare(app: Application, topics: Mapping[str, Topic], name: str, stage: Callable[[Incoming], Output]) -> None:
    def messages(value: bytes, key: Any, timestamp: int, headers: Any) -> list[Message]:
        context = message_context()
        return stage(
            Incoming(
                topic=name,
                key=key,
                value=value,
                headers=tuple(headers or ()),
                timestamp=timestamp // 1000,
                partition=context.partition,
                offset=context.offset,
            )
        ).messages

    made = app.dataframe(topics[name]).apply(messages, expand=True, metadata=True)
    made = made.set_headers(lambda message, *_: list(message.headers))
    # One key per partition, since this library can't be given a partition.
    made.to_topic(lambda message, *_: topics[message.topic], key=lambda message: message.key or b"partition-%d" % (message.partition or 0))


if __name__ == "__main__":
    application(Settings.from_env(os.environ), cast(Guarantee, sys.argv[1])).run()
