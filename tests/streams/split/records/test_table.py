"""Tables and JSON with names of their own: columns by the table of field names, else by their values."""

import csv
import io
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import decode_dump
from streams.errors import InvalidRecord, Reason
from streams.records import Cut
from streams.split import split_page
from streams.split.records.inferred_fields import infer_fields
from streams.split.records.table import headless_delimiter_of
from tests.fuzz.targets import check_ledger
from tests.stories import story

TITLES = ["Old bridge to close in May", "Strike at the port ends", "Bees return to the garden"]
ROWS = [(f"2025-07-0{n}", title, story(n), "Harbour Post", n * 7) for n, title in enumerate(TITLES, start=1)]


def _table(names: list[str], delimiter: str = ",") -> str:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerow(names)
    writer.writerows(ROWS)
    return written.getvalue()


def cuts_of(text: str, content_type: str | None = None) -> tuple[Cut, ...]:
    page = decode_dump(text.encode(), content_type)
    cuts = split_page(page, 1_754_136_000)
    check_ledger(page, cuts.spans)
    return cuts.cuts


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["date", "title", "text", "source", "words"], id="English"),
        pytest.param(["fecha_pub", "titular", "cuerpo_nota", "medio", "n"], id="Spanish, some unknown"),
        pytest.param(["d", "h", "content", "src_name", "n"], id="only the text known"),
    ],
)
def test_a_table_gives_an_article_for_each_row(names: list[str], delimiter: str) -> None:
    cuts = cuts_of(_table(names, delimiter))
    assert [(cut.title, cut.body) for cut in cuts] == [(title, body) for _, title, body, _, _ in ROWS]
    assert {(cut.outlet, cut.published_at) for cut in cuts} == {("Harbour Post", f"2025-07-0{n}") for n in (1, 2, 3)}


def test_a_cell_may_have_line_ends_and_delimiters() -> None:
    body = f'{story(1)}\n"Never", said Ana, {story(2)}'
    cuts = cuts_of(f'id,headline,body\n1,Old bridge to close,"{body.replace(chr(34), chr(34) * 2)}"\n2,Strike ends,"{story(3)}"\n')
    assert [cut.body for cut in cuts] == [body, story(3)]


def test_a_table_without_texts_is_refused_by_its_columns() -> None:
    with pytest.raises(InvalidRecord, match="table with the columns 'date', 'open', 'close'") as caught:
        cuts_of("date,open,close\n2025-07-01,1,2\n2025-07-02,2,3\n2025-07-03,2,3\n")
    assert caught.value.reason is Reason.NOT_DECODABLE


def test_prose_with_commas_is_no_table() -> None:
    text = f"Date, title, source\n\n{story(1)}\n\n{story(2)}, {story(3)}, {story(4)}\n"
    assert len(cuts_of(text)) == 1


def test_json_with_unknown_names_is_read_by_its_values() -> None:
    stories = [
        {
            "key": n,
            "hd": {"main": title, "kicker": "CITY"},
            "src": {"label": "Harbour Post"},
            "at": {"pub": 1_754_000_000 + n},
            "pay": {"txt": body},
        }
        for n, (_, title, body, _, _) in enumerate(ROWS)
    ]
    cuts = cuts_of(json.dumps({"head": {"rc": 0}, "hits": {"n": 3, "list": stories}}))
    assert [(cut.title, cut.body, cut.outlet) for cut in cuts] == [(title, body, "Harbour Post") for _, title, body, _, _ in ROWS]


def test_columns_that_are_not_those_of_articles_are_not_inferred() -> None:
    assert infer_fields([{"a": "one", "b": "2"}, {"a": "two", "b": "3"}]) == {}


@given(st.lists(st.lists(st.text(alphabet='ab ",\n;\t|', max_size=30), min_size=1, max_size=5), max_size=8), st.sampled_from(",;\t|"))
def test_any_table_is_read_or_refused(rows: list[list[str]], delimiter: str) -> None:
    text = delimiter.join(("title", "text", "date")) + "\n" + "\n".join(delimiter.join(row) for row in rows)
    with suppress(InvalidRecord):
        cuts_of(text)


def test_names_of_columns_are_known_with_their_accents() -> None:
    table = "Data;Veículo;Título;Texto\n"
    table += f"24/07/2025;Harbour Post;Ferries run again;{story(1)}\n24/07/2025;Harbour Post;Pilots pleased;{story(2)}\n"
    cuts = split_page(decode_dump(table.encode(), None), 1_754_136_000).cuts
    assert [(cut.title, cut.outlet) for cut in cuts] == [("Ferries run again", "Harbour Post"), ("Pilots pleased", "Harbour Post")]


@pytest.mark.parametrize("delimiter", ["\t", "|"])
def test_a_table_without_names_of_columns_is_read_by_its_values(delimiter: str) -> None:
    rows = [(date, outlet, title, body, f"https://post.example/{date}") for (date, title, body, outlet, _) in ROWS]
    cuts = cuts_of("\n".join(delimiter.join(row) for row in rows))
    assert [(cut.published_at, cut.outlet, cut.title, cut.body, cut.url) for cut in cuts] == rows


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Home\tNews\tSport\n" * 3, id="menu"),
        pytest.param("".join(f"{name}\t{n}.5\t{n}.7\n" for n, name in enumerate(TITLES)), id="prices"),
        pytest.param("".join(f"{title}\t{body}\t{n}\n" for n, (_, title, body, _, _) in enumerate(ROWS)), id="neither time nor address"),
    ],
)
def test_columns_without_the_values_of_articles_are_no_table_of_articles(text: str) -> None:
    assert headless_delimiter_of(text) is None
