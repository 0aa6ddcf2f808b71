"""Exports of press databases: each form is read into its fields, and their headers are never a body."""

import pytest

from streams.dumps.decode import decode_dump
from streams.records import Cut
from streams.split import split_page
from streams.split.records.days import find_day
from streams.split.records.press import read_press
from tests.stories import headline, story

FETCHED_AT = 1_754_136_000  # 2025-08-02
ONE, TWO = story(1), story(2)


def cuts_of(text: str) -> tuple[Cut, ...]:
    return split_page(decode_dump(text.encode(), None), FETCHED_AT).cuts


def fields_of(text: str) -> list[tuple[str | None, str | None, str | None, str | None, str]]:
    return [(cut.title, cut.outlet, cut.author, cut.published_at, cut.body) for cut in cuts_of(text)]


def nexis(number: int, body: str, *, edition: str = "", labels: tuple[str, str, str] = ("BYLINE", "LENGTH", "LOAD-DATE")) -> str:
    by, length, load = labels
    return f"""
                               {number} of 2 DOCUMENTS


                                The Harbour Post

                            January 11, 1991 Friday
                                {edition}

Ferries run again after the
storm; Pilots pleased

{by}: By Ana Ruiz

{length}: 355 words

{body}

{body} The end.

{load}: January 12, 1991

LANGUAGE: ENGLISH

GRAPHIC: A ferry in the rain, with all of its passengers on the deck and no sun.

                      Copyright 1991 Harbour Media
                           All Rights Reserved
"""


EXPECTED = ("Ferries run again after the storm; Pilots pleased", "The Harbour Post", "Ana Ruiz", "1991-01-11")


@pytest.mark.parametrize("edition", ["", "CITY EDITION"])
def test_a_nexis_text_has_its_fields(edition: str) -> None:
    assert fields_of(nexis(1, ONE, edition=edition) + nexis(2, TWO)) == [
        (*EXPECTED, f"{ONE}\n{ONE} The end."),
        (*EXPECTED, f"{TWO}\n{TWO} The end."),
    ]


def test_labels_are_read_in_other_languages() -> None:
    text = nexis(1, ONE, labels=("AUTEUR", "LONGUEUR", "DATE-CHARGEMENT")).replace("1 of 2 DOCUMENTS", "Document 1 de 2")
    assert fields_of(text) == [(*EXPECTED, f"{ONE}\n{ONE} The end.")]


def test_an_older_nexis_text_has_labels_for_headline_and_body() -> None:
    day = "January 11, 1991, Friday, Final Edition"
    head = f"1 of 1 DOCUMENT\n\nCopyright 1991 Harbour Media\nThe Harbour Post\n\n{day}\n\nSECTION: News; Pg. 1\n\n"
    text = f"{head}HEADLINE: Ferries run\n\nBYLINE: Ana Ruiz\n\nBODY:\n{ONE}\n\nGRAPHIC: Map"
    assert fields_of(text) == [("Ferries run", "The Harbour Post", "Ana Ruiz", "1991-01-11", ONE)]


def test_nexis_html_is_read_as_its_text() -> None:
    def block(text: str) -> str:
        return f"<br><div class=c0><p class=c1><span class=c2>{text}</span></p>\n</div>"

    labels = [f"<span class=c8>{label}: </span><span>{value}</span>" for label, value in [("BYLINE", "Ana Ruiz"), ("LENGTH", "9 words")]]
    parts = ["1 of 1 DOCUMENTS", "The Harbour Post", "12 April 2013 Friday<br>Late Edition", "Ferries;<br>run", *labels]
    html = f"<html><body>{''.join(map(block, parts))}<div><p>{ONE}</p><p>{TWO}</p></div>{block('LANGUAGE: ENGLISH')}</body></html>"
    assert fields_of(html) == [("Ferries; run", "The Harbour Post", "Ana Ruiz", "2013-04-12", f"{ONE}\n{TWO}")]


def test_nexis_uni_has_a_cover_page_and_ends_each_record() -> None:
    cover = "Date and Time: Friday, 5. July 2019 09:31:00 CEST\nJob Number: 1\nDocuments (1)\n1. Ferries run\nSearch Terms: ferries\n"
    head = "Ferries run\nThe Harbour Post\nJuly 1, 2019 Monday 9:20 AM GMT\n\nCopyright 2019 Harbour Media All Rights Reserved\n\n"
    labels = "Section: NEWS\nLength:\u00a0355 words\nByline:\u00a0Ana Ruiz\nBody\n\n"
    record = f"{head}{labels}{ONE}\n{TWO}\n\nLoad-Date: July 2, 2019\n\nEnd of Document\n"
    assert fields_of(cover + record + record) == 2 * [("Ferries run", "The Harbour Post", "Ana Ruiz", "2019-07-01", f"{ONE}\n{TWO}")]


