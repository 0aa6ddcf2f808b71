"""The pipeline in memory, as Kafka would run it: logs of partitions, committed offsets, batches of any size, and restarts."""

from collections import defaultdict

from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.deduplicate.rebuild import rebuilt
from streams.output import Output
from streams.pipeline import PipelineConfig, classify, deduplicate, release, split
from streams.records import Headers, Incoming, Message

NOW = 1_754_136_000
INTERNAL = ("dumps", "dumps.backfill", "articles.large", "articles", "judged")


class Driver:
    """Topics as lists; `settle` takes every stage to the end of its input."""

    def __init__(self, config: PipelineConfig, batch_size: int = 200) -> None:
        self.config = config
        self.batch_size = batch_size
        self.log: dict[tuple[str, int], list[Incoming]] = defaultdict(list)
        self.committed: dict[tuple[str, int], int] = defaultdict(int)
        self.indexes: dict[int, CopyIndex] = {}

    def produce(self, value: bytes, headers: Headers = (), key: bytes | None = None, *, topic: str = "dumps", partition: int = 0) -> None:
        self._append(Message(topic=f"{self.config.prefix}.{topic}", key=key, value=value, headers=headers, partition=partition))

    def settle(self) -> None:
        for name in INTERNAL:
            for topic, partition in sorted(place for place in self.log if place[0] == f"{self.config.prefix}.{name}"):
                while batch := self.log[topic, partition][self.committed[topic, partition] :][: self.batch_size]:
                    for message in self._run(name, partition, batch).messages:
                        self._append(message)
                    self.committed[topic, partition] += len(batch)

    def restart(self) -> None:
        """Lose what was in memory: the next article is judged by what `index` holds."""
        self.indexes.clear()

    def messages(self, topic: str) -> list[Incoming]:
        return [message for (name, _), log in sorted(self.log.items()) if name == f"{self.config.prefix}.{topic}" for message in log]

    def _run(self, name: str, partition: int, batch: list[Incoming]) -> Output:
        if name == "articles.large":
            return release(batch, self.config)
        if name == "articles":
            return deduplicate(batch, self.config, self._index(partition))
        return classify(batch, self.config) if name == "judged" else split(batch, self.config)

    def _index(self, partition: int) -> CopyIndex:
        if partition not in self.indexes:
            records = self.log[f"{self.config.prefix}.index", partition]
            self.indexes[partition] = rebuilt(CopyConfig(), (record.value for record in records))
        return self.indexes[partition]

    def _append(self, message: Message) -> None:
        log = self.log[message.topic, message.partition or 0]
        fields = {"topic": message.topic, "key": message.key, "value": message.value, "headers": message.headers}
        incoming = Incoming(**fields, timestamp=NOW, partition=message.partition or 0, offset=len(log))  # type: ignore[arg-type]
        log.append(incoming)
