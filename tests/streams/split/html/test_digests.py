"""Digests in HTML: sections between rules, items of one paragraph, outlets of an aggregator's items."""

from streams.records import Cut
from streams.split.html.split import split_html

SECTIONS = [
    (
        "Harbour council votes for a second crane",
        "The council of Port Elsie voted for a second crane on Monday. It will cost two million crowns.",
    ),
    (
        "Bees return to the botanical garden",
        "Three swarms have settled in the old glass house, the gardeners report. Visitors may look at them on Sundays.",
    ),
    (
        "Night buses stop in January",
        "The last night bus will run on New Year's Eve, says the transport office. Taxi drivers have offered shared rides.",
    ),
    (
        "Old mill becomes a school",
        "Sixty children will learn in the mill from next autumn. The wheel stays where it is and will make electricity.",
    ),
]
HEAD = '<meta property="og:type" content="article"><meta property="og:title" content="Morning letter"><title>Morning letter</title>'


def _cuts(body: str, head: str = HEAD) -> tuple[Cut, ...]:
    return split_html(f"<html><head>{head}</head><body><h1>Morning letter</h1>{body}</body></html>", None).cuts


def test_sections_between_rules_are_stories_even_of_a_page_that_declares_one() -> None:
    page = "<p>Monday, 9 November 2026</p>" + "".join(f"<hr><h2>{title}</h2><p>{text}</p>" for title, text in SECTIONS)
    cuts = _cuts(page + "<hr><p>You get this letter because you asked for it, and can leave whenever you want.</p>")
    assert [(cut.title, cut.body) for cut in cuts] == SECTIONS
    assert {cut.published_at for cut in cuts} == {"2026-11-09"}


def test_long_chapters_between_rules_are_one_declared_story() -> None:
    chapters = "".join(f"<hr><h2>{title}</h2><p>{' '.join([text] * 10)}</p>" for title, text in SECTIONS)
    title = "How a harbour is run"
    head = f'<meta property="og:type" content="article"><title>{title}</title>'
    assert len(_cuts(f"<h1>{title}</h1>{chapters}", head)) == 1
    assert len(_cuts(f"<h1>{title}</h1>{chapters}", "")) == len(SECTIONS)


def test_sections_of_a_story_with_one_date_stay_one_story() -> None:
    sections = "".join(f"<h2>{title}</h2><p>{text}</p>" for title, text in SECTIONS)
    assert len(_cuts(f"<p>Monday, 9 November 2026</p>{sections}", "<title>Morning letter</title>")) == 1


def test_sections_of_one_story_without_rules_stay_one_story() -> None:
    assert len(_cuts("".join(f"<h2>{title}</h2><p>{text}</p>" for title, text in SECTIONS))) == 1


def test_paragraphs_that_begin_with_a_linked_headline_are_items_of_their_section() -> None:
    short = [(f"In short: {title}", text) for title, text in SECTIONS[:3]]
    items = "".join(f'<p>* <a href="https://x{n}.example/a"><em>{title}</em></a> | {text}</p>' for n, (title, text) in enumerate(short))
    sections = "".join(f"<h2>{title}</h2><p>{text}</p><hr>" for title, text in SECTIONS)
    assert [(cut.title, cut.body) for cut in _cuts(f"{sections}<h2>In short</h2>{items}")] == [*SECTIONS, *short]


def test_items_with_several_fields_are_listings_of_events_and_no_stories() -> None:
    link = '<a href="https://x.example">Next: '
    short = "".join(f"<p>{link}{title}</a> | 3 May | Free | {text}</p>" for title, text in SECTIONS)
    sections = "".join(f"<h2>{title}</h2><p>{text}</p><hr>" for title, text in SECTIONS)
    assert [cut.title for cut in _cuts(f"{sections}<h2>Events</h2>{short}")] == [title for title, _ in SECTIONS]


def test_a_page_of_items_of_one_paragraph_is_a_list() -> None:
    items = "".join(f'<li><a href="https://x{n}.example/a">{title}</a>: {text}</li>' for n, (title, text) in enumerate(SECTIONS))
    assert [(cut.title, cut.body) for cut in _cuts(f"<p>Good morning to all of you.</p><ul>{items}</ul>", "")] == SECTIONS


def test_sections_that_end_with_a_linked_source_are_stories() -> None:
    source = ' (<a href="https://post.example/1">Harbour Post</a>)</p>'
    cuts = _cuts("<p>Good morning.</p>" + "".join(f"<h2>{title}</h2><p>{text}{source}" for title, text in SECTIONS), "")
    assert [cut.title for cut in cuts] == [title for title, _ in SECTIONS]


def test_cards_with_a_link_and_a_time_are_stories_beside_a_long_introduction() -> None:
    meta = '<p class="meta"><span>Port Post</span> <span>3 Nov 2026</span></p>'
    cards = "".join(f'<article><h3><a href="https://x.example">{title}</a></h3>{meta}<p>{text}</p></article>' for title, text in SECTIONS)
    introduction = "".join(f"<p>{text} {text}</p>" for _, text in SECTIONS)
    assert [cut.title for cut in _cuts(f"{introduction}{cards}", "")] == [title for title, _ in SECTIONS]


def _list(items: list[str], name: str = "Gatherer") -> tuple[Cut, ...]:
    return _cuts("<ul>" + "".join(items) + "</ul>", f'<meta property="og:site_name" content="{name}">')


def _item(number: int, source: str) -> str:
    title, text = SECTIONS[number]
    link = f"https://gatherer.example/{number}"
    return f'<li><h3><a href="{link}">{title}</a></h3><p>{text}</p><div class="from">{source}</div></li>'


def test_outlet_without_an_age_is_found_where_other_items_of_the_list_have_theirs() -> None:
    sources = ["<b>Port Post</b> <i>2 hours ago</i>", "<b>Garden News</b> <i>3 hours ago</i>", "<b>Night Paper</b>", "<i>4 hours ago</i>"]
    cuts = _list([_item(number, source) for number, source in enumerate(sources)])
    assert [cut.outlet for cut in cuts] == ["Port Post", "Garden News", "Night Paper", None]


def test_name_of_a_page_is_the_outlet_of_items_that_link_to_itself_only() -> None:
    own = [_item(number, "") for number in range(4)]
    assert {cut.outlet for cut in _list(own)} == {"Gatherer"}
    others = [item.replace("gatherer", f"other{number}") for number, item in enumerate(own)]
    assert {cut.outlet for cut in _list(others)} == {None}


def test_items_with_one_headline_and_different_times_are_stories_of_different_outlets() -> None:
    title, text = SECTIONS[0]
    outlets = ["Port Post", "Mill Paper", "Night News"]
    head = f'<h3><a href="https://x.example/">{title}</a></h3>'
    meta = [f"<p><span>{outlet}</span> <span>{day} Nov 2026</span></p>" for day, outlet in enumerate(outlets, start=3)]
    items = [f"<article>{head}{each}<p>{text} {number}.</p></article>" for number, each in enumerate(meta)]
    assert [cut.outlet for cut in _cuts("".join(items), "")] == outlets
