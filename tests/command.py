"""The command `newsmill` in this process: arguments and standard input in, exit status and both outputs out."""

import json
import os
from dataclasses import dataclass
from typing import Any

from click.testing import CliRunner

from agents.cli.main import main


@dataclass(frozen=True)
class Ran:
    """What a command gave back."""

    status: int
    out: bytes
    notes: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines."""
        return [json.loads(line) for line in self.out.split(b"\n") if line]


def newsmill(*arguments: str, stdin: bytes = b"", env: dict[str, str] | None = None) -> Ran:
    """Run `newsmill` with these arguments; of the settings in the environment only those of `env` hold."""
    unset: dict[str, str | None] = {name: None for name in os.environ if name.startswith("NEWS_")}
    status: object = 0
    with CliRunner().isolation(input=stdin, env=unset | (env or {})) as (out, notes, _):
        try:
            main(list(arguments))
        except SystemExit as end:
            status = end.code
        return Ran(status=int(str(status or 0)), out=out.getvalue(), notes=notes.getvalue().decode())
