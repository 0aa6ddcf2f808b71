"""Split digests whose sections cite their sources. All names are invented."""

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.records import Cut
from streams.split import split_page

STORIES = {
    "Bakery keeps its oven": "A judge in Wickfen let the bakery of Mill Street keep the stone oven that its founder had built.",
    "Night bus in Garlin": "The bus company of Garlin pays a second driver after the night bus was late on two Sundays.",
    "First potatoes": "Pupils of the school in Fenwick gave their first potatoes to the kitchen of the harbour mission.",
}
NOTICE = "The ruler of the week is one of twelve inches, and whoever guesses its owner by Friday wins a jar of plum jam."
SOURCE = "(<a href='https://post.example/1'>Harbour Post</a>)"
SECTIONS = "".join(f"<h2>{title}</h2><p>{text} {SOURCE}</p>" for title, text in STORIES.items())
FAREWELL = "<p>How did you like the letter of this morning? Write to us, or send it to a friend of yours today.</p>"


def cuts_of(sections: str) -> tuple[Cut, ...]:
    page = f"<title>Letter</title><table><tr><td role=presentation><h1>Good morning</h1>{sections}</td></tr></table>"
    return split_page(Page(page, Format.HTML), 1754136000).cuts


def test_a_section_without_a_source_is_a_notice_where_the_others_have_one() -> None:
    assert [cut.title for cut in cuts_of(f"{SECTIONS}<h2>Chart of the day</h2><p>{NOTICE}</p>")] == list(STORIES)


def test_sections_without_sources_are_all_stories() -> None:
    sections = SECTIONS.replace(SOURCE, "")
    assert [cut.title for cut in cuts_of(f"{sections}<h2>Ruler of the week</h2><p>{NOTICE}</p>")] == [*STORIES, "Ruler of the week"]


def test_a_story_ends_with_its_source() -> None:
    assert cuts_of(SECTIONS + FAREWELL)[-1].body.endswith("(Harbour Post)")


def test_the_name_of_a_section_is_no_title() -> None:
    cuts = cuts_of(f"{SECTIONS}<h2>Quick looks</h2><p>{NOTICE} {SOURCE}</p>")
    assert [cut.title for cut in cuts] == [*STORIES, None]
    assert "Quick looks" not in cuts[-1].body


def test_an_item_has_the_address_that_its_headline_links_to() -> None:
    items = "".join(
        f"<li><h2><a href='/n/{n}'>{title}</a></h2><p>{text} {text}</p></li>" for n, (title, text) in enumerate(STORIES.items())
    )
    page = f"<link rel=canonical href='https://post.example/list'><ul>{items}</ul>"
    expected = [f"https://post.example/n/{n}" for n in range(3)]
    assert [cut.url for cut in split_page(Page(page, Format.HTML), None).cuts] == expected
    assert {cut.url for cut in split_page(Page(page[page.index("<ul") :], Format.HTML), None).cuts} == {None}


def test_cards_of_several_outlets_are_the_articles_of_a_page_with_a_longer_introduction() -> None:
    cards = "".join(
        f"<article><h3><a href='https://p{n}.example/1'>{title}</a></h3><p><span>{'Harbour Post' if n else 'Garlin Times'}</span> "
        f"<span>01/08/2025 08:0{n} UTC</span></p><p>{text}</p></article>"
        for n, (title, text) in enumerate(STORIES.items())
    )
    introduction = "".join(f"<p>{NOTICE.replace('ruler', name)}</p>" for name in ("saw", "plane", "drill", "file"))
    cuts = split_page(Page(f"<main><h1>Review of tools</h1>{introduction}<h2>All</h2>{cards}</main>", Format.HTML), 1754136000).cuts
    assert [(cut.title, cut.outlet, cut.published_at) for cut in cuts] == [
        (title, "Harbour Post" if n else "Garlin Times", f"2025-08-01T08:0{n}:00Z") for n, title in enumerate(STORIES)
    ]
