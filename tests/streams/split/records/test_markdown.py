"""Markdown: a digest gives one article per item with a text, a story is one, a list of links is none."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import decode_dump
from streams.dumps.formats import Format
from streams.errors import InvalidRecord
from streams.records import Cut
from streams.split import split_page
from streams.split.records.markdown_blocks import MAX_BRACKETS, parse_markdown, plain_text
from tests.stories import headline, story

FETCHED_AT = 1_754_136_000  # 2025-08-02
NUMBERS = range(1, 5)


def cuts_of(text: str, content_type: str | None = None) -> tuple[Cut, ...]:
    page = decode_dump(text.encode(), content_type)
    assert page.format is Format.MARKDOWN
    return split_page(page, FETCHED_AT).cuts


def linked(number: int) -> str:
    """Return a story in which a word is a link."""
    first, _, rest = story(number).partition(" ")
    return f"[{first}](https://post.example/{number}) {rest}"


ITEMS = [(f"Headline of story {number}", story(number)) for number in NUMBERS]


@pytest.mark.parametrize(
    "item",
    [
        pytest.param("## Headline of story {n}\n\n{linked}\n\n", id="headings"),
        pytest.param("### [Headline of story {n}](https://post.example/{n})\n{linked}\n\n", id="linked headings"),
        pytest.param("## {n}. Headline of story {n}\n\n> {linked}\n\n", id="numbered headings, quoted text"),
        pytest.param("**Headline of story {n}**\n\n{linked}\n\n---\n", id="bold lines"),
        pytest.param("__Headline of story {n}.__ {linked}\n\n", id="run-in bold"),
        pytest.param("- **Headline of story {n}**: {linked}\n", id="bold items"),
        pytest.param("{n}. [Headline of story {n}](https://post.example/{n}) – {linked}\n", id="linked items"),
        pytest.param("* **[Headline of story {n}](https://post.example/{n})**\n  {linked}\n", id="items of two lines"),
        pytest.param("* [Headline of story {n}](https://post.example/{n})\n    - {linked}\n", id="items with an item below"),
    ],
)
def test_a_digest_gives_an_article_for_each_item(item: str) -> None:
    text = "The week\n====\n\n*A greeting to all readers of this letter, from its editor.*\n\n"
    text += "".join(item.format(n=number, linked=linked(number)) for number in NUMBERS)
    assert [(cut.title, cut.body) for cut in cuts_of(text, "text/markdown")] == ITEMS


def test_the_items_of_sections_are_the_articles() -> None:
    item = "### Headline of story {n}\n{linked}\n\n"
    parts = [item.format(n=number, linked=linked(number)) for number in NUMBERS]
    text = f"# The week\n\n## City\n\n{''.join(parts[:2])}## World\n\n{''.join(parts[2:])}"
    assert [(cut.title, cut.body) for cut in cuts_of(text)] == ITEMS


def test_items_have_the_fields_of_their_lines_of_labels() -> None:
    item = "## Headline\n\n**Source:** [Harbour Post](https://post.example/1) | **Date:** 1 May 2025\n\n{}\n\n"
    text = f"# News\n\n{item.format(story(1))}{item.format(story(2))}"
    assert [(cut.outlet, cut.url, cut.published_at, cut.body) for cut in cuts_of(text)] == [
        ("Harbour Post", "https://post.example/1", "2025-05-01", story(number)) for number in (1, 2)
    ]


def test_a_linked_title_has_the_address_of_the_article_and_the_digest_its_day() -> None:
    text = "# The week of 2025.05.01\n\n" + "".join(f"## [A headline](https://post.example/{n})\n{story(n)}\n\n" for n in NUMBERS)
    assert [(cut.url, cut.published_at) for cut in cuts_of(text)] == [(f"https://post.example/{n}", "2025-05-01") for n in NUMBERS]


def test_one_story_with_headings_is_one_article() -> None:
    front = "---\ntitle: 'Ferries run again'\ndate: 2025-05-01T10:00:00\nauthor: Ana Ruiz\ntags: [a]\n---\n"
    text = f"{front}{linked(1)}\n\n## The *pilots*\n\n{story(2)}\n\n```\ncode\n```\n\n## The harbour\n\n{story(3)}\n"
    (cut,) = cuts_of(text, "text/markdown")
    assert (cut.title, cut.author, cut.published_at) == ("Ferries run again", "Ana Ruiz", "2025-05-01")
    assert cut.body == "\n".join([story(1), "The pilots", story(2), "The harbour", story(3)])


def test_a_list_of_links_is_no_article() -> None:
    text = "# Links\n\n" + "".join(f"- [Headline of story number {n} in this list](https://post.example/{n})\n" for n in range(9))
    assert cuts_of(text, "text/markdown") == ()


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("**Bold** and *it* and _it_ and `code`", "Bold and it and it and code"),
        ("a [link](https://x.example/a_(b) 'title'), ![a picture](a.png)[ref][1]", "a link, ref"),
        ("snake_case * 3 and 2\\*2 &amp; <b>x</b><br>", "snake_case * 3 and 2*2 & x"),
        ("<https://x.example/>[^1]", "https://x.example/"),
        ("[h/t [Ana](https://x.example)]", "[h/t Ana]"),
    ],
)
def test_inline_markdown_is_plain_text(source: str, text: str) -> None:
    assert plain_text(source) == text


@pytest.mark.parametrize("text", [f"# A heading\n\n{story(1)}", f"**Bold** and [a link](http://x.example)\n{story(1)}", "#1 on the list\n"])
def test_other_texts_are_no_markdown(text: str) -> None:
    assert decode_dump(text.encode(), None).format is Format.TEXT


@given(st.text(alphabet="ab \n#*_-[]()>`|:.1\\&<", max_size=300))
def test_blocks_are_in_order_and_within_the_text(text: str) -> None:
    blocks = parse_markdown(text).blocks
    assert all(plain_text(block.source) is not None for block in blocks)
    offsets = [offset for block in blocks for offset in (block.start, block.end)]
    assert offsets == sorted(offsets)
    assert not offsets or offsets[-1] <= len(text)


@given(st.text(alphabet="ab \n#*_-[]()>`|:.1", max_size=300))
def test_any_markdown_has_a_ledger_that_covers_it(text: str) -> None:
    text = f"# A\n{text}\n"
    cuts = split_page(decode_dump(text.encode(), "text/markdown"), FETCHED_AT)
    assert [span.start for span in cuts.spans] == [0, *(span.end for span in cuts.spans[:-1])]
    assert cuts.spans[-1].end == len(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["[", "[a](", "![", "**a ", "_a_", "*_", "__", "`", "<!--", "> ", "# a #", "- [x](http://x) ", "|a", "\\*", "* * "]
)
def test_hostile_markdown_takes_a_bounded_time(piece: str) -> None:
    start = time.process_time()
    text = piece * (250_000 // len(piece))
    for line in (text, f"- **a** {text}", f"# {text}"):
        split_page(decode_dump(f"# A\n{line}\n".encode(), "text/markdown"), FETCHED_AT)
    assert time.process_time() - start < 10


def test_front_matter_declares_the_day_under_any_of_its_names() -> None:
    text = f"---\ntitle: Ferries run again\npublished: 2025-07-30\ncreated: 2025-08-01\n---\n{story(1)}\n"
    assert [(cut.title, cut.published_at) for cut in cuts_of(text, "text/markdown")] == [("Ferries run again", "2025-07-30")]


def test_a_line_in_italics_below_a_bold_title_is_its_source() -> None:
    parts = [
        f"**[Headline of story {n}](https://post.example/{n})**  \n*Harbour Post, {n} July 2025*\n\n{story(n)}\n\n* * *\n" for n in NUMBERS
    ]
    cuts = cuts_of("# Reading list\n\n" + "\n".join(parts), "text/markdown")
    assert [(cut.title, cut.outlet, cut.published_at) for cut in cuts] == [
        (f"Headline of story {n}", "Harbour Post", f"2025-07-0{n}") for n in NUMBERS
    ]


def test_a_clipping_has_the_fields_of_its_front_matter_and_no_links_of_a_wiki() -> None:
    text = (
        f'---\ntitle: "{headline(1)}"\nsource: "https://post.example/1"\nsite: "Harbour Post"\nauthor:\n  - "[[Ana Ruiz]]"\n'
        '  - "[[Leo Roth]]"\npublished: 2025-07-23\ntags:\n  - "clippings"\n---\n![[ferry.jpg]]\n\n'
        f"{story(1)} The [[pier|old pier]] stays.\n\n#ferries #port\n"
    )
    (cut,) = cuts_of(text)
    assert (cut.title, cut.body) == (headline(1), f"{story(1)} The old pier stays.")
    assert (cut.outlet, cut.author, cut.url) == ("Harbour Post", "Ana Ruiz, Leo Roth", "https://post.example/1")
    assert cut.published_at == "2025-07-23"


def test_brackets_beyond_the_limit_are_refused() -> None:
    with pytest.raises(InvalidRecord, match="over 300,000 opening brackets"):
        parse_markdown("[" * (MAX_BRACKETS + 1))
