"""The documents made from the code, as they are in docs/: up to date, complete, and read by the tools that others use."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from streams.messages.asyncapi import MESSAGES
from streams.topics import declared
from tests.published import DOCS, PUBLISHED, tables

EVENTS = DOCS / "events.md"
CHECK = Path(__file__).parent / "asyncapi"
CACHE = Path(".newsmill") / "asyncapi"
ERROR, WARNING = "0", "1"


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.name)
def test_what_is_made_from_the_code_is_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == PUBLISHED[path](), "write it anew: python -m tests.published"


@pytest.mark.parametrize("title", tables())
def test_each_field_and_header_is_documented_with_type_and_meaning(title: str) -> None:
    parts = EVENTS.read_text(encoding="utf-8").split(f"## {title}\n")
    assert len(parts) == 2, f"docs/events.md has no section {title!r}"
    rows = [line for line in parts[1].split("\n## ")[0].splitlines() if line.startswith("| `")]
    assert rows == tables()[title], "python -m tests.published prints the tables"


def test_the_example_of_the_documentation_is_the_one_of_the_tests() -> None:
    (shown,) = EVENTS.read_text(encoding="utf-8").split("```json\n")[1:]
    example = json.loads(
        (Path(__file__).parent / "examples" / "events" / "of-two-classes-with-every-field.json").read_text(encoding="utf-8")
    )
    value = example["value"]
    for label in (*value["regions"], *value["topics"], *value["places"]):
        del label["evidence"][1:]
    assert json.loads(shown.split("```")[0]) == value


def test_each_public_topic_is_in_the_document_and_no_other() -> None:
    topics = declared(regions=["{id}"], topics=["{id}"], partitions=1, window_s=1)
    assert set(MESSAGES) == {topic.name for topic in topics if topic.public} | {"dumps", "dumps.backfill"}


@pytest.mark.slow
def test_the_official_parser_takes_the_asyncapi_document() -> None:
    checked = subprocess.run(["node", "check.js", DOCS / "asyncapi.yaml"], cwd=_parser(), capture_output=True, text=True, check=False)
    lines = checked.stdout.splitlines()
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert [line for line in lines if line.startswith((f"finding {ERROR}", f"finding {WARNING}"))] == []
    assert [line for line in lines if line.startswith("channel ")] == [
        f"channel news.{name} {','.join(messages)}" for name, messages in MESSAGES.items()
    ]


def _parser() -> Path:
    """The folder with the parser in it, as its lock file pins it; installed there once."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("the official parser of AsyncAPI needs node and npm")
    lock = "package-lock.json"
    if not (CACHE / "node_modules").exists() or (CACHE / lock).read_bytes() != (CHECK / lock).read_bytes():
        shutil.copytree(CHECK, CACHE, dirs_exist_ok=True)
        installed = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=CACHE, capture_output=True, text=True, check=False
        )
        assert installed.returncode == 0, installed.stderr
    shutil.copy(CHECK / "check.js", CACHE)
    return CACHE