def test_factiva_codes_are_read_from_text() -> None:
    def record(body: str) -> str:
        head = "SE  Local\nHD  Ferries run\nBY  By Ana Ruiz\nWC  95 words\nPD  29 décembre 2011\nSN  The Harbour Post\nSC  HARP\n"
        tail = "NS  gcat : Political/General News\nAN  Document HARP000020111229e7ct0001r\n\n"
        return f"{head}LA  English\nCY  (c) 2011 Harbour Media\n\nLP\n{body}\n\nTD\n{TWO}\n\n{tail}"

    expected = ("Ferries run", "The Harbour Post", "Ana Ruiz", "2011-12-29")
    assert fields_of(record(ONE) + record(TWO)) == [(*expected, f"{ONE}\n{TWO}"), (*expected, f"{TWO}\n{TWO}")]


def test_factiva_codes_are_read_from_a_table() -> None:
    rows = {
        "HD": "Ferries run",
        "WC": "95 words",
        "PD": "29 December 2011",
        "SN": "The Harbour Post",
        "LP": f"<p>{ONE}</p><p>{TWO}</p>",
        "AN": "Document",
    }
    html = "".join(f"<tr><td class=index><b>{code}</b>&nbsp;</td><td>{value}</td></tr>" for code, value in rows.items())
    assert fields_of(f"<html><table>{html}</table></html>") == [("Ferries run", "The Harbour Post", None, "2011-12-29", f"{ONE}\n{TWO}")]


def test_factiva_without_codes_is_read_by_its_number_of_words() -> None:
    head = "Ferries run\nBy Ana Ruiz\n1,355 words\n29 December 2011\n15:32\nThe Harbour Post\nHARP\n26\nEnglish\n© 2011 Harbour Media\n\n"
    record = f"{head}{ONE}\n\n{TWO}\n\nDocument HARP000020111229e7ct0001r\n\n"
    assert fields_of(record * 2) == 2 * [("Ferries run", "The Harbour Post", "Ana Ruiz", "2011-12-29", f"{ONE}\n{TWO}")]


def test_proquest_has_its_fields_and_identity() -> None:
    head = "ProQuest\n\nFerries run\n\nAuthor: Ruiz, Ana\n\nPublication info: Harbour Post ; Vela [Vela]08 May 2010: A.2."
    tail = (
        "Subject: Ferries\n\nPublication title: Harbour Post; Vela\n\nPublication date: May 8, 2010\n\nDocument URL: https://db.example/1"
    )
    text = f"{head}\n\nAbstract: None.\n\nLinks: Find it\n\nFull text: {ONE}\n\n{TWO}\n\n{tail}\n\nDatabase: Dailies\n\n{'_' * 40}\n"
    assert fields_of(text) == [("Ferries run", "Harbour Post", "Ruiz, Ana", "2010-05-08", f"{ONE}\n{TWO}")]
    assert (cuts_of(text)[0].url, cuts_of(text)[0].identity) == (None, "https://db.example/1")  # the address is the database's


def test_europresse_has_classes_for_outlet_and_title() -> None:
    outlet = "<span class='DocPublicationName'>Le Port, no. 12</span><br>"
    day = "<span class='DocHeader'>Ville, </span><span class='DocHeader'>jeudi 4 octobre 2012</span><br>"
    title = "Sous-titre<br><span class='TitreArticleVisu'>Les <b>bacs</b></span><br><br>Ana Ruiz<br>"
    tail = "<b>© 2012 Le Port. Tous droits réservés.</b><p></p>Numéro de document : news·20121004·LP·1<br>Ce certificat est émis."
    record = f"<table><tr><td>{outlet}{day}{title}<p></p>{ONE}<p></p>{TWO}<p></p>{tail}</td></tr></table>"
    assert fields_of(f"<html><body>{record * 2}</body></html>") == 2 * [("Les bacs", "Le Port", "Ana Ruiz", "2012-10-04", f"{ONE}\n{TWO}")]


