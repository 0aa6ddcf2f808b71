"""Build articles from the text of an HTML page and from its JSON-LD. All names are invented."""

import json

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.records import Cut
from streams.split import split_page
from tests.stories import headline, story

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
TITLES = [headline(seed) for seed in range(4)]
TEXTS = [story(seed, 1) for seed in range(4)]
OUTLET = '<meta property="og:site_name" content="Harbour Post">'


def cuts_of(body: str, head: str = "") -> tuple[Cut, ...]:
    return split_page(Page(f"<!doctype html><html><head>{head}</head><body>{body}", Format.HTML), FETCHED_AT).cuts


def json_ld(*bodies: str) -> str:
    nodes = [{"@type": "NewsArticle", "headline": title, "articleBody": body} for title, body in zip(TITLES, bodies, strict=False)]
    return f'<script type="application/ld+json">{json.dumps(nodes)}</script>'


def items(count: int, outlets: bool = False) -> str:
    names = ["<div>El Faro</div>", ""] if outlets else ["", ""]
    return "".join(
        f"<article><h2><a href=/s>{TITLES[number]}</a></h2>{names[number % 2]}<div>3 hours ago</div><p>{TEXTS[number]}</p></article>"
        for number in range(count)
    )


def test_a_declared_body_of_twice_the_words_replaces_the_printed_one() -> None:
    printed = f"<h1>{TITLES[0]}</h1><p>{TEXTS[0]}</p>"
    twice, less = f"{TEXTS[0]} {TEXTS[0]}", f"{TEXTS[0]} {' '.join(TEXTS[0].split()[1:])}"
    assert [cut.body for cut in cuts_of(printed, json_ld(twice))] == [twice]
    assert [cut.body for cut in cuts_of(printed, json_ld(less))] == [TEXTS[0]]


def test_a_page_of_mostly_headlines_has_an_article_only_if_it_declares_one() -> None:
    links = "".join(f"<div><a href=/s>{headline(seed)}</a></div>" for seed in range(20))
    page = f"<h1>{TITLES[0]}</h1><p>{TEXTS[0]}</p>{links}"
    assert cuts_of(page) == ()
    declared = f'<meta property="og:type" content="article"><meta property="og:title" content="{TITLES[0]}">'
    assert [cut.body for cut in cuts_of(page, declared)] == [TEXTS[0]]


def test_a_longer_declared_body_replaces_the_printed_one_of_an_item() -> None:
    bodies = [story(seed, 3) for seed in range(10, 13)]
    cuts = cuts_of(items(3), json_ld(*bodies))
    assert [(cut.title, cut.body) for cut in cuts] == list(zip(TITLES[:3], bodies, strict=True))


def test_an_item_without_an_outlet_has_that_of_its_page() -> None:
    assert [cut.outlet for cut in cuts_of(items(4, outlets=True), OUTLET)] == ["El Faro", "Harbour Post", "El Faro", "Harbour Post"]


def test_declared_stories_count_only_if_they_are_more_than_the_items() -> None:
    bodies = [story(seed, 3) for seed in range(10, 14)]
    assert [cut.start is None for cut in cuts_of(items(3), json_ld(*bodies[:3]))] == [False] * 3
    assert [cut.body for cut in cuts_of(items(3), json_ld(*bodies))] == bodies


def test_a_declared_story_is_more_certain_than_an_undeclared_one() -> None:
    page = f"<h1>{TITLES[0]}</h1><p>{TEXTS[0]}</p>"
    (declared,) = cuts_of(page, f'<meta property="og:type" content="article"><meta property="og:title" content="{TITLES[0]}">')
    (undeclared,) = cuts_of(page)
    assert undeclared.confidence < max(cut.confidence for cut in cuts_of(items(3))) < declared.confidence


def test_a_live_page_gives_its_story_and_its_updates() -> None:
    updates = [{"@type": "BlogPosting", "headline": TITLES[seed], "articleBody": story(seed + 30, 2)} for seed in range(3)]
    script = json.dumps({"@type": "LiveBlogPosting", "headline": "Storm over Norland", "liveBlogUpdate": updates})
    text = [story(seed, 3) for seed in range(40, 43)]
    page = f"<h1>Storm over Norland</h1>{''.join(f'<p>{paragraph}</p>' for paragraph in text)}"
    bodies = [cut.body for cut in cuts_of(page, f'<script type="application/ld+json">{script}</script>')]
    assert bodies == ["\n".join(text), *(update["articleBody"] for update in updates)]
    updated = "".join(f"<p>{update['articleBody']}</p>" for update in updates)
    assert len(cuts_of(updated, f'<script type="application/ld+json">{script}</script>')) == len(updates)


def test_the_story_of_a_live_page_ends_where_its_updates_begin() -> None:
    updates = [{"@type": "BlogPosting", "headline": f"Update {seed}", "articleBody": story(seed, 2)} for seed in range(3)]
    script = json.dumps({"@type": "LiveBlogPosting", "headline": "Storm over Norland", "liveBlogUpdate": updates})
    text = [story(seed, 4) for seed in range(7, 9)]
    posts = "".join(f"<h3>Update {seed}</h3><p>{story(seed, 2)}</p>" for seed in range(3))
    page = f"<h1>Storm over Norland</h1><article>{''.join(f'<p>{paragraph}</p>' for paragraph in text)}{posts}</article>"
    bodies = [cut.body for cut in cuts_of(page, f'<script type="application/ld+json">{script}</script>')]
    assert bodies == ["\n".join(text), *(story(seed, 2) for seed in range(3))]
