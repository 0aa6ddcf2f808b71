"""Deliveries: retries, what is given up, webhooks and commands."""

import base64
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import pytest
from aiohttp import web

from agents.client.deliver import MAX_ATTEMPTS, Delivery, NotDelivered, Refused
from agents.client.received_event import ReceivedEvent
from agents.client.run_command import Command, arguments
from agents.client.webhook import Webhook, headers_of, key_of, signature
from agents.errors import UserError
from tests.foreign_events import EVENT, changed

RECEIVED = ReceivedEvent(
    topic="news.events", id=EVENT["id"], value=changed(), event=EVENT, headers={"ce_id": EVENT["id"], "ce_type": "newsmill.event.v1"}
)


class FakeTarget:
    """Raises each of these errors, then takes what comes."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.taken: list[str] = []

    async def __call__(self, event: ReceivedEvent) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.taken.append(event.id)


async def deliver(target: FakeTarget, folder: Path) -> list[str]:
    notes: list[str] = []
    await Delivery(target, folder / "undelivered.jsonl", notes.append, first_wait_s=0.0)(RECEIVED)
    return notes


async def test_event_is_tried_until_it_is_taken(tmp_path: Path) -> None:
    target = FakeTarget(NotDelivered("503"), NotDelivered("503"))
    notes = await deliver(target, tmp_path)
    assert target.taken == [RECEIVED.id]
    assert notes == [f"{RECEIVED.id} is not delivered, trying again: 503"]
    assert not (tmp_path / "undelivered.jsonl").exists()


@pytest.mark.parametrize(
    ("errors", "attempts"),
    [
        pytest.param([Refused("404")], 1, id="refused-at-once"),
        pytest.param([NotDelivered("503") for _ in range(MAX_ATTEMPTS)], MAX_ATTEMPTS, id="given-up"),
    ],
)
async def test_event_that_is_not_taken_is_kept_in_the_file(tmp_path: Path, errors: list[Exception], attempts: int) -> None:
    target = FakeTarget(*errors)
    await deliver(target, tmp_path)
    [line] = (tmp_path / "undelivered.jsonl").read_bytes().splitlines()
    letter = orjson.loads(line)
    assert (letter["id"], letter["attempts"], letter["event"]) == (RECEIVED.id, attempts, EVENT)
    assert target.taken == []


@dataclass
class Receiver:
    """A webhook's receiver: it answers with these statuses first, then 204, and keeps what it gets."""

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.Response:
        self.got.append((dict(request.headers), await request.read()))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 204, headers={"Location": "/elsewhere"})


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.add_routes([web.post("/hook", receiver.answer)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_webhook_that_fails_twice_gets_the_event_with_id_and_signature(receiver: Receiver, tmp_path: Path) -> None:
    receiver.statuses = [500, 429]
    webhook = Webhook(receiver.url, "whsec_" + base64.b64encode(b"key").decode())
    await Delivery(webhook, tmp_path / "undelivered.jsonl", lambda _: None, first_wait_s=0.0)(RECEIVED)
    await webhook.aclose()
    assert [body for _, body in receiver.got] == 3 * [RECEIVED.value]
    headers = receiver.got[-1][0]
    assert {headers[name] for name in ("Idempotency-Key", "webhook-id", "ce-id")} == {RECEIVED.id}
    assert headers["webhook-signature"] == signature(b"key", RECEIVED.id, int(headers["webhook-timestamp"]), RECEIVED.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, Refused), (302, Refused), (408, NotDelivered), (503, NotDelivered)],
)
async def test_answer_of_a_receiver_decides_about_another_attempt(receiver: Receiver, status: int, error: type[Exception]) -> None:
    receiver.statuses = [status]
    webhook = Webhook(receiver.url, "")
    with pytest.raises(error, match=str(status)):
        await webhook(RECEIVED)
    await webhook.aclose()
    assert "webhook-signature" not in receiver.got[0][0]


async def test_receiver_that_is_away_is_tried_again() -> None:
    webhook = Webhook("http://127.0.0.1:1/", "")
    with pytest.raises(NotDelivered):
        await webhook(RECEIVED)
    await webhook.aclose()


def test_signature_is_that_of_the_standard() -> None:
    """The example of the specification's libraries."""
    key = key_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, b'{"test": 2432232314}')
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("make", [lambda: Webhook("ftp://x/", ""), lambda: Webhook("http://x/", "whsec_?"), lambda: Command("say '")])
def test_target_that_cannot_be_is_refused_at_once(make: object) -> None:
    with pytest.raises(UserError):
        make()  # type: ignore[operator]


def test_headers_have_no_signature_without_a_key() -> None:
    assert "webhook-signature" not in headers_of(RECEIVED, b"", 1)


@pytest.mark.parametrize("title", ["; rm -rf /", "$(id)", "`id`", "a\nb", "--help", "-x", 'quo"te', "\x00"])
def test_headline_is_one_argument_and_never_an_option_or_a_command(title: str) -> None:
    made = arguments(["notify", "{title}", "--text={title}"], EVENT | {"title": title})
    assert len(made) == 3
    assert not made[1].startswith("-")
    assert not set(made[1]) & {"\x00", "\n"}


@pytest.mark.parametrize(
    ("code", "error"),
    [("0", None), ("3", Refused), ("75", NotDelivered)],
)
async def test_command_gets_arguments_and_the_event_and_its_status_decides(
    tmp_path: Path, code: str, error: type[Exception] | None
) -> None:
    script = "import sys; open(sys.argv[2], 'w').write(sys.argv[1] + sys.stdin.read()); sys.exit(int(sys.argv[3]))"
    command = Command(f'{sys.executable} -c "{script}" {{id}} {tmp_path}/out {code}')
    if error is None:
        await command(RECEIVED)
    else:
        with pytest.raises(error):
            await command(RECEIVED)
    assert (tmp_path / "out").read_text() == f"{RECEIVED.id}{RECEIVED.value.decode()}\n"


async def test_missing_command_and_unknown_field_are_named() -> None:
    with pytest.raises(Refused, match="no-such-command"):
        await Command("no-such-command {title}")(RECEIVED)
    with pytest.raises(UserError, match=r"no field \{colour\}"):
        Command("echo {colour}")
