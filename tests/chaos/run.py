"""A whole run: draw pages and faults, drive, compare, report."""

import asyncio
import shutil
import signal
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.compare import compare
from tests.chaos.drive import drive
from tests.chaos.faults import schedule
from tests.chaos.pages import pages
from tests.chaos.report import conclude, keep, last_line, table
from tests.chaos.scene import LAYOUTS
from tests.chaos.waits import longest_wait_s, waits
from tests.deliveries import expected

_OURS = ("kafka", "topics", "worker-*", "dumps.jsonl", "faults.jsonl", "wrong.txt")


async def chaos(faults: int, articles: int, seed: int, out: Path, *, brokers: int = 1, kinds: Sequence[str] = (), spoiled: str = "") -> int:
    """Return 0 where nothing is lost, twice or contradicting and all has settled, else 1.

    Print a table and the last line of docs/contract.md, Measurements.

    `brokers`: 1 or 3. `kinds` of faults: all by default. `spoiled`: what is broken in the workers, a function of tests/kafka/spoiled.py.
    """
    # An end by SIGTERM must not leave workers behind.
    own = asyncio.current_task()
    if own is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, own.cancel)
    _clear(out)
    dumps, layout = pages(articles, seed), LAYOUTS[brokers]
    run = await drive(dumps, schedule(faults, seed, kinds or layout.kinds, layout.guests), out, brokers, spoiled)
    sent = [dumps[number] for number in sorted(run.sent)]
    found = waits(dumps, run.sent, run.topics)
    run.rows = [{**row, "longest_wait_s": longest_wait_s(row, found)} for row in run.rows]
    keep(out, sent, run)
    wanted = await asyncio.to_thread(expected, sent, run.prefix)
    findings = await asyncio.to_thread(compare, run.topics, wanted, run.prefix)
    conclude(out, run, findings)
    print(table(run, findings))
    print(last_line(run, findings), flush=True)
    return int(bool(findings.wrong) or not run.settled)


def _clear(out: Path) -> None:
    """Remove what an earlier run left in `out`, and nothing else."""
    out.mkdir(parents=True, exist_ok=True)
    for path in (path for pattern in _OURS for path in out.glob(pattern)):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