def test_a_record_without_a_sentence_is_no_article() -> None:
    assert cuts_of(nexis(1, "Some text.").replace("Some text. The end.", "")) == ()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"Ferries run\n\n{ONE}\n\nEnd of Document\n", id="end alone"),
        pytest.param(f"The archive has 3 of 4 DOCUMENTS\n\n{ONE}", id="mark in a sentence"),
        pytest.param(f"Ferries run\n\nSource: ProQuest\n\n{ONE}", id="name alone"),
    ],
)
def test_other_pages_are_no_export(text: str) -> None:
    assert read_press(text) is None
    assert len(cuts_of(text)) == 1


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("January 11, 2010 Monday", "2010-01-11"),
        ("Politique, jeudi 5 octobre 2013, p. 3", "2013-10-05"),
        ("[Vela]08 May 2010: AA.2.", "2010-05-08"),
        ("Freitag 12. April 2013", "2013-04-12"),
        ("14 de marzo de 2006", "2006-03-14"),
        ("3 maart 1999", "1999-03-03"),
        ("2010-05-08", "2010-05-08"),
        ("31.12.2009", "2009-12-31"),
        ("February 31, 2010", None),
        ("January 2010", None),
        ("Copyright 2010 May 8 Media", None),
    ],
)
def test_days_are_found_in_the_lines_of_records(text: str, day: str | None) -> None:
    found = find_day(text)
    assert (found.published_at if found else None) == day


def test_spans_of_articles_begin_at_their_title() -> None:
    text = nexis(1, ONE) + nexis(2, TWO)
    cut = cuts_of(text)[1]
    assert cut.start is not None
    assert text[cut.start :].startswith("Ferries run again")
    assert text[: cut.end].endswith(f"{TWO} The end.")


def test_ris_records_are_read_by_their_tags() -> None:
    record = "TY  - NEWS\nTI  - Ferries run again\nAU  - Ruiz, Ana\nT2  - Harbour Post\n"
    record += f"JF  - Harbour Post\nDA  - 2024/11/24/\nPY  - 2024\nAB  - {ONE}\nER  - \n\n"
    assert fields_of(record * 2) == [("Ferries run again", "Harbour Post", "Ruiz, Ana", "2024-11-24", ONE)] * 2


def test_each_document_number_ends_a_record_of_europresse() -> None:
    record = (
        f"Le Courrier\nLocal, mardi 24 novembre 2024 47 mots, p. 12\n\nBacs de nuit\n\n{ONE}\n\n© 2024 Le Courrier.\nnews·20241124·CV·1\n\n"
    )
    assert [(title, outlet) for title, outlet, *_ in fields_of(record * 3)] == [("Bacs de nuit", "Le Courrier")] * 3


def test_german_nexis_counts_documents_in_capitals() -> None:
    text = "1 von 2 DOKUMENTEN\n\nHafenbote\n\n24. November 2024 Sonntag\n\nFähren fahren wieder\n\n"
    text += f"AUTOR: Ana Ruiz\n\nLÄNGE: 40 Wörter\n\n{ONE}\n\nSPRACHE: GERMAN\n\n"
    assert fields_of(text) == [("Fähren fahren wieder", "Hafenbote", "Ana Ruiz", "2024-11-24", ONE)]


def test_labels_of_another_form_do_not_hide_the_records_of_an_export() -> None:
    body = story(3, 3)
    text = (
        f"____________________\n\nDocumento 1 de 1\n\n{headline(3)}\n\nAutor: Ana Ruiz\n\n"
        "Información de publicación: El Faro ; Claro. 24 Nov 2026: 7.\n\nEnlace de documentos de ProQuest\n\n"
        f"Resumen: {body}\n\nTexto completo: {body}\n\nTítulo: {headline(3)}\n\nTítulo de publicación: El Faro\n\n"
        "Fecha de publicación: Nov 24, 2026\n\nIdioma de la publicación: Spanish\n"
    )
    (record,) = read_press(text) or []
    assert (record.title, record.text, record.outlet, record.author) == (headline(3), body, "El Faro", "Ana Ruiz")


def test_the_note_of_publication_below_a_text_is_no_part_of_it() -> None:
    text = (
        f"Le Courrier\nRégion, mardi 24 novembre 2026, 132 mots, p. 7\n\n{headline(4)}\n\nAna Ruiz\n\n{story(4)}\n\n"
        "Cet article est paru dans Le Courrier\n\n© 2026 Le Courrier. Tous droits réservés.\n\nnews·20261124·LC·7\n"
    )
    (record,) = read_press(text) or []
    assert (record.text, record.outlet) == (story(4), "Le Courrier")


def test_an_export_may_begin_with_its_first_label() -> None:
    head = f"HD\t{headline(5)}\n\nWC\t34 words\n\nPD\t24 November 2026\n\nSN\tHarbour Post\n\n"
    text = f"{head}LP\n{story(5)}\n\nAN\tDocument CLARE00020261124\n"
    (record,) = read_press(text) or []
    assert (record.title, record.outlet, record.text) == (headline(5), "Harbour Post", story(5))
