"""Control a headless Chromium by its protocol (CDP) over a WebSocket, without a driver or download."""

import asyncio
import base64
import contextlib
import itertools
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiohttp
import orjson

NAMES = ("chromium", "chromium-browser", "google-chrome")
OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--enable-precise-memory-info",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
START_S = 30
ANSWER_S = 30


def find_chromium() -> str | None:
    """Return the path of an installed Chromium, None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Chromium:
    """A browser process with a fresh profile; `address` is its WebSocket."""

    def __init__(self, path: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self._log = Path(self._folder.name) / "log"
        with self._log.open("wb") as log:
            command = [path, *OPTIONS, f"--user-data-dir={self._folder.name}", "about:blank"]
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        self.address = self._until_listening()

    def close(self) -> None:
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        if self._process.poll() is None:
            self._process.kill()
        self._folder.cleanup()

    def _until_listening(self) -> str:
        deadline = time.monotonic() + START_S
        while not (found := re.search(r"DevTools listening on (ws://\S+)", self._log.read_text(errors="replace"))):
            if self._process.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"chromium did not start: {self._log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)
        return found[1]


class Tab:
    """A tab of a browser, in a context of its own: nothing is shared with another."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.console: list[str] = []
        self.requests: list[str] = []
        self._socket = socket
        self._session = ""
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reading = asyncio.ensure_future(self._read())

    async def start(self, width: int, height: int) -> Self:
        context = (await self._send("Target.createBrowserContext", disposeOnDetach=True))["browserContextId"]
        target = (await self._send("Target.createTarget", url="about:blank", browserContextId=context))["targetId"]
        self._session = (await self._send("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "Performance"):
            await self._send(f"{domain}.enable")
        await self.resize(width, height)
        return self

    async def stop(self) -> None:
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def resize(self, width: int, height: int, *, scale: float = 1, mobile: bool = False) -> None:
        await self._send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=mobile)

    async def prefer(self, **features: str) -> None:
        """Set media features: `prefer(prefers_color_scheme="dark")`."""
        wanted = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        await self._send("Emulation.setEmulatedMedia", features=wanted)

    async def open(self, url: str) -> None:
        await self._send("Page.navigate", url=url)

    async def run(self, script: str) -> Any:
        """Return the value of an expression in the page; promises are awaited."""
        known = {"returnByValue": True, "awaitPromise": True, "userGesture": True, "allowUnsafeEvalBlockedByCSP": False}
        answer = await self._send("Runtime.evaluate", expression=script, **known)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, script: str, limit_s: float = ANSWER_S) -> Any:
        """Return the first true value of an expression; looked at in each frame."""
        return await self.run(
            f"""new Promise((resolve, reject) => {{
              const limit = performance.now() + {limit_s * 1000};
              const look = () => {{
                let value; try {{ value = ({script}); }} catch {{ value = null; }}
                if (value) resolve(value);
                else if (performance.now() > limit) reject(new Error("not within {limit_s} s: " + {orjson.dumps(script).decode()}));
                else setTimeout(look, 15);
              }};
              look();
            }})"""
        )

    async def press(self, key: str, *, code: int = 0, text: str = "") -> None:
        """Press a key and let it go."""
        known = {"key": key, "windowsVirtualKeyCode": code, "nativeVirtualKeyCode": code}
        await self._send("Input.dispatchKeyEvent", type="keyDown", text=text, **known)
        await self._send("Input.dispatchKeyEvent", type="keyUp", **known)

    async def type(self, text: str) -> None:
        await self._send("Input.insertText", text=text)

    async def picture(self, path: Path, *, whole: bool = False) -> None:
        answer = await self._send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        await asyncio.to_thread(path.write_bytes, base64.b64decode(answer["data"]))

    async def heap_bytes(self) -> int:
        """Return the size of the page's JavaScript heap after a garbage collection."""
        await self._send("HeapProfiler.collectGarbage")
        metrics = {metric["name"]: metric["value"] for metric in (await self._send("Performance.getMetrics"))["metrics"]}
        return int(metrics["JSHeapUsedSize"])

    async def _send(self, method: str, **parameters: object) -> dict[str, Any]:
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        message = {"id": number, "method": method, "params": parameters} | ({"sessionId": self._session} if self._session else {})
        await self._socket.send_str(orjson.dumps(message).decode())
        return await asyncio.wait_for(answer, ANSWER_S + 5)

    async def _read(self) -> None:
        async for message in self._socket:
            message_data = orjson.loads(message.data)
            if "id" in message_data:
                answer = self._answers.pop(message_data["id"])
                if not answer.done():
                    self._resolve(answer, message_data)
            else:
                self._note(message_data["method"], message_data["params"])

    def _resolve(self, answer: "asyncio.Future[dict[str, Any]]", message_data: dict[str, Any]) -> None:
        if "error" in message_data:
            answer.set_exception(AssertionError(message_data["error"]))
        else:
            answer.set_result(message_data["result"])

    def _note(self, method: str, message_data: dict[str, Any]) -> None:
        """Record console output and network requests of the page."""
        notes: dict[str, Callable[[], str]] = {
            "Runtime.exceptionThrown": lambda: str(message_data["exceptionDetails"].get("exception", {}).get("description")),
            "Runtime.consoleAPICalled": lambda: " ".join(str(part.get("value")) for part in message_data["args"]),
            "Log.entryAdded": lambda: f"{message_data['entry']['level']}: {message_data['entry']['text']}",
        }
        if method in notes:
            self.console.append(notes[method]())
        if method == "Network.requestWillBeSent":
            self.requests.append(message_data["request"]["url"])


@asynccontextmanager
async def tab(chromium: Chromium, *, width: int = 1280, height: int = 900) -> AsyncIterator[Tab]:
    """Yield a new tab of the browser; it is closed with its context."""
    async with aiohttp.ClientSession() as session, session.ws_connect(chromium.address, max_msg_size=0) as socket:
        opened = Tab(socket)
        try:
            yield await opened.start(width, height)
        finally:
            await opened.stop()
