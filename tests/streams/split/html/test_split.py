"""Split HTML pages: one story, lists of stories, an aggregator's own page, and hostile trees. All names are invented."""

import json

import pytest

from streams.dumps.decode import Page, decode_dump
from streams.dumps.formats import Format
from streams.errors import InvalidRecord, Reason
from streams.split import split_page
from streams.split.cuts import Cuts
from streams.split.html import tree

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
PARAGRAPHS = [
    "The council of Port Clare met on Monday to talk about the old bridge, which has carried carts and cars since 1891.",
    "It will be closed in May, said the mayor, Ana Ruiz, because two of its seven arches have moved by a hand's breadth.",
    "A spokeswoman for the ferry company said that it would run more boats in the morning and in the evening.",
    "Work begins in June and will cost nine million. Nobody on the council voted against the plan.",
]
FERRY = "SANTA VELA (Reuters) - A ferry with ninety people on board ran aground near Cape Sorrow on Friday. Nobody was hurt."
HARBOUR = "El puerto de Villa Serena cerró este lunes por el mal tiempo, informó la capitanía. Reabrirá el jueves."
STORY = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
NAVIGATION = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/s'>Sports</a></li></ul></nav>"
FOOTER = "<footer><p>© Harbour Post. All rights reserved. <a href='/t'>Terms</a></p></footer>"
LD = json.dumps(
    {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": "WebSite", "name": "Harbour Post"},
            {
                "@type": ["NewsArticle"],
                "headline": "Old bridge to close &amp; be mended",
                "author": [{"name": "By Ana Ruiz"}, {"name": "Tom Hall"}],
                "publisher": {"name": "Harbour Post"},
                "datePublished": "2025-08-01T23:30:00-02:00",
            },
        ],
    }
)


def split(html: str, shapes: bool = True, content_type: str = "text/html; charset=utf-8") -> Cuts:
    page = decode_dump(html.encode(), content_type)
    assert page.format is Format.HTML
    cuts = split_page(page, FETCHED_AT, shapes)
    bounds = [0, *(span.end for span in cuts.spans)]
    assert [span.start for span in cuts.spans] == bounds[:-1]
    assert bounds[-1] == len(page.text)
    return cuts


def page(body: str, head: str = "") -> str:
    title = "<title>Old bridge to close - Harbour Post</title>"
    return f"<!DOCTYPE html><html><head>{title}{head}</head><body>{NAVIGATION}{body}{FOOTER}</body></html>"


def test_one_story_is_its_text_without_the_page_around_it() -> None:
    (cut,) = split(page(f"<main><h1>Old bridge to close</h1>{STORY}</main>")).cuts
    assert cut.body == "\n".join(PARAGRAPHS)
    assert cut.title == "Old bridge to close"
    assert cut.language == "en"


def test_fields_are_read_from_json_ld() -> None:
    (cut,) = split(page(f"<main><h1>Old bridge</h1>{STORY}</main>", f'<script type="application/ld+json">{LD}</script>')).cuts
    assert (cut.title, cut.outlet, cut.author) == ("Old bridge to close & be mended", "Harbour Post", "Ana Ruiz, Tom Hall")
    assert (cut.published_at, cut.published_precision) == ("2025-08-02T01:30:00Z", "second")


def test_fields_are_read_from_open_graph_without_json_ld() -> None:
    tags = {"og:title": "Old bridge to close", "og:site_name": "Harbour Post", "article:published_time": "2025-08-01", "author": "Ana Ruiz"}
    head = "".join(f'<meta property="{name}" content="{content}">' for name, content in tags.items())
    (cut,) = split(page(f"<main>{STORY}</main>", head + '<script type="application/ld+json">{broken</script>')).cuts
    assert (cut.title, cut.outlet, cut.author) == ("Old bridge to close", "Harbour Post", "Ana Ruiz")
    assert (cut.published_at, cut.published_precision) == ("2025-08-01", "day")


