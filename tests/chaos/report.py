"""What a chaos run leaves: files for who looks into it, a table for people, one line for programs."""

import base64
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from math import nan
from pathlib import Path
from statistics import median
from typing import Any

from streams.records import Headers, Incoming
from tests.chaos.compare import Findings
from tests.chaos.drive import Run


def keep(out: Path, sent: Sequence[tuple[bytes, Headers]], run: Run) -> None:
    """Write what went in (`newsmill process` takes it), the faults, and what came out by topic."""
    (out / "topics").mkdir()
    (out / "dumps.jsonl").write_bytes(b"".join(value + b"\n" for value, _ in sent))
    (out / "faults.jsonl").write_text("".join(json.dumps(row) + "\n" for row in run.rows), encoding="utf-8")
    for name, messages in run.topics.items():
        with (out / "topics" / f"{name}.jsonl").open("w", encoding="utf-8") as stream:
            stream.writelines(json.dumps(_line(message), ensure_ascii=False) + "\n" for message in messages)


def conclude(out: Path, run: Run, findings: Findings) -> None:
    """Write each thing that is wrong; where nothing is, remove the brokers' messages, which `keep` has kept."""
    (out / "wrong.txt").write_text("".join(line + "\n" for line in findings.why), encoding="utf-8")
    if not findings.wrong and run.settled:
        for log in (out / "kafka").glob("**/log"):
            shutil.rmtree(log)


def table(run: Run, findings: Findings) -> str:
    """Return the table for people."""
    lines = [f"{'':24} {'recovery':>18} {'longest wait':>18}", f"{'fault':18} {'times':>5}" + f" {'median s':>9} {'worst s':>8}" * 2]
    for kind in sorted({row["kind"] for row in run.rows}):
        seconds, waited = _seconds(run, kind), _seconds(run, kind, "longest_wait_s") or [nan]
        of_kind = (f" {median(found):9.1f} {max(found):8.1f}" for found in (seconds, waited))
        lines += [f"{kind:18} {len(seconds):5}" + "".join(of_kind)]
    stuck = [f"after {row['kind']} until {row['ended']}: {', '.join(row['stuck'])}" for row in run.rows if row["stuck"]]
    in_faults = Counter(f"{name} after {row['kind']}" for row in run.rows for name in row["ended_by_themselves"])
    ended = in_faults + Counter({"outside of faults": len(run.ended_by_themselves) - in_faults.total()})
    lines += [
        "",
        f"articles {findings.articles}, on the topics: " + ", ".join(f"{name} {len(found)}" for name, found in run.topics.items()),
    ]
    lines += [f"lost {len(findings.lost)}, twice {len(findings.twice)}, contradicting {len(findings.contradicting)}"]
    lines += [f"settled: {'yes' if run.settled else 'NO'}, faults not reached: {run.faults_left}, tracebacks in logs: {run.tracebacks}"]
    lines += [f"ended by itself: {what} ({times} times)" for what, times in sorted(ended.items())]
    lines += [f"did not move again in time {line}" for line in stuck]
    return "\n".join([*lines, *findings.why[:20]])


def last_line(run: Run, findings: Findings) -> str:
    """Return the JSON object of docs/contract.md, Measurements."""
    seconds = _seconds(run)
    return json.dumps(
        {
            "faults": len(run.rows),
            "faults_by_kind": Counter(row["kind"] for row in run.rows),
            "articles": findings.articles,
            "lost": len(findings.lost),
            "twice": len(findings.twice),
            "contradicting": len(findings.contradicting),
            "recovery_s_median": round(median(seconds), 2) if seconds else None,
            "recovery_s_max": round(max(seconds), 2) if seconds else None,
        }
    )


def _seconds(run: Run, kind: str | None = None, column: str = "recovery_s") -> list[float]:
    return [row[column] for row in run.rows if kind in (None, row["kind"]) and row[column] is not None]


def _line(message: Incoming) -> dict[str, Any]:
    place = {"topic": message.topic, "partition": message.partition, "offset": message.offset, "timestamp": message.timestamp}
    headers = {name: value.decode(errors="replace") for name, value in message.headers}
    key = None if message.key is None else message.key.decode(errors="replace")
    try:
        content = {"value": json.loads(message.value)}
    except ValueError:
        content = {"value": None, "value_base64": base64.b64encode(message.value).decode()}
    return {**place, "key": key, "headers": headers, **content}
