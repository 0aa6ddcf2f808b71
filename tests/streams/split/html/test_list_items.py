"""Find the stories of an HTML page's list for unusual markup of its items. All names are invented."""

from collections.abc import Callable, Sequence

import pytest

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.records import Cut
from streams.split import split_page
from streams.split.html.line_classification import classify_lines
from streams.split.html.list_items import MIN_CLEAR_ITEMS, find_list_items
from streams.split.html.tree import parse_tree
from tests.cpu import MOST_GROWTH, growth
from tests.stories import headline, story

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
TITLES = [headline(seed) for seed in range(4)]
TEXTS = [story(seed, 2) for seed in range(4)]
PAIRS = list(zip(TITLES, TEXTS, strict=True))


def cuts_of(items: str) -> tuple[Cut, ...]:
    return split_page(Page(f"<!doctype html><title>News</title><body><main>{items}</main>", Format.HTML), FETCHED_AT).cuts


def assert_all_found(cuts: tuple[Cut, ...]) -> None:
    assert [(cut.title, cut.body) for cut in cuts] == PAIRS


def test_items_without_a_linked_headline_are_a_list_if_each_has_a_link_to_the_full_story() -> None:
    items = (f"<div><b>{title}</b><p>{text}</p><a href=/s>Read it all</a></div>" for title, text in PAIRS)
    assert_all_found(cuts_of("".join(items)))


def test_sections_without_link_and_time_are_one_story() -> None:
    items = (f"<div><b>{title}</b><p>{text}</p></div>" for title, text in PAIRS)
    assert len(cuts_of("".join(items))) == 1


def test_a_post_of_a_live_blog_may_have_no_headline() -> None:
    heads = [*(f"<h2>{title}</h2>" for title in TITLES[:3]), ""]
    items = (
        f"<div class='post' id='p{at}'><time datetime='2025-08-02T0{at}:00:00Z'>0{at}:00</time>{head}<p>{text}</p></div>"
        for at, (head, text) in enumerate(zip(heads, TEXTS, strict=True))
    )
    cuts = cuts_of("".join(items))
    assert [cut.title for cut in cuts] == [*TITLES[:3], None]
    assert [cut.body for cut in cuts] == TEXTS
    assert cuts[3].published_at == "2025-08-02T03:00:00Z"


def test_a_date_before_a_headline_is_the_time_and_not_part_of_the_title() -> None:
    items = (f"<li><i>1 August 2025</i> <a href=/s>{title}</a><div>{text}</div>" for title, text in PAIRS)
    cuts = cuts_of(f"<ul>{''.join(items)}</ul>")
    assert_all_found(cuts)
    assert {cut.published_at for cut in cuts} == {"2025-08-01"}


def test_a_date_before_the_text_and_a_link_behind_it_are_not_part_of_the_body() -> None:
    items = (
        f"<div><h3><a href=/s>{title}</a></h3><p><span>Aug 1, 2025 — </span>{text} <a href=/s>Read more »</a></p></div>"
        for title, text in PAIRS
    )
    cuts = cuts_of("".join(items))
    assert_all_found(cuts)
    assert {cut.published_at for cut in cuts} == {"2025-08-01"}


def test_a_figure_with_a_heading_is_a_card() -> None:
    items = (f"<figure><img><figcaption><h3><a href=/s>{title}</a></h3><p>{text}</p></figcaption></figure>" for title, text in PAIRS)
    assert_all_found(cuts_of("".join(items)))


def test_a_headline_that_is_a_question_is_not_body_text() -> None:
    titles = ["Why does Wickfen want all of its old trams back?", *TITLES[1:]]
    items = (f"<div><div><a href=/s>{title}</a></div><div>{text}</div></div>" for title, text in zip(titles, TEXTS, strict=True))
    assert [cut.title for cut in cuts_of("".join(items))] == titles


def test_a_page_whose_main_heading_is_its_title_is_one_story_above_teasers() -> None:
    head = "<title>Old bridge to close in May - Harbour Post</title><h1>Old bridge to close in May</h1>"
    paragraphs = "".join(f"<p>{story(seed, 2)}</p>" for seed in range(10, 18))
    teasers = "".join(f"<li><h3><a href=/s>{title}</a></h3><p>{text}</p>" for title, text in PAIRS)
    linked = f"<div><a href=/b>All about the old bridge</a>{paragraphs}</div><ul>{teasers}</ul>"
    (cut,) = split_page(Page(f"<!doctype html>{head}<body>{linked}</body>", Format.HTML), FETCHED_AT).cuts
    assert cut.title == "Old bridge to close in May"


def test_a_list_whose_main_heading_is_its_title_stays_a_list() -> None:
    head = "<title>All the news about the old bridge</title><h1>All the news about the old bridge</h1>"
    items = "".join(f"<li><a href=/s>{title}</a><p>{text}</p>" for title, text in PAIRS)
    assert_all_found(split_page(Page(f"<!doctype html>{head}<body><ul>{items}</ul></body>", Format.HTML), FETCHED_AT).cuts)


def _nested(count: int) -> str:
    return f"{'<div>' * count}{'<br>a few plain words' * count}<p>{TEXTS[0]}</p>{'<br><a href=/s>Read it all</a>' * 3}"


def _one_huge_item(count: int) -> str:
    rest = "".join(f"<li><a href=/s>{title}</a><p>{text}</p>" for title, text in PAIRS)
    return f"<ul>{rest}<li><a href=/s>{TITLES[0]} again</a>{'<p>a few plain words' * count}{rest}</ul>"