@pytest.mark.parametrize(
    ("declared", "title"),
    [
        pytest.param("Old bridge to close | Harbour Post", "Old bridge to close", id="the outlet behind it"),
        pytest.param("Old bridge to close - and nobody objects", "Old bridge to close - and nobody objects", id="a part of the headline"),
        pytest.param("Bridge | Harbour Post", "Bridge | Harbour Post", id="too little left"),
    ],
)
def test_the_outlets_name_is_not_part_of_the_headline(declared: str, title: str) -> None:
    head = f'<meta property="og:title" content="{declared}"><meta property="og:site_name" content="Harbour Post">'
    assert [cut.title for cut in split(page(f"<main>{STORY}</main>", head)).cuts] == [title]


def test_a_page_laid_out_by_a_table_gives_its_story_in_paragraphs() -> None:
    menu = "<td><font><a href='/'>Home</a><br><a href='/s'>Sports</a></font></td>"
    letters = "<hr><font size='1'><a href='mailto:letters@post.example'>Write to us</a></font>"
    table = f"<table><tr>{menu}<td><h1>Old bridge to close</h1>{STORY}{letters}</td></tr></table>"
    (cut,) = split(f"<html><head><title>Old bridge to close</title></head><body>{table}</body></html>").cuts
    assert cut.body == "\n".join(PARAGRAPHS)


def test_a_list_of_article_elements_gives_each_with_its_own_fields() -> None:
    stories = [("Ferry runs aground", FERRY, "3 hours ago"), ("Cierra el puerto de Villa Serena", HARBOUR, "hace 2 días")]
    items = "".join(f"<article><h2><a href='/x'>{h}</a></h2><span>{a}</span><p>{b}</p></article>" for h, b, a in stories)
    cuts = split(page(f"<main>{items}</main>")).cuts
    assert [(cut.title, cut.body) for cut in cuts] == [(h, b) for h, b, _ in stories]
    assert [(cut.language, cut.published_at) for cut in cuts] == [("en", "2025-08-02T09:00:00Z"), ("es", "2025-07-31")]


@pytest.mark.parametrize(
    ("element", "published"),
    [
        pytest.param('<time datetime="2025-08-02T08:41:07Z">3 hours ago</time>', ("2025-08-02T08:41:07Z", "second"), id="second"),
        pytest.param(
            '<time datetime="2025-08-02T05:41-03:00">3 hours ago</time>', ("2025-08-02T08:41:00Z", "minute"), id="minute and zone"
        ),
        pytest.param('<time datetime="2025-07-30 22:15Z">3 days ago</time>', ("2025-07-30T22:15:00Z", "minute"), id="more than a day"),
        pytest.param(
            '<time datetime="2025-07-31T08:41Z">3 hours ago</time>', ("2025-07-31T08:41:00Z", "minute"), id="saved before fetched"
        ),
        pytest.param('<time datetime="2025-08-02T08:40">3 hours ago</time>', ("2025-08-02T08:40:00Z", "minute"), id="no zone, agrees"),
        pytest.param('<time datetime="2025-08-02T11:40">3 hours ago</time>', ("2025-08-02T09:00:00Z", "hour"), id="local time"),
        pytest.param(
            '<time datetime="2025-08-02">12 hours ago</time>', ("2025-08-02T00:00:00Z", "hour"), id="a day is less precise than hours"
        ),
        pytest.param('<time datetime="2025-08-01">2 days ago</time>', ("2025-08-01", "day"), id="a day for a day"),
        pytest.param('<time datetime="2025-08-09T10:00Z">3 hours ago</time>', ("2025-08-02T09:00:00Z", "hour"), id="in the future"),
        pytest.param('<time datetime="PT3H">3 hours ago</time>', ("2025-08-02T09:00:00Z", "hour"), id="a duration"),
        pytest.param('<time datetime="2025-08-02T08:41Z">Updated</time>', ("2025-08-02T08:41:00Z", "minute"), id="no printed age"),
        pytest.param('<time datetime="0001-01-01T00:00:00+05:00">3 hours ago</time>', ("2025-08-02T09:00:00Z", "hour"), id="year one"),
    ],
)
@pytest.mark.parametrize("tag", ["article", "div"])
def test_a_declared_time_has_precedence_over_the_age_printed_in_it(tag: str, element: str, published: tuple[str, str]) -> None:
    later = '<time datetime="1999-05-05T10:00:00Z">five in the morning</time>'
    body = f"{HARBOUR} {PARAGRAPHS[3]} {later} {PARAGRAPHS[2]}"
    rows = [
        ("Ferry runs aground", element, FERRY),
        ("Cierra el puerto", "<span>hace 2 días</span>", body),
        ("Mill", "<i>9 hours ago</i>", STORY),
    ]
    items = "".join(f"<{tag}><h2>{title}</h2><div>{time}</div><p>{body}</p></{tag}>" for title, time, body in rows)
    cuts = split(page(f"<main>{items}</main>")).cuts
    assert [(cut.published_at, cut.published_precision) for cut in cuts] == [
        published,
        ("2025-07-31", "day"),
        ("2025-08-02T03:00:00Z", "hour"),
    ]


