"""Mail, mailboxes and saved pages: parts are split by their own format, and headers are fields, never a body."""

import base64
import quopri
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import Page, decode_dump
from streams.dumps.formats import Format
from streams.errors import InvalidRecord, Reason
from streams.records import Cut, Fate, Span
from streams.split import split_page
from streams.split.cuts import MAX_ARTICLES, Cuts
from streams.split.records.mail import MAX_ALTERNATIVES, MAX_HTML_PARTS, split_mail
from streams.split.records.mime import MAX_DEPTH, MAX_PARTS, Part, read_part, text_parts
from tests.stories import story

FETCHED_AT = 1_754_136_000  # 2025-08-02
ONE, TWO, THREE = story(1), story(2), story(3)
HEAD = "From: Ana Ruiz <ana@post.example>\nTo: desk@news.example\nSubject: Re: Ferries run again\nDate: Fri, 1 Aug 2025 10:00:00 +0200\n"
ID = "Message-ID: <1@post.example>\n"


def split(text: str | bytes, content_type: str | None = None) -> Cuts:
    page = decode_dump(text.encode() if isinstance(text, str) else text, content_type)
    assert page.format is Format.MAIL
    cuts = split_page(page, FETCHED_AT)
    assert [span.start for span in cuts.spans] == [0, *(span.end for span in cuts.spans[:-1])]
    assert cuts.spans[-1].end == len(page.text)
    return cuts


def only(text: str | bytes, content_type: str | None = None) -> Cut:
    (cut,) = split(text, content_type).cuts
    return cut


def multipart(kind: str, *parts: str, boundary: str = "=_b1") -> str:
    body = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f'Content-Type: multipart/{kind};\n\tboundary="{boundary}"\n\nThis is MIME.\n{body}--{boundary}--\n'


def html_part(html: str, encoding: str = "quoted-printable") -> str:
    data = html.encode()
    written = (quopri.encodestring(data) if encoding == "quoted-printable" else base64.encodebytes(data)).decode()
    return f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{written}"


def test_a_plain_message_is_an_article_with_the_fields_of_its_headers() -> None:
    text = f"{HEAD}{ID}\n{ONE}\n\n{TWO}\n"
    cut = only(text)
    assert (cut.title, cut.body, cut.author, cut.outlet) == ("Ferries run again", f"{ONE}\n{TWO}", "Ana Ruiz", None)
    assert (cut.published_at, cut.identity) == ("2025-08-01T08:00:00Z", "<1@post.example>")
    assert text[cut.start : cut.end] == f"{ONE}\n\n{TWO}"


def test_a_newsletter_has_its_sender_as_the_outlet() -> None:
    head = (
        HEAD.replace("Ana Ruiz", '"Harbour Post"') + "List-Unsubscribe: <mailto:off@post.example>\nArchived-At: <https://post.example/1>\n"
    )
    cut = only(f"{head}\n{ONE}\n")
    assert (cut.outlet, cut.author, cut.url) == ("Harbour Post", None, "https://post.example/1")


def test_a_message_to_a_discussion_list_has_an_author() -> None:
    cut = only(f"{HEAD}List-Id: <a.example>\nList-Unsubscribe: <mailto:x@a.example>\nList-Post: <mailto:a@a.example>\n\n{ONE}\n")
    assert (cut.outlet, cut.author) == (None, "Ana Ruiz")


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64"])
def test_the_html_of_alternatives_is_taken(encoding: str) -> None:
    html = html_part(f"<html><body><h1>Ferries</h1><p>{ONE} É</p><p>{TWO}</p></body></html>", encoding)
    text = f"{HEAD}{multipart('alternative', 'Content-Type: text/plain' + chr(10) * 2 + 'Open this mail in a browser.', html)}"
    assert (only(text).title, only(text).body) == ("Ferries run again", f"{ONE} É\n{TWO}")


def test_the_text_of_alternatives_is_taken_where_the_html_has_none() -> None:
    text = f"{HEAD}{multipart('alternative', f'Content-Type: text/plain{chr(10) * 2}{ONE}', html_part('<img src=a.png>'))}"
    assert only(text).body == ONE


def test_pictures_and_nested_parts_are_passed_over() -> None:
    page = multipart(
        "related", html_part(f"<p>{ONE}</p>"), "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=", boundary="in"
    )
    assert (
        only(HEAD + multipart("mixed", multipart("alternative", "\nshort", page, boundary="mid"), "Content-Type: text/calendar\n\n")).body
        == ONE
    )


