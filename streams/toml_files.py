"""Parse TOML files that users write, and report every mistake with its line."""

import re
import tomllib
from collections.abc import Collection, Mapping
from typing import Any

_TOML_HINT = 'there or just above: texts need straight quotes (""), lists [] with commas, numbers a point, and it is true, not True'
Table = Mapping[str, Any]


class TomlFile:
    """The text of one file and its mistakes so far."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.mistakes: list[str] = []
        self._lines = text.splitlines()

    def add_mistake(self, message: str, line: int = 1) -> None:
        """Record a mistake at `line` (from 1)."""
        self.mistakes.append(f"{self.name}:{line}: {message}")

    def line_of(self, table: str, index: int, containing: str = "") -> int:
        """Return the line of the `index`-th (from 0) [[table]], or the first line of that table with the text `containing`."""
        head = re.compile(rf"\s*\[\[\s*{re.escape(table)}\s*\]\]")
        heads = [number for number, line in enumerate(self._lines, 1) if head.match(line)]
        first = heads[index] if index < len(heads) else 1
        for number in range(first, len(self._lines) + 1) if containing else ():
            line = self._lines[number - 1]
            if number > first and line.startswith("["):
                break
            if containing in line:
                return number
        return first

    def line_with(self, text: str, first: int = 1) -> int:
        """Return the first line from `first` on with `text`, or `first`."""
        return next((number for number, line in enumerate(self._lines[first - 1 :], first) if text in line), first)

    def line_of_key(self, key: str, below: str = "") -> int:
        """Return the line of `key` or of its table header, at the top level or after the header of `below`; or 1."""
        pattern = re.compile(rf"\s*\[*\s*{re.escape(key)}\s*[=\].]")
        first = self.line_of_key(below) if below else 0
        return next((number for number, line in enumerate(self._lines[first:], first + 1) if pattern.match(line)), 1)


def read_table(name: str, data: bytes) -> dict[str, Any]:
    """Parse the TOML of a file.

    Raises:
        ValueError: not UTF-8 or not TOML; the message has file and line.
    """
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError(f"{name}:{data[: error.start].count(10) + 1}: not UTF-8: save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
        # Not only TOMLDecodeError: tomllib raises others for integers of thousands of digits or thousands of open brackets.
        line = re.search(r"at line (\d+)", str(error))
        line_no = line[1] if line else data.count(10) + 1
        raise ValueError(f"{name}:{line_no}: not TOML: {error}; {_TOML_HINT}") from error


def refuse_unknown(file: TomlFile, table: Table, known: Collection[str]) -> None:
    """Record a mistake for each top-level key of `table` that is not one of `known`."""
    for key in sorted(table.keys() - set(known)):
        file.add_mistake(f"unknown key {key!r}; known: {', '.join(sorted(known))}", file.line_of_key(key))


def refuse_unknown_in(file: TomlFile, table: Table, name: str, known: Collection[str]) -> None:
    """Record a mistake for each key of the table [name] that is not one of `known`."""
    for key in sorted(table.keys() - set(known)):
        file.add_mistake(f"unknown key {key!r} in [{name}]; known: {', '.join(sorted(known))}", file.line_of_key(key, below=name))


def read_tables(file: TomlFile, table: Table, key: str) -> list[Table]:
    """Return the tables of `[[key]]`; record a mistake where `key` is anything else."""
    tables = table.get(key, [])
    if isinstance(tables, list) and all(isinstance(entry, dict) for entry in tables):
        return tables
    file.add_mistake(f"{key} must be written as [[{key}]]", file.line_of_key(key))
    return []


def actual_value(table: Table, key: str) -> str:
    """Return the end of a message about a wrong value of `key`: the value, or that the key is missing."""
    return f"not {table[key]!r}" if key in table else "and it is missing"
