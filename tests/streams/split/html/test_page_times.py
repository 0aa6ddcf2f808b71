"""Date a page's one story. All texts are invented."""

import pytest

from streams.split.html.split import split_html
from tests.stories import story

FETCHED_AT = 1_754_136_000  # 2025-08-02T12:00:00Z
TITLE = "Velmora closes its old ferry pier for two winters"
FAR = "<i>a</i><p>b<p>c<p>d<p>e f"  # lines between the text and what is below it


def published_at(*, head: str = "", above: str = "", below: str = "", menu: str = "") -> str | None:
    text = "".join(f"<p>{story(seed, 2)}</p>" for seed in range(4))
    article = f"<article><h1>{TITLE}</h1>{above}<div>{text}</div>{below}</article>"
    (cut,) = split_html(f"<title>{TITLE}</title>{head}<nav><a href=/w>World</a></nav>{menu}<main>{article}</main>", FETCHED_AT).cuts
    return cut.published_at


@pytest.mark.parametrize(
    "declared",
    [
        "<meta property=article:published_time content=2027-03-01T10:00:00Z>",
        "<meta property=article:published_time content=2025-08-02T20:00:00Z>",
        '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2026-01-01T10:00:00Z"}</script>',
        '<script type="application/ld+json">{"@type":"NewsArticle","dateModified":"2025-08-01T10:00:00Z"}</script>',
    ],
    ids=["a year ahead", "hours ahead", "json-ld ahead", "only a change"],
)
def test_a_time_after_the_fetch_or_of_a_change_is_no_publication(declared: str) -> None:
    assert published_at(head=declared, above="<p>30 July 2025</p>") == "2025-07-30"
    assert published_at(head=declared) is None


def test_the_earlier_of_two_times_in_the_header_is_the_publication() -> None:
    times = "<p><time datetime=2025-08-01T10:00:00Z>Updated 1 August</time> <time datetime=2025-07-30T09:00:00Z>Published 30 July</time>"
    assert published_at(above=times) == "2025-07-30T09:00:00Z"
    assert published_at(above="<p>Updated 1 August 2025<p>Published 30 July 2025</p>") == "2025-07-30"


def test_a_time_away_from_the_headline_is_found_by_its_mark_or_as_the_only_one() -> None:
    marked = "<p><span itemprop=datePublished content=2025-07-30>30.7.</span><p><time datetime=2025-07-01>1 July</time>"
    assert published_at(below=FAR + marked) == "2025-07-30"
    assert published_at(below=f"{FAR}<p><time datetime=2025-07-30T09:00:00Z>30 July</time>") == "2025-07-30T09:00:00Z"
    assert published_at(below=f"{FAR}<p>Stand: 30.07.2025, 10:22 Uhr") == "2025-07-30"
    assert published_at(below=f"{FAR}<p>30 July 2025<p>28 July 2025") is None


def test_the_day_of_the_visit_is_not_that_of_the_story_if_the_page_prints_another() -> None:
    assert published_at(menu="<p>Saturday, 2 August 2025<p>a<p>b<p>c</p>", below=f"{FAR}<p>30 July 2025") == "2025-07-30"


@pytest.mark.parametrize(
    "printed",
    [
        "2025年7月30日（水） 14時37分",
        "2025년 7월 30일",
        "입력 2025.07.30 14:20",
        "Yayınlanma: 30 Temmuz 2025 10:22",
        "Veröffentlicht am 30. Juli 2025 um 10:22 Uhr",
    ],
)
def test_dates_are_read_as_languages_print_them(printed: str) -> None:
    assert published_at(above=f"<p>{printed}</p>") == "2025-07-30"
