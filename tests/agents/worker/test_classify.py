"""The classify agent: a batch is labelled with the classes that were in force when it began, whole."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import orjson
import pytest

from agents import classify
from agents.classes import load_classes
from agents.settings import Settings
from agents.worker.metrics import Metrics
from agents.worker.runner import StageRunner, WorkFactory
from streams.messages.codec import encode_batches, encode_judged
from streams.output import Output
from streams.pipeline import PipelineConfig
from streams.records import Incoming, Judged
from tests.agents.cli.test_classes import FEN
from tests.agents.worker.fake_stream import FakeStream, event
from tests.streams.messages.test_codec import article

BODY = "The council of Fenland voted for the ferry on Monday, and Fenland will pay for it."


class FakeRunner:
    """Keeps what the agent declares: its stage, and the look that a timer repeats."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.config = PipelineConfig(classes=load_classes(settings), version="test")
        self.metrics = Metrics()
        self.app = SimpleNamespace(timer=lambda _: lambda look: setattr(self, "look", look))
        self.look: Callable[[], Awaitable[None]]

    def agent(self, _: str) -> Callable[[Any], None]:
        return lambda agent: setattr(self, "work", agent)

    async def run(self, _: str, __: Sequence[Any], stage: WorkFactory) -> None:
        self.stage = stage

    async def started(self) -> "FakeRunner":
        """Declare the agent and let it take one batch."""
        classify.declare(cast(StageRunner, self))

        await self.work(FakeStream([event(0)]))  # type: ignore[attr-defined]
        return self


def batch() -> list[Incoming]:
    judged = [encode_judged(Judged(article=article(f"Ferry {number}", BODY), duplicate=None)) for number in range(3)]
    return [Incoming(topic="news.judged", key=None, value=value) for value in encode_batches(judged)]


def hashes(output: Output) -> set[str]:
    return {orjson.loads(message.value)["pipeline"]["classes"] for message in output.messages}


async def test_batch_keeps_the_classes_that_it_began_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ready(_: Settings, __: object) -> None: ...

    monkeypatch.setattr(classify, "prepare_topics", ready)
    (tmp_path / "fen.toml").write_text(FEN, encoding="utf-8")
    runner = await FakeRunner(Settings(classes=str(tmp_path))).started()
    old = runner.config.classes.hash
    begun = runner.stage()
    (tmp_path / "fen.toml").write_text(FEN.replace("0.95", "0.9"), encoding="utf-8")
    await runner.look()
    await runner.look()
    new = load_classes(runner.settings).hash
    assert new != old
    assert hashes(begun(batch())) == {old}
    assert hashes(runner.stage()(batch())) == {new}


async def test_built_in_classes_are_not_looked_at() -> None:
    runner = await FakeRunner(Settings()).started()
    assert not hasattr(runner, "look")
