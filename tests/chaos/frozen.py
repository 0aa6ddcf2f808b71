"""How long a worker that stands still within a transaction holds up who reads committed: `python -m tests.chaos.frozen`."""

import asyncio
import json
import os
import signal
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from agents.kafka.connect import admin
from agents.kafka.topics import create_missing, declared_topics
from agents.local_kafka.broker import LocalKafka
from agents.settings import Settings
from streams.messages.codec import encode_article, encode_batches
from streams.topics import TopicName
from tests.kafka.spoiled import HOLD
from tests.kafka.worker import View, Worker
from tests.streams.messages.test_codec import article

BEHIND = b'{"batch":[]}'


async def held_up_s(settings: Settings, *, others: int) -> float:
    """Return the seconds from the freeze of a worker in mid-transaction until what was written after it on the same partition is read.

    The worker stays frozen. Either `others` that run take its partition over, or Kafka gives up its transaction.
    """
    view = View(settings)
    await view.start()
    hold = Path(settings.data) / "hold"
    hold.touch()
    os.environ[HOLD] = str(hold)
    frozen = Worker(settings, spoiled="open_transaction", arguments=("--only", "deduplicate"))
    helpers = [Worker(settings, arguments=("--only", "deduplicate")) for _ in range(others)]
    frozen.start()
    try:
        [batch] = encode_batches([encode_article(article("A headline", "Some words. " * 20))])
        await asyncio.to_thread(frozen.until_logged, r"assigned partitions=\S")
        await view.send("articles", batch, (), None)
        await asyncio.to_thread(frozen.until_logged, r"(?s)held.*held.*held")  # 50 ms each: its messages are with Kafka by then
        frozen.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        for helper in helpers:
            helper.start()
        await view.send("judged", BEHIND, (), None)
        while BEHIND not in [message.value for message in await view.topic(TopicName.JUDGED)]:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)
        return time.monotonic() - began
    finally:
        for worker in (frozen, *helpers):
            await asyncio.to_thread(worker.end, signal.SIGKILL)
        await view.stop()


async def _measure() -> None:
    with tempfile.TemporaryDirectory() as folder, LocalKafka(Path(folder) / "kafka") as kafka:
        seconds: dict[str, float] = {}
        for number, (timeout_s, session_s, others) in enumerate(((10, 10, 0), (5, 10, 0), (10, 10, 1), (10, 3, 1))):
            settings = Settings(brokers=kafka.bootstrap, prefix=f"frozen{number}", web_port=0, data=folder)
            settings = replace(settings, transaction_timeout=timeout_s, session_timeout=session_s)
            async with admin(settings) as client:
                await create_missing(client, settings, declared_topics(settings))
            name = f"transaction time-out {timeout_s} s, session time-out {session_s} s, {others} other workers"
            seconds[name] = round(await held_up_s(settings, others=others), 1)
            print(f"{name}: {seconds[name]} s", flush=True)
        print(json.dumps(seconds))


if __name__ == "__main__":
    asyncio.run(_measure())
