"""Count all dead letters for the live page, and send them back on request."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Mapping

import orjson
from aiohttp import web
from aiokafka.errors import KafkaError

from agents.client.replay import DeadLetter, read_dead_letters, replay, replayed_ids
from agents.errors import NotReachable, UserError
from agents.settings import Settings
from agents.web.queries import Answer
from streams.messages.dead_letters import REASON_HEADER
from streams.messages.envelope import is_letter_id

ANSWER_S = 120.0
MAX_IDS = 1_000
# Requests to send back whose bodies arrive or that wait for others, and the seconds that a body may take.
MAX_REPLAYS = 4
BODY_S = 20.0
RETRY_S = 5
# Not a type that a form of another site may send without a CORS preflight.
REQUEST_TYPE = "application/json"


class Letters:
    """The answers, one at a time: each reads the whole topic."""

    def __init__(self, settings: Settings) -> None:
        """Read and send with these settings."""
        self._settings = settings
        self._lock = asyncio.Lock()
        self._replays = asyncio.BoundedSemaphore(MAX_REPLAYS)

    def routes(self) -> Mapping[str, Answer]:
        """Return path -> answer of the requests that change nothing."""
        return {"/dead-letters": self.count}

    async def count(self, _: web.Request) -> web.Response:
        """Return the number of dead letters by reason, and of those that were sent back."""
        async with self._lock:
            return await _answer(self._count())

    async def replay(self, request: web.Request) -> web.Response:
        """Send back the dead letters that the body names: {"ids": […]} or {"reason": R}; each once, as the command does."""
        if request.content_type != REQUEST_TYPE:
            raise web.HTTPUnsupportedMediaType(text=f"Send it as {REQUEST_TYPE}.")
        if self._replays.locked():  # before its body is read
            raise web.HTTPServiceUnavailable(
                text="Others are being sent back; try again in a moment.", headers={"Retry-After": str(RETRY_S)}
            )
        async with self._replays:
            ids, reason = _wanted(await _body(request))
            async with self._lock:
                return await _answer(self._replay(ids, reason))

    async def _count(self) -> dict[str, object]:
        replayed = await replayed_ids(self._settings)
        reasons: Counter[str] = Counter()
        sent_back = 0
        async for letter in read_dead_letters(self._settings):
            reasons[letter.texts[REASON_HEADER]] += 1
            sent_back += letter.id in replayed
        return {"reasons": dict(reasons.most_common()), "sent_back": sent_back}

    async def _replay(self, ids: list[str], reason: str | None) -> dict[str, object]:
        sent: list[str] = []
        refused: dict[str, str] = {}

        def note(letter: DeadLetter, why: str | None) -> None:
            if why is None:
                sent.append(letter.id)
            else:
                refused[letter.id] = why

        await replay(self._settings, ids=ids, reason=reason, again=False, on_done=note)
        return {"sent": sent, "refused": refused}


async def _body(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(BODY_S):
            return await request.read()
    except TimeoutError:
        raise web.HTTPRequestTimeout(text=f"The request did not arrive within {BODY_S:.0f} s.") from None


def _wanted(body: bytes) -> tuple[list[str], str | None]:
    """Return ids and reason of a request, one of which it must have."""
    try:
        request = orjson.loads(body)
        ids, reason = request.get("ids", []), request.get("reason")
    except (orjson.JSONDecodeError, AttributeError):
        ids, reason = None, None
    is_form = isinstance(ids, list) and len(ids) <= MAX_IDS and all(isinstance(id, str) and is_letter_id(id) for id in ids)
    if not is_form or not (reason is None or isinstance(reason, str)) or not (ids or reason):
        raise web.HTTPBadRequest(text='{"ids": ["3-17"]} or {"reason": "bug"}')
    return ids, reason


async def _answer(work: Awaitable[dict[str, object]]) -> web.Response:
    """Return the result as JSON, or an answer that says why there is none."""
    try:
        async with asyncio.timeout(ANSWER_S):
            result = await work
    except (NotReachable, KafkaError, TimeoutError) as error:
        raise web.HTTPServiceUnavailable(text=str(error) or "Kafka does not answer", headers={"Retry-After": str(RETRY_S)}) from None
    except UserError as error:
        raise web.HTTPConflict(text=str(error)) from None
    return web.Response(body=orjson.dumps(result), content_type="application/json")
