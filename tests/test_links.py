"""Links and citations: each relative link, each cited path and heading of docs/, and the index of the decision records."""

import re
from collections.abc import Mapping
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
DOCS = PROJECT / "docs"
DECISIONS = DOCS / "decisions"
PAGES = sorted([*PROJECT.glob("[A-Z]*.md"), *DOCS.rglob("*.md")])
RECORDS = sorted(path for path in DECISIONS.glob("*.md") if path.name != "README.md")
FOLDERS = ("agents", "bench", "deploy", "docs", "streams", "tests", "tools", "typings")
TEXT_SUFFIXES = {"", ".css", ".env", ".html", ".js", ".json", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml"}

LINK = re.compile(r"\]\(([^()\s:]+)\)")
CITED_PATH = re.compile(r"(?<![\w/.-])docs/[\w./-]*\w(?:#[\w-]+)?")
# "docs/contract.md, Events" and "docs/contract.md (Events)": the text from the heading on.
CITED_HEADING = re.compile(r"(?<![\w/.-])(docs/\w+\.md)(?:, | \()(?=[A-Z])(.{,80})")
CITED_FILE = re.compile(r"`((?:agents|bench|deploy|docs|streams|tests|tools)/[\w./-]*)`")
LINE_BREAK = re.compile(r"\s*\n[ \t]*(?:# )?")


def page_name(path: Path) -> str:
    """The path of a page below the project, as a test's id."""
    return str(path.relative_to(PROJECT))


@cache
def sources() -> Mapping[str, str]:
    """The text of every text file of the project by its name."""
    files = chain(PROJECT.iterdir(), *((PROJECT / folder).rglob("*") for folder in FOLDERS))
    text_files = (path for path in files if path.suffix in TEXT_SUFFIXES and path.is_file())
    return {page_name(path): path.read_text(encoding="utf-8", errors="replace") for path in text_files}


@cache
def headings(page: Path) -> tuple[str, ...]:
    return tuple(re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE))


def anchor(heading: str) -> str:
    """The anchor of a heading, as GitHub forms it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def leads_somewhere(link: str, folder: Path) -> bool:
    """Whether the file and the heading of a link exist."""
    name, _, fragment = link.partition("#")
    page = folder / name if name else None
    return page is None or (page.exists() and (not fragment or fragment in map(anchor, headings(page))))


@pytest.mark.parametrize("path", PAGES, ids=page_name)
def test_each_relative_link_leads_to_a_file_and_a_heading(path: Path) -> None:
    links = [link if not link.startswith("#") else path.name + link for link in LINK.findall(path.read_text(encoding="utf-8"))]
    assert [link for link in links if not leads_somewhere(link, path.parent)] == []


@pytest.mark.parametrize("path", PAGES, ids=page_name)
def test_each_file_that_a_page_names_exists(path: Path) -> None:
    named = CITED_FILE.findall(path.read_text(encoding="utf-8"))
    assert [name for name in named if not (PROJECT / name).exists()] == []


def test_each_path_below_docs_that_is_cited_anywhere_exists() -> None:
    cited = [(where, name) for where, text in sources().items() for name in CITED_PATH.findall(text)]
    assert len(cited) > 50
    assert [(where, name) for where, name in cited if not leads_somewhere(name, PROJECT)] == []


def test_each_heading_that_is_cited_after_a_page_exists() -> None:
    cited = [
        (where, page, heading) for where, text in sources().items() for page, heading in CITED_HEADING.findall(LINE_BREAK.sub(" ", text))
    ]
    assert len(cited) > 15
    assert [one for one in cited if not one[2].startswith(headings(PROJECT / one[1]))] == []


def test_each_decision_record_is_in_the_index_with_its_title_and_status() -> None:
    index = re.findall(
        r"^\| \[(\d{4})\]\((.+?)\) \| (.+?) \| (.+?) \|$", (DECISIONS / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert index == [(path.name[:4], path.name, *title_and_status(path)) for path in RECORDS]


def test_each_decision_record_is_accepted_or_names_the_later_one_that_superseded_it() -> None:
    numbers = [path.name[:4] for path in RECORDS]
    assert numbers == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]
    for path in RECORDS:
        _, status = title_and_status(path)
        superseded = re.fullmatch(r"superseded by (\d{4})", status)
        assert status == "accepted" or (superseded and path.name[:4] < superseded[1] in numbers), path.name


def title_and_status(path: Path) -> tuple[str, str]:
    """The title and the status of a decision record, which its first lines hold."""
    found = re.match(r"# (\d{4})\. (.+)\n\nStatus: (.+)\n\n## Context\n", path.read_text(encoding="utf-8"))
    assert found, f"{path.name} does not begin with number, title and status"
    assert found[1] == path.name[:4]
    return found[2], found[3]
