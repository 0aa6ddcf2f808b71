"""Split newsletters of layout tables. All names are invented."""

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.split import split_page

NEWS = {
    "Bakery keeps its oven": "A judge in Wickfen let the bakery of Mill Street keep the stone oven that its founder had built.",
    "Night bus": "The bus company of Garlin pays a second driver after the night bus was late on two Sundays.",
    "Potatoes": "Pupils of the school in Fenwick gave their first potatoes to the kitchen of the harbour mission.",
}
NOTICE = "The harbour pilot of Wickfen sold his boat last week, and the council asks him to stay until a successor has learnt it."
ROWS = "".join(f"<tr><td class=mcnTextContent><h2>{title}</h2><p>{text}</p></td></tr>" for title, text in NEWS.items())


def pairs_of(rows: str, table: str = "<table>") -> list[tuple[str | None, str]]:
    page = f"<!doctype html><title>Letter of May</title>{table}<tr><td><h1>Letter of May</h1></td></tr>{rows}</table>"
    return [(cut.title, cut.body) for cut in split_page(Page(page, Format.HTML), 1754136000).cuts]


def test_each_section_of_a_newsletter_is_an_article() -> None:
    assert pairs_of(ROWS) == list(NEWS.items())


def test_headlines_need_no_heading_element() -> None:
    rows = "".join(f"<tr><td><b>{title}</b><p>{text}</p></td></tr>" for title, text in NEWS.items())
    assert pairs_of(rows, "<table role=presentation>") == list(NEWS.items())


def test_each_item_of_a_list_in_a_newsletter_is_an_article_and_dates_are_none() -> None:
    items = f"<li>{NOTICE}</li><li><a href=/e>Tweed ride</a><br>{NOTICE}</li><li>Fenwick Park, 6 pm, come and learn how to help.</li>"
    rows = f"{ROWS}<tr><td><h1>News</h1><ul>{items}</ul></td></tr>"
    assert [body for _, body in pairs_of(rows)] == [*NEWS.values(), NOTICE, NOTICE]
    assert pairs_of(rows)[3][0] is None


def test_a_story_in_tables_without_the_names_of_a_newsletter_is_one_article() -> None:
    assert len(pairs_of(ROWS.replace("mcnTextContent", "text"))) == 1


def test_the_stories_of_a_newsletter_that_link_to_their_sources_have_the_day_of_the_issue() -> None:
    rows = ROWS.replace("<h2>", "<h2><a href=/s>").replace("</h2>", "</a></h2>").replace("</p>", f" {NOTICE}</p>")
    issue = "<tr><td>No. 88, Sunday 27 July 2025</td></tr>"
    page = f"<!doctype html><title>Letter</title><table><tr><td><h1>Letter of May</h1></td></tr>{issue}{rows}</table>"
    assert [cut.published_at for cut in split_page(Page(page, Format.HTML), 1754136000).cuts] == ["2025-07-27"] * len(NEWS)
