"""Write rows of events as Parquet, with pyarrow (the extra `archive`)."""

from datetime import datetime
from pathlib import Path
from typing import Any

from agents.client.archive_rows import COLUMNS, Row
from agents.errors import UserError


def require_pyarrow() -> None:
    """Raise UserError where pyarrow is not installed."""
    try:
        import pyarrow.parquet  # noqa: F401 - only to see whether it is there
    except ImportError:
        raise UserError("archive needs pyarrow: pip install 'newsmill[archive]'") from None


def write_parquet(path: Path, rows: list[Row]) -> None:
    """Write a file of these rows; equal rows give an equal file."""
    import pyarrow
    import pyarrow.parquet

    types: dict[str, Any] = {
        "string": pyarrow.string(),
        "time": pyarrow.timestamp("ms", tz="UTC"),
        "strings": pyarrow.list_(pyarrow.string()),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
    }
    schema = pyarrow.schema([(name, types[kind]) for name, kind in COLUMNS.items()])
    times = [name for name, kind in COLUMNS.items() if kind == "time"]
    converted = [row | {name: row[name] and datetime.fromisoformat(row[name]) for name in times} for row in rows]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(converted, schema=schema), path, compression="zstd")