@pytest.mark.parametrize("level", ["h1", "h2"])
def test_teasers_beside_one_story_are_no_articles(level: str) -> None:
    text = "It takes two hours, and the mill is a good place for lunch on the way."
    teasers = "".join(f"<article><h3>Walk number {n} along the river</h3><p>{text}</p></article>" for n in range(3 if level == "h1" else 1))
    (cut,) = split(page(f"<article><{level}>Old bridge to close</{level}>{STORY}</article><aside>{teasers}</aside>")).cuts
    assert PARAGRAPHS[0] in cut.body
    assert "Walk number" not in cut.body


@pytest.mark.parametrize("shapes", [True, False], ids=["shapes", "fallback"])
def test_an_aggregators_own_page_is_split_as_its_text_is(shapes: bool) -> None:
    block = (
        "<div><h3>{h}</h3><h3>{h}</h3><div>{o}</div><div><span>time</span><span>{a}</span></div><ul><li>General</li><li>{o}</li></ul>"
        "<h4>{h}</h4><p>{b}</p><button>Share</button><div>Copy the Story Link</div></div>"
    )
    rows = [
        ("Ferry runs aground", "Harbour Post", FERRY, "3 hours ago"),
        ("Cierra el puerto", "El Faro", HARBOUR, "28-06-2025"),
        ("Old bridge to close", "Channel 7", PARAGRAPHS[0], "2 days ago"),
    ]
    items = "".join(block.format(h=h, o=o, b=b, a=a) for h, o, b, a in rows)
    cuts = split(page(f"<h1>#PortClare</h1><div>Latest news</div>{items}"), shapes).cuts
    assert [(cut.title, cut.outlet, cut.body) for cut in cuts] == [(h, o, b) for h, o, b, _ in rows]


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<html><body></body></html>", id="empty body"),
        pytest.param("<!doctype html>", id="only a doctype"),
        pytest.param(
            page("<ul>" + "".join(f"<li><a href='/{n}'>Council {n} votes on a bridge</a></li>" for n in range(20)) + "</ul>"), id="links"
        ),
        pytest.param(
            page("<p>These are the headlines of the day in Norland.</p>" + "<h3><a href='/x'>Council votes on a bridge</a></h3>" * 9),
            id="front page",
        ),
        pytest.param("<html><script>var a = 'The council of Port Clare met on Monday to talk.'</script></html>", id="script"),
    ],
)
def test_a_page_without_a_story_has_no_article(html: str) -> None:
    assert split(html).cuts == ()


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(page(f"<main>{STORY}</main>").replace("bridge", "bri\x00dge"), id="zero bytes"),
        pytest.param('<?xml version="1.0" encoding="iso-8859-1"?>' + page(f"<main>{STORY}</main>"), id="xml declaration"),
        pytest.param(page(f"<main>{STORY.replace('bridge', 'bri&#xD800;&#0;dge')}</main>"), id="surrogate by reference"),
        pytest.param("<html><body><p>" + "<b>" * 99 + STORY, id="unclosed tags"),
        pytest.param(page("<div>" * 150 + STORY), id="deep but sound"),
    ],
)
def test_the_text_of_a_broken_page_can_be_encoded(html: str) -> None:
    (cut,) = split(html).cuts
    assert "ferry company" in cut.body
    assert "the old bridge, which has carried" in (cut.body.replace("\ufffd", "") if "&#" in html else cut.body)
    assert b"\x00" not in cut.body.encode("utf-8")