def _many_beside_a_named_story(count: int) -> str:
    name = "Old bridge to close in May"
    items = "".join(f"<li><h3><a href=/s>{TITLES[0]} {at}</a></h3><p>{TEXTS[0]}</p>" for at in range(count // 4))
    return f"<title>{name}</title><h1>{name}</h1><div>{'<p>The mayor sold all of the old bridges.</p>' * count}</div><ul>{items}</ul>"


@pytest.mark.slow
@pytest.mark.parametrize("make", [_nested, _one_huge_item, _many_beside_a_named_story])
def test_the_work_is_linear_in_blocks_and_items(make: Callable[[int], str]) -> None:
    assert growth(lambda count: split_page(Page(f"<!doctype html><body>{make(count)}", Format.HTML), FETCHED_AT), 2_000) < MOST_GROWTH


def test_of_two_lists_with_about_as_many_words_the_one_with_more_items_counts() -> None:
    long = "".join(f"<section><h3>{title}</h3><time datetime=2025-08-01>Friday</time><p>{text}</p></section>" for title, text in PAIRS)
    short = "".join(f"<li><a href=/s>{headline(seed)}</a><p>{story(seed, 1)}</p>" for seed in range(10, 18))
    tree = parse_tree(f"{long}<ul>{short}</ul>")
    items = find_list_items(tree, classify_lines(tree, is_list=True))
    assert [tree.lines[item.headline or 0].text for item in items] == [headline(seed) for seed in range(10, 18)]


def test_the_outermost_of_nested_blocks_with_the_same_stories_is_the_item() -> None:
    items = (
        f"<li><div><a href=/s>{title}</a><p>{text}</p></div><span>{hours} hours ago</span>" for hours, (title, text) in enumerate(PAIRS, 2)
    )
    cuts = cuts_of(f"<ul>{''.join(items)}</ul>")
    assert_all_found(cuts)
    assert [cut.published_at for cut in cuts] == [f"2025-08-02T{12 - hours:02d}:00:00Z" for hours in range(2, 6)]


@pytest.mark.parametrize(
    ("heading", "count"), [pytest.param("<a href=/s>{}</a>", 4, id="linked"), pytest.param("<i>{}</i>", 1, id="not linked")]
)
def test_an_item_with_most_of_the_words_is_the_pages_story_unless_it_is_linked(heading: str, count: int) -> None:
    texts = [story(9, 12), *(story(seed, 1) for seed in range(3))]
    items = (
        f"<div><h3>{heading.format(title)}</h3><time datetime=2025-08-01>Friday</time><p>{text}</p></div>"
        for title, text in zip(TITLES, texts, strict=True)
    )
    assert len(cuts_of("".join(items))) == count


def test_the_posts_of_a_live_page_are_articles_below_its_byline() -> None:
    name = "Storm over Norland: all that happens"
    posts = "".join(f"<div><time datetime=2025-08-01T10:00Z>10:00</time><h3>{title}</h3><p>{text}</p></div>" for title, text in PAIRS)
    html = f"<!doctype html><title>{name}</title><body><h1>{name}</h1><p>By Ana Ruiz</p>{posts}"
    assert_all_found(split_page(Page(html, Format.HTML), FETCHED_AT).cuts)


def alert(results: Sequence[tuple[str, str, str]]) -> str:
    """Return the mail of an alert: each result in a cell, with a button in a table of its own."""
    rows = "".join(
        f"<tr><td><a href=/s>{title}</a><div>{name}</div><div>{text}</div><table><tr><td><a href=/x>Report</a></td></tr></table></td></tr>"
        for title, name, text in results
    )
    notice = "You receive this mail because you follow these words with us."
    return f"<!doctype html><body><table><tr><td>Alert</td></tr>{rows}<tr><td>{notice}</td></tr></table>"


def test_two_results_of_an_alert_that_are_most_of_its_mail_are_articles_without_a_time() -> None:
    results = [(title, name, text) for (title, text), name in zip(PAIRS, ("Harbour Post", "La Voz libre"), strict=False)]
    cuts = cuts_of(alert(results))
    assert [(cut.title, cut.outlet, cut.body) for cut in cuts] == results


def test_lines_at_one_distance_from_the_headlines_are_no_outlets_without_a_word_of_newspapers() -> None:
    results = [(title, name, text) for (title, text), name in zip(PAIRS, ("Ana Ruiz", "Leo Roth"), strict=False)]
    assert [cut.outlet for cut in cuts_of(alert(results))] == [None, None]


def test_products_with_a_sentence_each_are_no_articles() -> None:
    names = ("Netlog", "Chordgen", "Jconf")
    rows = "".join(
        f"<div><h2><a href=/s>{name}</a></h2><p>{text[:60]} today.</p></div>" for name, (_, text) in zip(names, PAIRS, strict=False)
    )
    assert len(cuts_of(f"<!doctype html><body><h1>Projects</h1>{rows}")) < MIN_CLEAR_ITEMS


def test_headings_that_are_newspapers_are_the_outlets_of_the_headlines_below_them() -> None:
    names = ("Harbour Post", "La Gaceta", "Kreisblatt")
    sections = "".join(
        f"<h2>{name}</h2><p><b>{title}</b><br><i>1 August 2025</i></p><p>{text}</p>"
        for name, (title, text) in zip(names, PAIRS, strict=False)
    )
    cuts = cuts_of(f"<h1>Press review</h1><p>2 August 2025</p>{sections}")
    assert [(cut.title, cut.outlet, cut.body) for cut in cuts] == [
        (title, name, text) for name, (title, text) in zip(names, PAIRS, strict=False)
    ]
