"""Mail that forwards or quotes a story gives the story, without the words, quotation signs and header lines around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.records import Cut
from streams.split.records.forwarded import find_original
from tests.stories import story
from tests.streams.split.records.test_mail import only

ONE, TWO, THREE = story(1), story(2), story(3)
HEAD = "From: Ana Ruiz <ana@mail.example>\nTo: desk@mail.example\nSubject: Fwd: Ferries run again\nDate: Sat, 2 Aug 2025 10:00:00 +0200\n"
HTML = f"{HEAD}Content-Type: text/html; charset=utf-8\n\n"
NOTE = "Look at this.\n\n"

GMAIL = (
    "---------- Forwarded message ---------\nFrom: Harbour Post <news@harbourpost.example>\nDate: Fri, Aug 1, 2025 at 7:02 AM\n"
    "Subject: Ferries run again\nTo: <ana@mail.example>\n\n\n"
)
OUTLOOK = (
    "-----Ursprüngliche Nachricht-----\nVon: Harbour Post <news@harbourpost.example>\nGesendet: Freitag, 1. August 2025 06:45\n"
    "An: Ana Ruiz <ana@mail.example>\nBetreff: Ferries run again\n\n"
)
APPLE = (
    "Begin forwarded message:\n\nFrom: Harbour Post <news@harbourpost.example>\nSubject: Ferries run again\n"
    "Date: 1 August 2025 at 06:30:00 GMT\nTo: ana@mail.example\n\n"
)
SPANISH = (
    "*De:* Harbour Post <news@harbourpost.example>\n*Enviado:* viernes, 1 de agosto de 2025 8:01\n"
    "*Para:* Ana\n*Asunto:* Ferries run again\n\n"
)


def fields(cut: Cut) -> tuple[str | None, str, str | None, str | None, str | None]:
    return cut.title, cut.body, cut.outlet, cut.author, (cut.published_at or "")[:10]


@pytest.mark.parametrize("header", [GMAIL, OUTLOOK, APPLE, SPANISH], ids=["gmail", "outlook", "apple", "spanish"])
def test_a_forwarded_story_has_the_fields_of_its_own_header(header: str) -> None:
    text = f"{HEAD}\n{NOTE}{header}{ONE}\n\n{TWO}\n"
    cut = only(text)
    assert fields(cut) == ("Ferries run again", f"{ONE}\n{TWO}", "Harbour Post", None, "2025-08-01")
    assert text[cut.start : cut.end] == f"{ONE}\n\n{TWO}"


def test_a_person_who_sends_a_story_on_is_neither_its_outlet_nor_its_author() -> None:
    cut = only(f"{HEAD}\n{NOTE}{GMAIL.replace('Harbour Post <news@harbourpost.example>', 'Leo Roth <leo@mail.example>')}{ONE}\n")
    assert (cut.outlet, cut.author) == (None, None)


def test_a_quoted_story_is_read_without_its_signs_and_without_the_answer() -> None:
    quoted = "".join(f"> {line}\n" for line in f"{ONE}\n\n{TWO}".split("\n"))
    text = f"{HEAD}\nI was there.\n\nOn Fri, 1 Aug 2025, Leo <leo@mail.example> wrote:\n\n{quoted}\n"
    cut = only(text)
    assert cut.body == f"{ONE}\n{TWO}"
    assert text[cut.start : cut.end] == f"{ONE}\n> \n> {TWO}"


def test_a_forward_that_is_quoted_as_a_whole_is_read_below_its_header() -> None:
    text = "".join(f"> {line}\n" for line in f"{APPLE}{ONE}\n\n{TWO}".split("\n"))
    assert fields(only(f"{HEAD}\n{text}")) == ("Ferries run again", f"{ONE}\n{TWO}", "Harbour Post", None, "2025-08-01")


def test_a_story_that_cites_a_few_lines_is_read_as_a_whole() -> None:
    text = f"{ONE}\n\n> {story(9)[:60]}\n\n{TWO}\n\n{THREE}\n"
    assert find_original(Page(text, Format.TEXT)) is None


def test_the_longest_message_of_a_thread_is_taken() -> None:
    answer = GMAIL.replace("Ferries run again", "Re: Ferries run again").replace("Harbour Post", "Leo Roth")
    cut = only(f"{HEAD}\n{answer}Thanks, that is good news for us.\n\n{GMAIL}{ONE}\n\n{TWO}\n")
    assert (cut.outlet, cut.body) == ("Harbour Post", f"{ONE}\n{TWO}")


def test_a_forwarded_story_may_be_shorter_than_the_headers_around_it() -> None:
    brief = "The ferry to Skarra runs again on Monday, its company said."
    assert only(f"{HEAD}\nFor the folder.\n\n{GMAIL}{brief}\n").body == brief


@pytest.mark.parametrize("rule", ["-- ", "_" * 32])
def test_a_signature_or_disclaimer_is_no_part_of_a_forwarded_story(rule: str) -> None:
    text = f"{HEAD}\n{NOTE}{GMAIL}{ONE}\n\n{TWO}\n\n{rule}\nThis mail is meant for its reader alone and must be deleted by others.\n"
    assert only(text).body == f"{ONE}\n{TWO}"


def test_a_forwarded_html_mail_is_read_below_the_header_in_its_markup() -> None:
    header = (
        '<div class="gmail_attr">---------- Forwarded message ---------<br>From: <strong>Harbour Post</strong> '
        '<span>&lt;<a href="mailto:n@harbourpost.example">n@harbourpost.example</a>&gt;</span><br>Date: Fri, Aug 1, 2025 at 7:02 AM<br>'
        "Subject: Ferries run again<br>To: Ana<br></div>"
    )
    text = f"{HTML}<div>Look at this.<br>{header}<p>{ONE}</p><p>{TWO}</p></div>"
    assert fields(only(text)) == ("Ferries run again", f"{ONE}\n{TWO}", "Harbour Post", None, "2025-08-01")


def test_a_forwarded_html_mail_of_another_program_is_read_below_its_header() -> None:
    sent = "<b>Gesendet:</b> Freitag, 1. August 2025 06:45<br><b>Betreff:</b> Ferries</p>"
    header = f"<p><b>Von:</b> Harbour Post &lt;n@harbourpost.example&gt;<br>{sent}"
    assert fields(only(f"{HTML}<p>Look!</p>{header}<p>{ONE}</p><p>{TWO}</p>"))[1:3] == (f"{ONE}\n{TWO}", "Harbour Post")


@given(st.text(alphabet="> \nFrom:DatSubjectx<br>-_*é", max_size=300), st.sampled_from([Format.TEXT, Format.HTML]))
def test_any_original_is_inside_its_part(text: str, format: Format) -> None:
    found = find_original(Page(text, format))
    assert found is None or 0 <= found.offset <= found.offset + len(found.page.text) <= len(text)