def test_a_digest_keeps_its_titles_and_takes_only_the_day() -> None:
    items = "".join(f"<article><h2><a href='/{n}'>Headline of story {n}</a></h2><p>{story(n)}</p></article>" for n in range(1, 5))
    cuts = split(HEAD + html_part(f"<html><body>{items}</body></html>")).cuts
    assert [(cut.title, cut.published_at, cut.author) for cut in cuts] == [
        (f"Headline of story {n}", "2025-08-01", None) for n in range(1, 5)
    ]


@pytest.mark.parametrize(("site", "outlet"), [("www.post.example", "Ana Ruiz"), ("times.example", None)])
def test_the_sender_is_the_outlet_of_a_digest_whose_items_are_on_its_own_site(site: str, outlet: str | None) -> None:
    items = "".join(f"<article><h2><a href='https://{site}/{n}'>Headline {n}</a></h2><p>{story(n)}</p></article>" for n in range(1, 5))
    assert {cut.outlet for cut in split(HEAD + html_part(f"<html><body>{items}</body></html>")).cuts} == {outlet}


def test_an_export_sent_by_mail_keeps_its_own_fields() -> None:
    head = "1 of 1 DOCUMENTS\n\nHarbour Post\n\nMay 8, 2010\n\nFerries\n\nBYLINE: Bo Lund\n\nLENGTH: 9 words"
    record = f"{head}\n\n{ONE}\n\nLOAD-DATE: May 9, 2010\n"
    cut = only(f"{HEAD}\n{record}")
    assert (cut.title, cut.outlet, cut.author, cut.published_at) == ("Ferries", "Harbour Post", "Bo Lund", "2010-05-08")


def test_a_message_without_text_is_its_subject() -> None:
    cut = only(HEAD + "\n\n")
    assert (cut.title, cut.body) == ("Ferries run again", "Ferries run again")


def test_an_encoded_subject_is_decoded() -> None:
    subject = "=?utf-8?Q?F=C3=A4hren_?=\n =?iso-8859-1?B?ZvxocmVu?= wieder"
    assert only(HEAD.replace("Re: Ferries run again", subject) + f"\n{ONE}\n").title == "Fähren führen wieder"


def test_a_subject_has_no_control_characters() -> None:
    assert only(HEAD.replace("Re: Ferries", "=?utf-8?q?=1B[2J?= Ferries\x7f") + f"\n{ONE}\n").title == "[2J Ferries run again"


def test_each_message_of_a_mailbox_is_read() -> None:
    line = "From ana@post.example Fri Aug  1 10:00:00 2025\n"
    text = f"{line}{HEAD}\n{ONE}\nFrom here on it rains.\n\n{line}{HEAD}\n{TWO}\n\n"
    assert [cut.body for cut in split(text).cuts] == [f"{ONE}\nFrom here on it rains.", TWO]


def test_an_attached_message_is_one_of_its_own() -> None:
    inner = f"Content-Type: message/rfc822\n\n{HEAD.replace('Ferries', 'Trams')}\n{TWO}\n"
    parts = (f"Content-Type: text/plain\n\n{ONE}", inner, f"Content-Type: text/plain\n\n{THREE}")
    cuts = split(HEAD + multipart("mixed", *parts)).cuts
    assert [cut.body for cut in cuts] == [ONE, TWO, THREE]
    assert (cuts[1].title, cuts[0].author) == ("Trams run again", None)
    assert [cut.start for cut in cuts] == sorted(cut.start or 0 for cut in cuts)


def test_a_saved_page_is_split_as_its_page_with_its_address() -> None:
    head = "From: <Saved by Blink>\nSnapshot-Content-Location: https://post.example/1\nDate: Fri, 1 Aug 2025 10:00:00 -0000\n"
    page = html_part(f"<html><head><title>Ferries run</title></head><body><h1>Ferries run</h1><p>{ONE}</p><p>{TWO}</p></body></html>")
    cut = only(head + multipart("related", page, "Content-Type: text/css\n\nbody {}"))
    assert (cut.title, cut.body, cut.url) == ("Ferries run", f"{ONE}\n{TWO}", "https://post.example/1")
    assert (cut.author, cut.outlet, cut.published_at) == (None, None, None)


def test_an_unencoded_part_keeps_its_ledger() -> None:
    text = f"{HEAD}\n{ONE}\n"
    fates = {text[span.start : span.end].strip(): span.fate for span in split(text).spans}
    assert fates[ONE] is Fate.ARTICLE
    assert fates[HEAD.strip()] is Fate.CHROME


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"Date: 1 August 2025\nTitle: Ferries\n\n{ONE}", id="labelled text"),
        pytest.param(f"From the harbour: ferries run\n\n{ONE}", id="sentence"),
        pytest.param("Subject: ferries\n\nText", id="one header"),
    ],
)
def test_other_texts_are_no_mail(text: str) -> None:
    assert decode_dump(text.encode(), None).format is Format.TEXT


