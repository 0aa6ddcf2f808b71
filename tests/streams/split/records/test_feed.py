"""Feeds of each kind, and broken ones, give their items with the fields that they declare."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import decode_dump
from streams.dumps.formats import Format
from streams.errors import InvalidRecord, Reason
from streams.records import Cut
from streams.split import split_page
from streams.split.records.feed import read_feed
from tests.fuzz.targets import check_ledger
from tests.stories import story
from tests.streams.split.records.documents import ATOM, RDF, RSS

FETCHED_AT = 1_754_136_000  # 2025-08-02


def cuts_of(text: str | bytes, content_type: str | None = None) -> tuple[Cut, ...]:
    page = decode_dump(text.encode() if isinstance(text, str) else text, content_type)
    assert page.format is Format.FEED
    cuts = split_page(page, FETCHED_AT)
    check_ledger(page, cuts.spans)
    return cuts.cuts


def item(*elements: str) -> Cut:
    (cut,) = cuts_of(f"<rss><channel><title>Harbour Post</title><item>{''.join(elements)}</item></channel></rss>")
    return cut


def test_rss_gives_each_field_that_it_declares() -> None:
    ferries, bridge = cuts_of(RSS)
    assert (ferries.title, ferries.body, ferries.outlet, ferries.author) == (
        "Ferries & trams run again",
        story(1),
        "Harbour Post",
        "Ana Ruiz",
    )
    assert (ferries.url, ferries.identity, ferries.published_at, ferries.published_precision) == (
        "https://post.example/ferries",
        "post-1",
        "2025-08-01T08:00:00Z",
        "second",
    )
    assert (bridge.title, bridge.body, bridge.outlet, bridge.author) == ("A & B: the old bridge", story(2), "El Faro", "Tom Hall")
    assert (bridge.url, bridge.identity, bridge.published_at, bridge.published_precision) == (
        "https://post.example/bridge",
        "https://post.example/bridge",
        "2025-08-01",
        "day",
    )


def test_atom_gives_each_field_that_it_declares() -> None:
    opens, closes = cuts_of(ATOM)
    assert (opens.title, opens.body, opens.outlet) == ("The market opens", f"{story(3)}\n{story(4)}", "Vela News")
    assert (opens.author, opens.url, opens.identity) == ("Ineke Vos, Tomas Aldery", "https://vela.example/1", "urn:1")
    assert opens.published_at == "2025-08-01T08:00:00Z"
    assert (closes.title, closes.body, closes.published_at, closes.url) == (
        "The market closes for the winter",
        "The market closes for the winter",
        "2025-08-02",
        None,
    )


def test_rdf_gives_each_field_that_it_declares() -> None:
    (cut,) = cuts_of(RDF)
    assert (cut.title, cut.body, cut.outlet, cut.author) == ("Old bridge to close", story(5), "El Faro", "Ana Ruiz")
    assert (cut.url, cut.identity, cut.published_at, cut.published_precision) == (
        "https://faro.example/1",
        "https://faro.example/1",
        "2025-08-01T08:00:00Z",
        "minute",
    )


def test_a_span_is_that_of_its_item_in_the_dump() -> None:
    for text in (RSS, ATOM, RDF):
        for cut in cuts_of(text):
            span = text[cut.start : cut.end]
            assert span.startswith(("<item", "<entry"))
            assert span.endswith(("</item>", "</entry>"))


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        pytest.param("<rss><channel><item><title>A &nbsp; &rsquo;B</title></item></channel></rss>", ["A ’B"], id="HTML entities"),
        pytest.param("<rss><channel><item><title>A & B < C</title></item></channel></rss>", ["A & B < C"], id="bare signs"),
        pytest.param("<rss><channel><item><title>A</item><item><title>B", ["A", "B"], id="end tags are missing"),
        pytest.param("<rss><channel><item><title>A</title></p></x></item></b></channel>", ["A"], id="end tags without a start"),
        pytest.param("<rss><channel><item><title><![CDATA[A", ["A"], id="the file ends in a section"),
        pytest.param(
            "\n<br />\n<b>Warning</b>: x\n<?xml version='1.0'?><rss><item><title>A</title></item></rss>", ["A"], id="a notice above"
        ),
        pytest.param(
            "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss><item><title>A &a;</title></item></rss>", ["A &a;"], id="an entity is not expanded"
        ),
        pytest.param("<feed><entry><title>A</title></entry></feed>", ["A"], id="no namespace"),
        pytest.param(
            "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:title>A</a:title></a:entry></a:feed>", ["A"], id="a prefix"
        ),
    ],
)
def test_broken_feeds_are_read_as_far_as_they_go(text: str, titles: list[str]) -> None:
    assert [cut.title for cut in cuts_of(text)] == titles


def test_a_feed_is_decoded_by_the_charset_that_its_declaration_names() -> None:
    text = "<?xml version='1.0' encoding='ISO-8859-1'?><rss><item><title>Förderung für Brücken</title></item></rss>"
    assert [cut.title for cut in cuts_of(text.encode("latin-1"))] == ["Förderung für Brücken"]


def test_a_wrong_content_type_does_not_hide_a_feed() -> None:
    assert len(cuts_of(RSS, "text/html")) == len(cuts_of(RSS, "text/plain")) == 2


def test_a_page_about_feeds_is_no_feed() -> None:
    assert decode_dump(b"<html><pre>&lt;rss> or <rss></pre></html>", "text/html").format is Format.HTML
    assert decode_dump(b"An example: <rss version='2.0'>", None).format is Format.TEXT


def test_the_longest_body_counts() -> None:
    assert item(f"<description>{story(1)[:60]} […]</description><content:encoded>{story(1)}</content:encoded>").body == story(1)
    assert item(f"<description>{story(1)}</description><content:encoded>.</content:encoded>").body == story(1)


def test_text_without_markup_keeps_its_paragraphs_and_not_its_wraps() -> None:
    assert item("<description>\n One line\n goes on.\n\n  Two.\n</description>").body == "One line goes on.\nTwo."


def test_html_escaped_twice_is_no_text_of_the_body() -> None:
    assert item("<description>&amp;lt;p&amp;gt;The ferry runs again.&amp;lt;/p&amp;gt;</description>").body == "The ferry runs again."


def test_a_mail_address_is_no_author_and_an_address_no_outlet() -> None:
    cut = item("<title>A</title><author>desk@post.example</author><source>https://faro.example</source>")
    assert (cut.author, cut.outlet) == (None, "Harbour Post")


def test_media_elements_are_read_within_their_group() -> None:
    assert item(f"<title>A</title><media:group><media:description>{story(1)}</media:description></media:group>").body == story(1)


def test_an_item_within_another_belongs_to_it() -> None:
    assert len(cuts_of("<rss><item><title>A</title><item><title>B</title></item></item></rss>")) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "detail"),
    [
        pytest.param("<rss><channel>" + "<item><title>A</title></item>" * 5_001, "articles", id="items"),
        pytest.param("<rss>" + "<a>" * 200_001, "elements", id="elements"),
    ],
)
def test_a_feed_above_the_limits_is_refused(text: str, detail: str) -> None:
    with pytest.raises(InvalidRecord, match=detail) as caught:
        cuts_of(text)
    assert caught.value.reason is Reason.LIMIT


PIECES = st.sampled_from(
    [
        "<item>",
        "</item>",
        "<entry>",
        "<title>",
        "</title>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "<link href='",
        "&lt;p&gt;",
        "<description/>",
    ]
)


@given(st.lists(st.one_of(PIECES, st.text(max_size=9)), max_size=30))
def test_any_feed_has_items_in_order_within_the_dump(pieces: list[str]) -> None:
    text = "<rss>" + "".join(pieces)
    records = list(read_feed(text))
    bounds = [bound for record in records for bound in (record.start or 0, record.end or 0)]
    assert bounds == sorted(bounds)
    assert all(5 <= bound <= len(text) for bound in bounds)


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("<?xml version='1.0'?><urlset><url><loc>https://a.example</loc></url></urlset>", "urlset"),
        (f"<catalog><note>{story(1)}</note></catalog>", "catalog"),
        ("<?xml version='1.0'?>\n<!-- map -->\n<svg xmlns='http://www.w3.org/2000/svg'><path d='M0'/></svg>", "svg"),
    ],
)
def test_other_xml_is_refused_by_its_root_element(text: str, root: str) -> None:
    with pytest.raises(InvalidRecord, match=f"XML with the element <{root}>") as caught:
        split_page(decode_dump(text.encode(), "application/xml"), FETCHED_AT)
    assert caught.value.reason is Reason.NOT_DECODABLE


@pytest.mark.parametrize("text", [f"<b>{story(1)}</b> {story(2)}", f"<Reporter> {story(1)}", f"{story(1)} <a>"])
def test_a_text_with_a_tag_is_no_xml(text: str) -> None:
    assert split_page(decode_dump(text.encode(), None), FETCHED_AT).cuts != ()