@pytest.mark.parametrize(
    ("header", "published", "author"),
    [
        pytest.param('<time datetime="2025-08-01T09:30Z">Friday</time>', ("2025-08-01T09:30:00Z", "minute"), None, id="declared"),
        pytest.param("<div>By Ana Ruiz</div><div>August 1, 2025</div>", ("2025-08-01", "day"), "Ana Ruiz", id="printed"),
        pytest.param("<div class='author'>Tom Hall</div><p>3 hours ago</p>", ("2025-08-02T09:00:00Z", "hour"), "Tom Hall", id="age"),
        pytest.param("<p>On the river</p>", (None, None), None, id="none"),
    ],
)
def test_undeclared_time_and_author_are_read_near_the_headline(
    header: str, published: tuple[str | None, str | None], author: str | None
) -> None:
    aside = '<aside><time datetime="2025-07-01">A month ago</time></aside>'
    (cut,) = split(page(f"<h1>Old bridge to close</h1>{header}{STORY}{aside}")).cuts
    assert (cut.published_at, cut.published_precision) == published
    assert cut.author == author


def test_the_body_is_read_from_json_ld_if_a_script_would_fill_the_page() -> None:
    node = {
        "@type": "NewsArticle",
        "headline": "Old bridge to close",
        "articleBody": f"<p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]} &amp; so on</p>",
    }
    (cut,) = split(page("<div id='app'></div>", f'<script type="application/ld+json">{json.dumps(node)}</script>')).cuts
    assert cut.body == f"{PARAGRAPHS[0]}\n{PARAGRAPHS[1]} & so on"
    assert (cut.title, cut.start, cut.end) == ("Old bridge to close", None, None)


def test_promotions_at_the_end_of_a_story_are_left_out() -> None:
    more = "<p>Sign up for our newsletter here.</p><h3>Read more</h3><p><a href='/x'>Ferry company names new head</a></p>"
    (cut,) = split(page(f"<article><h1>Old bridge to close</h1>{STORY}{more}</article>")).cuts
    assert cut.body == "\n".join(PARAGRAPHS)


@pytest.mark.slow
@pytest.mark.parametrize(
    "around",
    [
        pytest.param("<div>" * 99_000 + "{}", id="nested blocks"),
        pytest.param("<p>" * 20_000 + "{}", id="empty paragraphs"),
        pytest.param("{}" + "<i>" * 100_000, id="unclosed inline elements"),
        pytest.param("{}<p>" + "&amp;&#0;&bogus;" * 60_000, id="references"),
        pytest.param("<div title='" + "word " * 200_000 + "'>{}", id="a huge attribute"),
        pytest.param("{}<!-- " + "<p>a" * 300_000, id="a huge comment"),
        pytest.param("\x00" * 100_000 + "{}", id="zero bytes"),
    ],
)
def test_a_story_in_a_hostile_page_is_found(around: str) -> None:
    cuts = split_page(Page("<html><body>" + around.format(STORY), Format.HTML), FETCHED_AT).cuts
    assert [cut.body[:40] for cut in cuts] == [PARAGRAPHS[0][:40]]


@pytest.mark.parametrize("tag", ["<p>a", "a<br>"], ids=["elements", "lines"])
def test_a_page_over_the_limit_is_refused(tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_ELEMENTS", 900)
    monkeypatch.setattr(tree, "MAX_LINES", 900)
    assert split("<html><body>" + tag * 890).cuts == ()
    with pytest.raises(InvalidRecord) as caught:
        split("<html><body>" + tag * 901)
    assert caught.value.reason is Reason.LIMIT
