"""Define the routes of a worker's web server in one table; no other files are served."""

import asyncio
import gzip
import logging
import mimetypes
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import resources
from typing import TypeVar

import orjson
from aiohttp import web

from agents.settings import SettingsError
from agents.web.connections import Connections
from agents.web.dump_view import MAX_BYTES, Busy, DumpUpload, DumpView
from agents.web.feed import Feed
from agents.web.guard import add_headers, guard
from streams.errors import InvalidRecord
from streams.times import parse_time

log = logging.getLogger("agents.web_site")

MAX_CLIENTS = 16
# Bodies of dumps that are read at the same time, each up to `MAX_BYTES`, and the seconds that one may take.
MAX_UPLOADS = 4
UPLOAD_S = 20.0
RETRY_S = 2
# Not a type that a form of another site may send without a CORS preflight.
DUMP_TYPE = "application/octet-stream"
SAMPLE = "01-a-strike-at-a-mine.txt"

T = TypeVar("T")
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probes:
    """The callbacks of the probes; `not_ready` returns the reason, or an empty text if the worker is ready."""

    metrics: Callable[[], bytes]
    metrics_type: str
    stalled: Callable[[], list[str]]
    not_ready: Callable[[], str]


def create_site(
    probes: Probes,
    feed: Feed,
    view: DumpView,
    connections: Connections,
    *,
    web_host: str,
    classes: Callable[[], bytes],
    readers: Mapping[str, Answer] | None = None,
    replay: Answer | None = None,
) -> web.Application:
    """Create the web application of a worker.

    Args:
        probes: the answers to orchestrators and Prometheus.
        feed: what the live page follows.
        view: processes dumps that are pasted on the page.
        connections: limits them.
        web_host: as in the settings.
        classes: returns the initial JSON of the page; classes change while a worker runs.
        readers: more routes, which read Kafka: path -> answer.
        replay: sends dead letters back.
    """
    app = web.Application(middlewares=[connections.middleware(), guard(web_host)], client_max_size=MAX_BYTES)
    app.on_response_prepare.append(add_headers)
    app.add_routes([web.get(path, answer) for path, answer in {**_probes(probes), **_page(classes), **(readers or {})}.items()])
    app.add_routes(
        [web.get("/events", partial(_events, feed)), web.post("/dump", partial(_dump, view, asyncio.BoundedSemaphore(MAX_UPLOADS)))]
    )
    if replay is not None:
        app.add_routes([web.post("/replay", replay)])

    async def close(_: web.Application) -> None:
        view.close()
        await feed.close()

    app.on_shutdown.append(close)
    return app


def _probes(probes: Probes) -> Mapping[str, Answer]:
    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=probes.metrics(), headers={"Content-Type": probes.metrics_type})

    async def livez(_: web.Request) -> web.Response:
        nothing: list[str] = []
        stalled = _attempt(probes.stalled, nothing)
        return web.Response(text="\n".join(stalled) or "alive", status=503 if stalled else 200)

    async def readyz(_: web.Request) -> web.Response:
        reason = _attempt(probes.not_ready, "the check failed; see the log")
        return web.Response(text=reason or "ready", status=503 if reason else 200)

    return {"/metrics": metrics, "/livez": livez, "/readyz": readyz}


def _attempt(probe: Callable[[], T], otherwise: T) -> T:
    """Return the result of a probe, or `otherwise` if it raises: a defect of a probe must not restart the worker."""
    try:
        return probe()
    except Exception:
        log.exception("a probe failed")
        return otherwise


def _page(classes: Callable[[], bytes]) -> Mapping[str, Answer]:
    """Return the routes of the page's files, which are read and compressed once: requests never reach the file system."""

    def answer(body: bytes, content_type: str) -> Answer:
        compressed = gzip.compress(body)

        async def respond(request: web.Request) -> web.Response:
            return _compressed(request, body, compressed, content_type)

        return respond

    async def current_classes(request: web.Request) -> web.Response:
        body = classes()
        return _compressed(request, body, gzip.compress(body), "application/json")

    folder = resources.files("agents.web").joinpath("page")
    files = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    types = {name: "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0] for name in files}
    served = {f"/page/{name}": answer(body, types[name] or "text/plain") for name, body in files.items() if name != "index.html"}
    sample = resources.files("agents").joinpath("samples", SAMPLE).read_bytes()
    generated = {"/page/classes.json": current_classes, "/page/sample.txt": answer(sample, "text/plain")}
    return {"/": answer(files["index.html"], "text/html"), **generated, **served}


def _compressed(request: web.Request, body: bytes, compressed: bytes, content_type: str) -> web.Response:
    """Return a response with the compressed body where the client takes it, and 304 where it has it already."""
    etag = f"{zlib.crc32(body):08x}"
    is_known = any(known.value in (etag, "*") for known in request.if_none_match or ())
    takes_gzip = "gzip" in request.headers.get("Accept-Encoding", "")
    response = web.Response(status=304) if is_known else web.Response(body=compressed if takes_gzip else body)
    if not is_known:
        response.content_type, response.charset = content_type, "utf-8"
        if takes_gzip:
            response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.etag = etag
    return response


async def _events(feed: Feed, request: web.Request) -> web.StreamResponse:
    """Send server-sent events until the client disconnects, is dropped, or the worker stops."""
    if len(feed.clients) >= MAX_CLIENTS:
        raise web.HTTPServiceUnavailable(text=f"{MAX_CLIENTS} pages are open already; close one.", headers={"Retry-After": str(RETRY_S)})
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
    await response.prepare(request)
    transport = request.transport
    assert transport is not None
    with feed.joined(request.headers.get("Last-Event-ID"), transport.abort) as client:
        try:
            await response.write(b"retry: 2000\n\n")
            while (chunk := await client.take()) is not None:
                await response.write(chunk)
        except ConnectionResetError:
            pass  # the client disconnected
    return response


async def _dump(view: DumpView, uploads: asyncio.BoundedSemaphore, request: web.Request) -> web.Response:
    """Process an uploaded dump: its bytes are the body; `name`, `url` and `fetched_at` are query parameters."""
    if request.content_type != DUMP_TYPE:
        raise web.HTTPUnsupportedMediaType(text=f"Send it as {DUMP_TYPE}.")
    fetched_at = request.query.get("fetched_at")
    try:
        if view.is_busy or uploads.locked():
            raise Busy  # before its body is read
        async with uploads, asyncio.timeout(UPLOAD_S):
            body = await request.read()
        upload = DumpUpload(
            body=body,
            name=request.query.get("name") or None,
            url=request.query.get("url") or None,
            fetched_at=parse_time(fetched_at) if fetched_at else None,
        )
        return web.Response(body=await view.show(upload), content_type="application/json")
    except web.HTTPRequestEntityTooLarge:
        message, status = f"Up to {MAX_BYTES >> 20} MiB here; `newsmill process --explain` takes larger ones.", 413
    except TimeoutError:
        message, status = f"The dump did not arrive within {UPLOAD_S:.0f} s.", 408
    except Busy:
        message, status = "Another dump is being processed; try again in a moment.", 503
    except InvalidRecord as error:
        message, status = error.detail, 422
    except SettingsError as error:
        message, status = str(error), 422
    headers = {"Retry-After": str(RETRY_S)} if status == web.HTTPServiceUnavailable.status_code else {}
    return web.Response(body=orjson.dumps({"why": message}), content_type="application/json", status=status, headers=headers)
