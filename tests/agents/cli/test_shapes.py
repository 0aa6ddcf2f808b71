"""`newsmill shapes check` without a broker."""

from pathlib import Path

import pytest

from tests.command import newsmill

TIDE = """\
name = "Tide"
signs = ["My harbours", "Send it on"]

[[article]]
lines = ["headline", "outlet-age"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tide.toml").write_text(TIDE, encoding="utf-8")
    return tmp_path


def test_check_lists_the_built_in_shapes_with_their_signs() -> None:
    ran = newsmill("shapes", "check")
    assert (ran.status, ran.notes) == (0, "")
    assert ran.out.decode().splitlines() == [
        "A: no comments yet | related articles",
        "B: no comments yet | related articles",
        "C: copy the story link",
        "OK",
    ]


def test_check_lists_the_shapes_of_a_folder_without_hidden_files(folder: Path) -> None:
    (folder / ".tide.toml").write_text("an editor's copy", encoding="utf-8")
    ran = newsmill("shapes", "check", str(folder))
    assert (ran.status, ran.out) == (0, b"Tide: my harbours | send it on\nOK\n")


def test_check_reports_every_mistake_by_file_and_line_with_status_1(folder: Path) -> None:
    (folder / "tide.toml").write_text(TIDE.replace("signs", "sings").replace("outlet-age", "outlet_age"), encoding="utf-8")
    ran = newsmill("shapes", "check", str(folder))
    assert (ran.status, ran.out) == (1, b"")
    first, *mistakes = ran.notes.splitlines()
    assert first == "newsmill: 3 mistakes in the page shapes"
    assert [mistake.split(";")[0] for mistake in mistakes] == [
        "tide.toml:2: unknown key 'sings'",
        "tide.toml:5: unknown token 'outlet_age'",
        "tide.toml:1: signs must name at least one text: a shape without signs fits every page",
    ]


def test_check_of_a_folder_without_shapes_says_so(tmp_path: Path) -> None:
    ran = newsmill("shapes", "check", str(tmp_path))
    assert (ran.status, ran.notes) == (1, f"newsmill: {tmp_path}: no *.toml file there\n")


def test_check_of_a_missing_folder_is_a_wrong_argument(tmp_path: Path) -> None:
    assert newsmill("shapes", "check", str(tmp_path / "none")).status == 2
