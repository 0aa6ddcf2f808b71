"""Run the whole pipeline in memory, without a broker: a dump in, the messages of the public topics out."""

from dataclasses import replace

from streams.counts import Counts
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.messages.dead_letters import OFFSET_HEADER, PARTITION_HEADER
from streams.messages.past_events import past_articles
from streams.output import Output
from streams.pipeline import PipelineConfig, classify, deduplicate, split
from streams.records import Incoming, Message
from streams.topics import TopicName


class Processor:
    """Take one dump at a time through the three stages, or an event of newsmill through the last two.

    The copy index of each partition is kept between them.
    """

    def __init__(self, config: PipelineConfig, copies: CopyConfig, *, now: int) -> None:
        """Start with nothing remembered; `now` stands for the append time of every article."""
        self._config = config
        self._copies = copies
        self._now = now
        # By the topic that a stage sends to: the topic from which the next one takes it. Nothing here overtakes a large dump.
        self._between = {config.topic(name): config.topic(name) for name in (TopicName.ARTICLES, TopicName.JUDGED)}
        self._between[config.topic(TopicName.LARGE)] = config.topic(TopicName.ARTICLES)
        # The events have the same numbers: the states of stories are for consumers of Kafka, which keeps the latest of each.
        self._stories = config.topic(TopicName.STORIES)
        self._indexes: dict[int | None, CopyIndex] = {}
        self.counts = Counts()

    def process(self, incoming: Incoming) -> list[Message]:
        """Return the public messages of one dump, each article's together, in the order in which Kafka would get them."""
        public: list[Message] = []
        past = past_articles(incoming, self._config.topic(TopicName.ARTICLES), self._config.partitions)
        cut = self._count(split([incoming], self._config)) if past is None else Output(messages=past)
        public += [message for message in cut.messages if self._is_dead_letter(message)]
        for articles in self._handed_on(cut):
            index = self._indexes.setdefault(articles.partition, CopyIndex(self._copies))
            judged = self._count(deduplicate([articles], self._config, index))
            public += [message for message in judged.messages if self._is_dead_letter(message)]
            for handed in self._handed_on(judged):
                public += [each for each in self._count(classify([handed], self._config)).messages if each.topic != self._stories]
        return [self._without_position(message) for message in public]

    def _handed_on(self, output: Output) -> list[Incoming]:
        return [
            Incoming(
                topic=self._between[message.topic],
                key=message.key,
                value=message.value,
                timestamp=self._now,
                partition=message.partition,
            )
            for message in output.messages
            if message.topic in self._between
        ]

    def _is_dead_letter(self, message: Message) -> bool:
        return message.topic == self._config.topic(TopicName.DEAD_LETTERS)

    def _without_position(self, message: Message) -> Message:
        """Remove the partition and offset of a dead letter: there is no log."""
        positions = (PARTITION_HEADER, OFFSET_HEADER)
        return replace(message, headers=tuple((name, value) for name, value in message.headers if name not in positions))

    def _count(self, output: Output) -> Output:
        self.counts.add(output.counts)
        return output
