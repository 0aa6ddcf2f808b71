"""`newsmill` with something broken in it: `python -m tests.kafka.spoiled NAME worker …`."""

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agents.cli.main import main
from streams import pipeline

KILLER = "This one ends its worker."
HELD = "This one is held."
HOLD = "NEWSMILL_TEST_HOLD"

log = logging.getLogger(__name__)


def deadly() -> None:
    """A text ends its process at split, and an article with it at classify, as a crash in a native library would."""
    _before("decode_dump", lambda body, *_: _end_at(KILLER.upper().encode() in body))
    _before("labels_of", lambda _, body, *__: _end_at(KILLER in body))


def held() -> None:
    """A dump is worked on for as long as a file is there."""

    def hold(body: bytes, *_: Any) -> None:
        hold = Path(os.environ[HOLD])
        if HELD.encode() in body and hold.exists():
            log.warning("held")
        while HELD.encode() in body and hold.exists():
            time.sleep(0.01)

    _before("decode_dump", hold)


def _before(name: str, meddle: Callable[..., None]) -> None:
    known = getattr(pipeline, name)

    def meddled(*arguments: Any, **named: Any) -> Any:
        meddle(*arguments)
        return known(*arguments, **named)

    setattr(pipeline, name, meddled)


def _end_at(is_killer: bool) -> None:
    if is_killer:
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
    main(sys.argv[2:])