def test_a_declared_mail_needs_one_header() -> None:
    assert only(f"Subject: Ferries\n\n{ONE}", "message/rfc822").title == "Ferries"


def test_too_many_parts_are_refused() -> None:
    text = HEAD + multipart("mixed", *["\n"] * (MAX_PARTS + 1))
    with pytest.raises(InvalidRecord) as caught:
        split(text)
    assert caught.value.reason is Reason.LIMIT


def test_deep_multiparts_are_refused() -> None:
    text = f"Content-Type: text/plain\n\n{ONE}"
    for depth in range(MAX_DEPTH + 2):
        text = multipart("mixed", text, boundary=f"=_{depth}_")
    with pytest.raises(InvalidRecord) as caught:
        split(HEAD + text)
    assert caught.value.reason is Reason.LIMIT


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(HEAD + "X-A: b\n" * 1_400_000 + "\n" + ONE, id="headers"),
        pytest.param(HEAD + "X-A: b\n" + " c\n" * 3_000_000 + "\n" + ONE, id="a folded header"),
        pytest.param(HEAD + multipart("mixed", *["\n"] * 100_000), id="parts"),
        pytest.param(HEAD + "From a 10:00\n" * 700_000, id="mailbox lines"),
        pytest.param(HEAD + "Content-Type: multipart/mixed; boundary=" + "a;" * 4_000_000 + "\n\n", id="parameters"),
        pytest.param(HEAD + "Subject: " + "=?utf-8?q?a?= " * 700_000 + "\n\n" + ONE, id="encoded words"),
    ],
)
def test_hostile_mail_takes_a_bounded_time(text: str) -> None:
    start = time.process_time()
    with suppress(InvalidRecord):
        split(text)
    assert time.process_time() - start < 5


@given(st.text(alphabet='\r\n\t -=:;?ab"/', max_size=200), st.text(alphabet="\r\n -=ab", max_size=200))
def test_any_message_is_read_within_its_offsets(head: str, body: str) -> None:
    text = f"{head}\nContent-Type: multipart/mixed; boundary=a\n\n--a\n{body}"
    message = read_part(text, 0, len(text))
    parts: list[Part] = []
    with suppress(InvalidRecord):
        parts = [part for choices in text_parts(message) for part in choices]
    assert all(0 <= part.start <= part.end <= len(text) for part in parts)


@pytest.mark.slow
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300))
def test_any_text_is_the_same_in_either_encoding(body: str) -> None:
    found = [split(HEAD + html_part(f"<p>{ONE}</p><pre>{body}</pre>", encoding)).cuts for encoding in ("base64", "quoted-printable")]
    assert [cut.body for cut in found[0]] == [cut.body for cut in found[1]]


def test_parts_beyond_the_limit_of_articles_are_refused_before_they_are_split() -> None:
    read: list[Page] = []

    def split_part(page: Page) -> Cuts:
        read.append(page)
        return Cuts((), (Span(0, len(page.text), Fate.CHROME),))

    with pytest.raises(InvalidRecord, match="5,001 articles"):
        split_mail(HEAD + multipart("mixed", *["Content-Type: text/plain\n\na"] * (MAX_PARTS - 1)), FETCHED_AT, split_part)
    assert len(read) == MAX_ARTICLES + 1


def no_articles(page: Page) -> Cuts:
    return Cuts((), (Span(0, len(page.text), Fate.CHROME),))


def html_mail(*pages: str) -> str:
    return HEAD + multipart("mixed", *[f"Content-Type: text/html\n\n{page}" for page in pages])


def test_a_mailbox_has_a_limit_of_html_parts_and_none_of_plain_ones() -> None:
    def mailbox(html_parts: int) -> str:
        head = "From a@b.example Fri Aug  1 10:00:00 2025\nFrom: a@b.example\nSubject: x\nContent-Type: text/"
        return f"{head}plain\n\na\n\n" * 9 + f"{head}html\n\n<p>a\n\n" * html_parts

    split_mail(mailbox(MAX_HTML_PARTS), FETCHED_AT, no_articles)
    with pytest.raises(InvalidRecord, match="over 1,000 HTML parts"):
        split_mail(mailbox(MAX_HTML_PARTS + 1), FETCHED_AT, no_articles)


def test_of_thousands_of_alternatives_without_an_article_the_richest_few_are_read() -> None:
    read: list[Page] = []

    def split_part(page: Page) -> Cuts:
        read.append(page)
        return Cuts((), (Span(0, len(page.text), Fate.CHROME),))

    split_mail(
        HEAD + multipart("alternative", *[f"Content-Type: text/plain\n\n{number}" for number in range(2000)]), FETCHED_AT, split_part
    )
    assert [page.text for page in read] == [str(number) for number in range(1999, 1999 - MAX_ALTERNATIVES, -1)]
