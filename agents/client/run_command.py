"""Run a command for each event: its JSON on standard input, its fields in the arguments; never through a shell."""

import asyncio
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agents.client.deliver import NotDelivered, Refused
from agents.client.received_event import ReceivedEvent
from agents.errors import UserError

TIMEOUT_S = 60.0
TRY_AGAIN_STATUS = 75  # EX_TEMPFAIL of sysexits.h
_FIELD = re.compile(r"\{(\w+)\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")

FIELDS: Mapping[str, Callable[[Mapping[str, Any]], str | None]] = {
    "id": lambda event: event["id"],
    "title": lambda event: event["title"],
    "url": lambda event: event.get("url") or event["source"]["url"],
    "outlet": lambda event: event["outlet"],
    "language": lambda event: event["language"],
    "published_at": lambda event: event["published_at"],
    "regions": lambda event: " ".join(label["id"] for label in event["regions"]),
    "topics": lambda event: " ".join(label["id"] for label in event["topics"]),
}


class Command:
    """A target of deliveries that runs a command."""

    def __init__(self, command: str) -> None:
        """Split a command line into its words, as a shell does, without running one.

        Raises:
            UserError: a quotation mark is missing, or an unknown field is named.
        """
        try:
            self._words = shlex.split(command)
        except ValueError as error:
            raise UserError(f"--exec {command}: {error}") from None
        unknown = [name for word in self._words for name in _FIELD.findall(word) if name not in FIELDS]
        if not self._words or unknown:
            wrong = f"no field {{{unknown[0]}}}; there are {', '.join(FIELDS)}" if unknown else "a command is needed"
            raise UserError(f"--exec {command}: {wrong}")

    async def __call__(self, event: ReceivedEvent) -> None:
        """Run the command and wait for its end.

        Raises:
            NotDelivered: exit status 75 (try again), or no end within `TIMEOUT_S`.
            Refused: another exit status, or the command does not exist.
        """
        try:
            process = await asyncio.create_subprocess_exec(*arguments(self._words, event.event), stdin=asyncio.subprocess.PIPE)
        except OSError as error:
            raise Refused(f"{self._words[0]}: {error.strerror}") from None
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await process.communicate(event.value + b"\n")
        except TimeoutError:
            raise NotDelivered(f"{self._words[0]} does not end within {TIMEOUT_S:.0f} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode == TRY_AGAIN_STATUS:
            raise NotDelivered(f"{self._words[0]} ends with status {TRY_AGAIN_STATUS}")
        if process.returncode:
            raise Refused(f"{self._words[0]} ends with status {process.returncode}")


def arguments(words: Sequence[str], event: Mapping[str, Any]) -> list[str]:
    """Return the words with the event's fields in place of {title} and the like.

    A word that begins with a field never becomes an option, whatever a headline begins with: a space goes before its hyphen.
    """

    def filled(word: str) -> str:
        text = _FIELD.sub(lambda found: _CONTROL.sub(" ", FIELDS[found[1]](event) or ""), word)
        return f" {text}" if text.startswith("-") and not word.startswith("-") else text

    return [filled(word) for word in words]
