"""Text files of records: labelled lines, and tags of the file's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.records import Cut
from streams.split.records.plain import split_plain

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
FIRST = "The council of Port Alder voted on Monday to close the old swing bridge for eleven weeks."
SECOND = "A storm that came in from the west overnight pulled the roofs off nine houses in Tarrow."
LABELLED = (
    f"Title: Bridge to close\nDate: July 4, 2019\nSource: Harbour Post\nAuthor: Ineke Vos\n\n{FIRST}\n\n-----\n\n"
    f"Title: Storm in Tarrow\nDate: 3 July 2019\nSource: Tarrow Post\nAuthor: Tom Aske\n\n{SECOND}\n"
)
DASHED = (
    "Media Name - Harbour Post\nURL - https://post.example/1\nHeadline - Bridge to close\n"
    f"Short Description - Shut for weeks.\nArticle - {FIRST}\n\n"
    "Media Name - Tarrow Post\nURL - https://post.example/2\nHeadline - Storm in Tarrow\n"
    f"Short Description - Roofs lost.\nArticle - {SECOND}\n"
)
TAGGED = (
    f"<DOC>\n<DOCNO> 1 </DOCNO>\n<DATE> 04/25/1998 </DATE>\n<HEADLINE>\nBridge to close\n</HEADLINE>\n<TEXT>\n\t{FIRST[:40]}\n"
    f"<b_place>{FIRST[40:]}<e_place>\n</TEXT>\n</DOC>\n<DOC>\n<DOCNO> 2 </DOCNO>\n<DATE> 04/26/1998 </DATE>\n<HEADLINE>\nStorm in Tarrow\n"
    f"</HEADLINE>\n<TEXT>\n{SECOND}\n</TEXT>\n</DOC>\n"
)
FLAT = (
    f"<paper> Harbour Post </paper>\n<item> 1 </item>\n<text>\nBridge to close. PORT ALDER.- {FIRST}\n</text>\n\n"
    f"<paper> Tarrow Post </paper>\n<item> 2 </item>\n<text>\nStorm in Tarrow. PORT ALDER.- {SECOND}\n</text>\n"
)


def cuts(text: str) -> tuple[Cut, ...]:
    return split_plain(text, FETCHED_AT).cuts


@pytest.mark.parametrize(
    ("text", "outlets", "days"),
    [
        pytest.param(LABELLED, ["Harbour Post", "Tarrow Post"], ["2019-07-04", "2019-07-03"], id="labels, text below"),
        pytest.param(DASHED, ["Harbour Post", "Tarrow Post"], [None, None], id="labels with a dash"),
        pytest.param(TAGGED, [None, None], ["1998-04-25", "1998-04-26"], id="tags with a container, and marked names"),
        pytest.param(FLAT, ["Harbour Post", "Tarrow Post"], [None, None], id="tags without a container, headline in the text"),
    ],
)
def test_records_have_their_fields(text: str, outlets: list[str | None], days: list[str | None]) -> None:
    found = cuts(text)
    assert [cut.title for cut in found] == ["Bridge to close", "Storm in Tarrow"]
    assert [cut.outlet for cut in found] == outlets
    assert [cut.published_at for cut in found] == days
    for cut, body in zip(found, (FIRST, SECOND), strict=True):
        assert cut.body.replace("\n", "").endswith(body[40:])
        assert "Description" not in cut.body


def test_authors_and_addresses_are_taken_from_their_labels() -> None:
    assert [cut.author for cut in cuts(LABELLED)] == ["Ineke Vos", "Tom Aske"]
    assert [cut.url for cut in cuts(DASHED)] == ["https://post.example/1", "https://post.example/2"]


def test_one_labelled_record_is_an_article() -> None:
    (cut,) = cuts(f"Fecha: 4 de julio de 2019\nMedio: El Faro\nTítulo: Cierran el puente\nTexto: {FIRST}\n")
    assert (cut.title, cut.outlet, cut.published_at, cut.body) == ("Cierran el puente", "El Faro", "2019-07-04", FIRST)


def test_labelled_headlines_with_their_beginning_again_are_no_articles() -> None:
    title = "The furious dispute over what caused the flight to crash in May"
    item = f"Title: {title}\nSummary: {title[:50]}...\nLink: /1\n\n"
    assert cuts(item * 3) == ()


def test_a_story_with_labels_in_it_is_one_article() -> None:
    (cut,) = cuts(f"Bridge to close\nSource: Harbour Post\n{FIRST}\nTime: all summer.\n{SECOND}")
    assert cut.body.startswith(FIRST)


@given(st.text(max_size=300), st.sampled_from([LABELLED, DASHED, TAGGED, FLAT]), st.integers(0, 400))
def test_any_damage_leaves_a_ledger_of_the_whole_text(noise: str, text: str, position: int) -> None:
    damaged = text[:position] + noise + text[position:]
    spans = split_plain(damaged, FETCHED_AT).spans
    assert [span.start for span in spans] == [0, *(span.end for span in spans[:-1])]
    assert spans[-1].end == len(damaged)


def test_records_without_a_label_of_the_title_begin_with_it_below_their_labels() -> None:
    review = "REVUE DE PRESSE\n24 novembre 2018\n\n" + "".join(
        f"Source : {outlet}\nParution : mardi {day} novembre 2018\nPage : 4\nJournaliste : Ana Ruiz\n\n{title.upper()}\n\n{text}\n\n"
        f"Tous droits réservés\n{'-' * 20}\n"
        for outlet, day, title, text in (("Le Courrier", 24, "The old bridge to close", FIRST), ("L'Écho", 23, "A storm in Tarrow", SECOND))
    )
    assert [(cut.title, cut.outlet, cut.author, cut.published_at, cut.body) for cut in cuts(review)] == [
        ("THE OLD BRIDGE TO CLOSE", "Le Courrier", "Ana Ruiz", "2018-11-24", FIRST),
        ("A STORM IN TARROW", "L'Écho", "Ana Ruiz", "2018-11-23", SECOND),
    ]


def test_the_text_of_a_reader_is_unwrapped_and_has_no_list_of_links() -> None:
    wrapped = FIRST.replace("swing bridge", "swing\nbridge", 1)
    article = (
        "Feed: Harbour Post\nTitle: {}\nLink: https://post.example/1\nDate: Mon, 23 Nov 2015 11:20:00 +0100\n \n{} [1]\n\n"
        "Links: \n[1]: https://x.example/ (link)\n\n\n"
    )
    found = cuts(article.format("Bridge to close", wrapped) + article.format("Storm in Tarrow", SECOND))
    assert [(cut.title, cut.outlet, cut.body) for cut in found] == [
        ("Bridge to close", "Harbour Post", FIRST),
        ("Storm in Tarrow", "Harbour Post", SECOND),
    ]
