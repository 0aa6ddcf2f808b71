"""Articles of XML that is no feed: notes, files of agencies, sitemaps, and files of unknown names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import decode_dump
from streams.dumps.formats import Format
from streams.errors import InvalidRecord
from streams.records import Cut
from streams.split import split_page
from streams.split.records.xml_document import read_xml
from tests.cpu import MOST_GROWTH, growth
from tests.stories import headline, story

FETCHED_AT = 1_795_867_200  # 2026-11-28
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
ONE, TWO = story(1), story(2)


def cuts_of(xml: str) -> tuple[Cut, ...]:
    page = decode_dump(xml.encode(), None)
    assert page.format is Format.XML
    return split_page(page, FETCHED_AT).cuts


def test_notes_are_articles_without_the_time_and_author_of_their_copy() -> None:
    notes = "".join(
        f"<note><title>{headline(seed)}</title><created>20261125T080000Z</created><note-attributes><author>Leo</author><source>clip</source>"
        f"<source-url>https://post.example/{seed}</source-url></note-attributes><content><![CDATA[<?xml version='1.0'?>"
        f"<!DOCTYPE en-note><en-note><div>{story(seed)}</div><div><br/></div></en-note>]]></content></note>"
        for seed in (1, 2)
    )
    xml = f'{HEAD}<!DOCTYPE en-export SYSTEM "export.dtd">\n<en-export application="Notes">{notes}</en-export>'
    cuts = cuts_of(xml)
    assert [(cut.title, cut.body, cut.url) for cut in cuts] == [
        (headline(seed), story(seed), f"https://post.example/{seed}") for seed in (1, 2)
    ]
    assert [(cut.published_at, cut.author, cut.outlet) for cut in cuts] == [(None, None, None)] * 2
    assert [xml[cut.start : cut.end] for cut in cuts] == [f"<note>{part}" for part in notes.split("<note>")[1:]]


def test_a_file_of_an_agency_has_the_fields_of_its_head() -> None:
    xml = (
        f'{HEAD}<nitf><head><title>x</title><docdata><date.issue norm="20261119T080000Z"/></docdata><pubdata name="Harbour Post"/></head>'
        f"<body><body.head><hedline><hl1>{headline(1)}</hl1></hedline><byline>By Ana Ruiz</byline></body.head>"
        f"<body.content><p>{ONE}</p><p>{TWO}</p></body.content></body></nitf>"
    )
    (cut,) = cuts_of(xml)
    assert (cut.title, cut.body, cut.outlet, cut.author) == (headline(1), f"{ONE}\n{TWO}", "Harbour Post", "Ana Ruiz")
    assert cut.published_at == "2026-11-19T08:00:00Z"


def test_entries_of_a_sitemap_have_their_address_and_the_name_of_the_publication() -> None:
    entries = "".join(
        f"<url><loc>https://post.example/{seed}</loc><news:news><news:publication><news:name>Harbour Post</news:name><news:language>en"
        f"</news:language></news:publication><news:publication_date>2026-11-2{seed}</news:publication_date><news:title>{headline(seed)}"
        "</news:title></news:news></url>"
        for seed in (1, 2)
    )
    cuts = cuts_of(f'{HEAD}<urlset xmlns:news="http://sitemap.example/news">{entries}</urlset>')
    assert [(cut.title, cut.outlet, cut.url, cut.published_at) for cut in cuts] == [
        (headline(seed), "Harbour Post", f"https://post.example/{seed}", f"2026-11-2{seed}") for seed in (1, 2)
    ]


def test_the_title_of_a_list_is_no_article() -> None:
    articles = "".join(f"<article><titel>{headline(seed)}</titel><inhalt>{story(seed)}</inhalt></article>" for seed in (1, 2))
    cuts = cuts_of(f"{HEAD}<artikel><title>All stories</title><id>7</id>{articles}</artikel>")
    assert [(cut.title, cut.body) for cut in cuts] == [(headline(seed), story(seed)) for seed in (1, 2)]


def test_a_channel_with_a_title_and_an_image_is_no_article_around_its_items() -> None:
    items = "".join(f"<item><title>{headline(seed)}</title><text>{story(seed)}</text></item>" for seed in (1, 2))
    cuts = cuts_of(f"{HEAD}<all><group><title>Post</title><image><title>Logo</title></image>{items}</group></all>")
    assert [cut.title for cut in cuts] == [headline(1), headline(2)]


@pytest.mark.parametrize("xml", [f"{HEAD}<map><title>Roads</title><road id='1'/></map>", f"{HEAD}<a/>"])
def test_xml_without_an_article_is_refused_by_its_name(xml: str) -> None:
    with pytest.raises(InvalidRecord, match="the dump is XML"):
        cuts_of(xml)


@given(
    st.lists(st.sampled_from(["<note>", "</note>", "<title>Old bridge</title>", "<content>", "</content>", ONE, "<x a='1'/>"]), max_size=20)
)
def test_articles_are_in_order_and_none_is_within_another(parts: list[str]) -> None:
    records = read_xml(HEAD + "".join(parts))
    ends = [0, *(record.end or 0 for record in records)]
    assert all((record.start or 0) >= end for record, end in zip(records, ends, strict=False))


@pytest.mark.slow
@pytest.mark.parametrize("xml", ["<a>{0}</a>", "<a><title>x</title>{0}</a>", "{0}<title>x</title>"])
def test_the_work_is_linear_in_elements(xml: str) -> None:
    deep = "<b><title>y</title>" * 900 + "</b>" * 900
    assert growth(lambda count: read_xml(HEAD + xml.format(deep * count)), 2) < MOST_GROWTH


def test_a_text_in_sections_within_an_element_of_a_body_is_a_text() -> None:
    (cut,) = cuts_of(f"{HEAD}<item><title>{headline(1)}</title><body><div><![CDATA[{ONE}]]></div></body></item>")
    assert (cut.title, cut.body) == (headline(1), ONE)


def test_elements_in_over_1000_others_are_refused() -> None:
    with pytest.raises(InvalidRecord, match="in over 1,000 others"):
        read_xml(f"{HEAD}{'<b>' * 1_002}")
