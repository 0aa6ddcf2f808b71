"""The dump view: the same articles as the pipeline's, the fates of lines, and the matches of copies."""

import asyncio
import gzip
import io
import threading
import zipfile
from typing import Any

import orjson
import pytest

from agents.pipeline_config import copy_config
from agents.settings import Settings
from agents.web.dump_view import MAX_BYTES, MAX_DUMPS, MAX_LINE_CHARACTERS, MAX_UNPACKED_BYTES, Busy, DumpUpload, DumpView
from streams.local import Processor
from streams.pipeline import PipelineConfig
from streams.records import Incoming
from tests.browser.served import config, create_view
from tests.samples import FOLDER

SAMPLE = (FOLDER / "01-a-strike-at-a-mine.txt").read_bytes()
STORY = "The harbour of Port Ellery was closed on Monday after a barge broke loose and drifted into the ferry pier. " * 3


async def shown(body: bytes, name: str | None = None, url: str | None = None, fetched_at: int | None = 1_754_136_000) -> dict[str, Any]:
    view = create_view()
    result: dict[str, Any] = orjson.loads(await view.show(DumpUpload(body=body, name=name, url=url, fetched_at=fetched_at)))
    view.close()
    return result


async def test_articles_labels_and_evidence_equal_those_of_the_pipeline() -> None:
    headers = (("source-url", b"https://a.example/"), ("fetched-at", b"2025-08-02T12:00:00Z"))
    processor = Processor(config(), copy_config(Settings()), now=0)
    messages = processor.process(Incoming(topic="news.dumps", key=None, value=SAMPLE, headers=headers))
    expected = {message.key: orjson.loads(message.value) for message in messages if message.topic in ("news.events", "news.duplicates")}
    [dump] = (await shown(SAMPLE, url="https://a.example/"))["dumps"]
    found = [article["event"] for article in dump["articles"]]
    for event in found:
        event.pop("body_characters")
    assert found == list(expected.values())
    assert any(label["evidence"] for event in found for label in event["regions"])


async def test_every_line_has_its_fate_and_the_sizes_add_up_to_the_page() -> None:
    text = "\n".join(line[:MAX_LINE_CHARACTERS] for line in SAMPLE.decode().splitlines())
    [dump] = (await shown(text.encode()))["dumps"]
    assert "".join("".join(line for _, line in dump["lines"]).split()) == "".join(text.split())
    assert sum(dump["sizes"].values()) == dump["characters"] == len(text)
    assert {"headline", "article"} <= {fate for fate, _ in dump["lines"]}


async def test_copy_names_its_original_and_the_shared_spans() -> None:
    envelopes = [
        orjson.dumps({"url": f"https://{name}.example/", "body": STORY + end}) for name, end in (("a", ""), ("b", "A new end to it."))
    ]
    first, second = (await shown(b"\n".join(envelopes), "pasted.jsonl"))["dumps"]
    [original], [copy] = first["articles"], second["articles"]
    assert copy["event"]["duplicate"]["of"] == original["event"]["id"]
    assert 0 < copy["matched"]["shared_runs"] < copy["matched"]["runs"]
    assert copy["matched"]["spans"][0][0] == 0
    assert "matched" not in original


async def test_unreadable_upload_is_refused_with_the_reason() -> None:
    [dump] = (await shown(b"\x89PNG\r\n\x1a\n" + bytes(100)))["dumps"]
    assert [(letter["stage"], letter["reason"]) for letter in dump["dead"]] == [("split", "not-decodable")]
    assert "lines" not in dump
    result = await shown(b"", "nothing.pdf")
    assert "unknown file format" in result["refused"][0]["why"]


@pytest.mark.slow
async def test_archives_are_read_up_to_a_number_of_dumps_and_a_size() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(MAX_DUMPS + 5):
            archive.writestr(f"{number}.txt", f"{STORY} {number}")
    result = await shown(packed.getvalue(), "pages.zip")
    assert (len(result["dumps"]), result["more"]) == (MAX_DUMPS, True)
    bomb = await shown(gzip.compress(b"x" * (20 * MAX_BYTES)), "bomb.txt.gz")
    assert bomb["dumps"] == []
    assert "2 MiB" in bomb["refused"][0]["why"]


@pytest.mark.slow
async def test_an_upload_that_unpacks_to_too_much_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pages.jsonl.gz", gzip.compress(bytes(MAX_UNPACKED_BYTES + 1)))
    result = await shown(packed.getvalue(), "pages.zip")
    assert result["dumps"] == []
    assert "unpacks to over 67,108,864 bytes" in result["refused"][-1]["why"]


async def test_one_dump_is_processed_at_a_time_even_after_its_client_left() -> None:
    done = threading.Event()

    def configure() -> PipelineConfig:
        done.wait(30)
        return config()

    view = DumpView(configure, copy_config(Settings()))
    upload = DumpUpload(body=SAMPLE, name=None, url=None, fetched_at=None)
    first = asyncio.create_task(view.show(upload))
    await asyncio.sleep(0)
    with pytest.raises(Busy):
        await view.show(upload)
    first.cancel()
    with pytest.raises(Busy):
        await view.show(upload)
    done.set()
    while view._running is not None and not view._running.done():  # noqa: ASYNC110 - the thread knows when
        await asyncio.sleep(0.01)
    assert await view.show(upload)
    view.close()


async def test_view_recovers_after_a_mistake_in_the_class_files() -> None:
    def broken() -> Any:
        raise ValueError

    view = DumpView(broken, copy_config(Settings()))
    for _ in range(2):
        with pytest.raises(ValueError):  # noqa: PT011 - our own
            await view.show(DumpUpload(body=SAMPLE, name=None, url=None, fetched_at=None))
    view.close()
