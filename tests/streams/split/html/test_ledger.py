"""Give each article of an HTML page its offsets in the source, and each character of the source its fate."""

from collections import Counter
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.deduplicate.normalize import normalize
from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.records import Fate
from streams.split import split_page
from streams.split.cuts import Cuts
from streams.split.html.tree import TAG
from tests.quality.html_more_pages import MORE_TEMPLATES
from tests.quality.html_pages import TEMPLATES, Template, one_story, sample, single, with_comments, with_sections
from tests.streams.split.html.test_tree import PARTS

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
STORY = "The council of Port Clare met on Monday to talk about the old bridge. It will be closed in May, said the mayor."
LISTS = {**TEMPLATES, **MORE_TEMPLATES}
SINGLE: dict[str, Template] = {"one story": one_story, "with comments": with_comments, "with sections": with_sections}


def split(html: str) -> Cuts:
    return split_page(Page(html, Format.HTML), FETCHED_AT)


def text_of(html: str, cuts: Cuts, fate: Fate) -> str:
    return " ".join(html[span.start : span.end] for span in cuts.spans if span.fate is fate)


def words(source: str) -> Counter[str]:
    return Counter(normalize(unescape(TAG.sub(" ", source))).split())


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in LISTS.items() if name != "JSON-LD"])
def test_the_offsets_of_a_listed_article_enclose_its_text(make: Template) -> None:
    for seed in range(3):
        page = sample(make, seed)
        cuts = split(page.html).cuts
        for number, cut in enumerate(cuts):
            assert cut.start is not None
            assert cut.end is not None
            assert not words(f"{cut.title} {cut.body}") - words(page.html[cut.start : cut.end])
            assert number == 0 or (cuts[number - 1].end or 0) <= cut.start


@pytest.mark.parametrize("make", SINGLE.values(), ids=SINGLE.keys())
def test_the_offsets_of_a_single_story_enclose_its_text(make: Template) -> None:
    page = single(make, 1)
    (cut,) = split(page.html).cuts
    assert cut.start is not None
    assert cut.end is not None
    source = page.html[cut.start : cut.end]
    assert not words(f"{cut.title} {cut.body}") - words(source)
    assert (source[0], source[-1]) == ("<", ">")
    assert "footer" not in source


def test_the_offsets_of_a_story_without_its_own_block_run_from_headline_to_last_line() -> None:
    html = f"<body><a href=/>Home</a><h1>Old bridge to close</h1><p>{STORY}</p><p>{STORY}</p><p><a href=/x>Other things</a></p></body>"
    (cut,) = split(html).cuts
    assert html[cut.start : cut.end] == f"<h1>Old bridge to close</h1><p>{STORY}</p><p>{STORY}</p>"


def test_an_article_that_is_only_in_json_ld_has_no_offsets() -> None:
    page = sample(TEMPLATES["JSON-LD"], 0)
    assert {(cut.start, cut.end) for cut in split(page.html).cuts} == {(None, None)}


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in LISTS.items() if name not in ("JSON-LD", "bold headlines")])
def test_exactly_the_text_of_articles_has_the_fate_article(make: Template) -> None:
    page = sample(make, 2)
    cuts = split(page.html)
    assert words(text_of(page.html, cuts, Fate.ARTICLE)) == sum((words(cut.body) for cut in cuts.cuts), Counter())
    assert words(text_of(page.html, cuts, Fate.HEADLINE)) == sum((words(cut.title or "") for cut in cuts.cuts), Counter())
    assert "<p>" in text_of(page.html, cuts, Fate.CHROME) or "<td>" in page.html or "<dd>" in page.html or "<news-" in page.html


def test_tags_scripts_and_menus_have_the_fate_chrome() -> None:
    html = f"<nav>Menu</nav><h1>Old bridge</h1><p>{STORY} <b>Nobody</b> knows &amp; asks.<script>var a = '{STORY}'</script></p>"
    cuts = split(html)
    assert text_of(html, cuts, Fate.ARTICLE) == f"{STORY}  Nobody  knows &amp; asks."
    assert text_of(html, cuts, Fate.HEADLINE) == "Old bridge"


@given(st.lists(PARTS | st.just(f"<p>{STORY}</p>") | st.text(max_size=5), max_size=30).map("".join))
def test_every_character_of_any_source_has_one_fate_and_every_offset_is_in_it(source: str) -> None:
    cuts = split(source)
    bounds = [0, *(span.end for span in cuts.spans)]
    assert [span.start for span in cuts.spans] == bounds[:-1]
    assert bounds[-1] == len(source)
    assert all(span.start < span.end for span in cuts.spans)
    assert all(0 <= (cut.start or 0) <= (cut.end or 0) <= len(source) for cut in cuts.cuts)
