"""A Faust app that takes the events of a class: python faust_app.py 127.0.0.1:9092 news.topic.mining."""

import sys

import faust

if len(sys.argv) <= 2:
    sys.exit(__doc__)
broker, topic = sys.argv[1:3]
app = faust.App(
    "mining-desk",
    broker=f"kafka://{broker}",
    consumer_auto_offset_reset="earliest",
    topic_allow_declare=False,
    topic_disable_leader=True,
)
seen: set[str] = set()  # Faust reads what was never committed too: after a crash of a worker an event can come twice, with one id


@app.agent(app.topic(topic, value_type=bytes, value_serializer="json"))
async def show(events: faust.StreamT[dict[str, str]]) -> None:
    """Print a line for each event, from where the app left off."""
    async for event in events:
        if event["id"] not in seen:
            seen.add(event["id"])
            print(event["id"], event["title"], file=sys.__stdout__, flush=True)  # Faust logs what goes to sys.stdout


@app.on_rebalance_complete.connect
async def rewind(*_: object, **__: object) -> None:
    """Begin at the first event where nothing is committed: Faust 0.15 drops what it fetches before its first assignment is complete."""
    committed = await app.consumer.seek_to_committed()
    new = [partition for partition, offset in committed.items() if not offset]
    await app.consumer.seek_wait(await app.consumer.earliest_offsets(*new))


if __name__ == "__main__":
    sys.argv[1:] = ["--quiet", "worker", "--without-web", "--loglevel", "warn"]
    app.main()
