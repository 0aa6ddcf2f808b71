"""Limits of the text splitter, on both sides of each. All people, places and outlets are invented."""

import pytest

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.records import Fate, Span
from streams.split import split_page
from streams.split.cuts import Cuts, merge_spans
from streams.split.fields.ages import EARLIEST_DAY, publication_time
from streams.split.fields.credits import Credits, credits_of
from streams.split.text.ledger import spans_of
from streams.split.text.lines import LineKind, PageWords, lines_of
from streams.split.text.promotions import promotion_start
from streams.split.text.related_boxes import remove_related_boxes
from streams.split.text.shapes import general_words
from streams.split.text.single_story import best_headline
from streams.split.text.split import shape_candidates
from streams.split.text.stamps import stamp_of
from tests.streams.split.text.test_unlike import BRIDGE, FERRY, FETCHED_AT, HARBOUR, MARKET, STORIES, page, stories


def split(text: str) -> Cuts:
    return split_page(Page(text, Format.TEXT), FETCHED_AT)


def kinds(*texts: str) -> list[LineKind]:
    return [line.kind for line in lines_of("\n".join(texts), general_words())]


def words(count: int, last: str = "") -> str:
    return " ".join(["bridge"] * count) + last


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param(words(7, "."), LineKind.SHORT, id="short-sentence"),
        pytest.param(words(8, "."), LineKind.PROSE, id="sentence"),
        pytest.param(words(15, "?"), LineKind.SHORT, id="headline-that-asks"),
        pytest.param(words(16, "?"), LineKind.PROSE, id="sentence-that-asks"),
        pytest.param(words(25), LineKind.SHORT, id="long-headline"),
        pytest.param(words(26), LineKind.PROSE, id="paragraph-without-an-end"),
        pytest.param("Comments", LineKind.END, id="section"),
        pytest.param("Comments (12)", LineKind.END, id="section-with-a-count"),
        pytest.param("Home", LineKind.CHROME, id="button"),
        pytest.param("Home (12)", LineKind.SHORT, id="button-with-a-count"),
    ],
)
def test_a_line_has_its_kind_by_words_and_end(text: str, kind: LineKind) -> None:
    assert kinds(text) == [kind]


def test_a_word_that_ends_stories_does_so_although_it_is_chrome() -> None:
    both = frozenset({"related"})
    assert lines_of("Related", PageWords(chrome=both, ends=both))[0].kind is LineKind.END


@pytest.mark.parametrize(
    ("above", "headline"),
    [
        pytest.param(["Sea and land", "Old bridge to close"], "Old bridge to close", id="four-words-before-three"),
        pytest.param(["Harbour", "Old bridge closes"], "Old bridge closes", id="three-words-before-one"),
        pytest.param(["Harbour", "Bridge"], "Harbour", id="the-first-of-equals"),
    ],
)
def test_the_headline_is_the_first_line_with_most_words_up_to_four(above: list[str], headline: str) -> None:
    lines = lines_of("\n".join(above), general_words())
    line_no = best_headline(lines, range(len(lines)))
    assert line_no is not None
    assert lines[line_no].text == headline


@pytest.mark.parametrize(("count", "found"), [(3, 1), (4, 4)])
def test_a_digest_has_at_least_four_stories(count: int, found: int) -> None:
    text = "".join(f"{headline}\n{body}\n" for headline, body in STORIES[:count])
    assert len(split(text).cuts) == found


def test_numbers_separate_a_list_before_a_line_that_it_repeats() -> None:
    text = "".join(f"{n}. {headline}\n{body}\nRead on here\n{body} Later.\n" for n, (headline, body) in enumerate(STORIES, 1))
    assert [cut.title for cut in split(text).cuts] == [headline for headline, _ in STORIES]


def test_shapes_with_longer_headers_are_tried_first() -> None:
    assert [shape.name for shape in shape_candidates("Related Articles\nNo comments yet...")] == ["B", "A"]


@pytest.mark.parametrize(("others", "is_shaped"), [(1, True), (2, False)])
def test_a_shape_must_explain_seven_tenths_of_the_stamps(others: int, is_shaped: bool) -> None:
    header = "{h}\n{h}\n\nHarbour Post\n\n{n} hours ago\n\n• Harbour Post\n\n{h}\n\n{b}\nCopy the Story Link\n"
    assert split(page(header) + "3 hours ago\n" * others).is_shaped is is_shaped


def test_a_list_of_headlines_below_a_story_is_an_index_from_four_on() -> None:
    story = f"Old bridge to close\n{BRIDGE}\n{MARKET}\n"
    links = [headline for headline, _ in STORIES]
    text = story + "\n".join(links) + "\n"
    assert stories(split(text)) == [("Old bridge to close", f"{BRIDGE}\n{MARKET}")]


def test_a_sentence_in_two_stories_belongs_to_both() -> None:
    shared = "The coast guard had warned of high waves in the morning."
    text = "".join(
        f"{headline}\nEl Faro\nHace {n} horas\n{body}\n" + (f"{shared}\n\n" if n < 3 else "\n")
        for n, (headline, body) in enumerate(STORIES, 1)
    )
    assert [shared in cut.body for cut in split(text).cuts] == [True, True, False, False]


def test_ages_below_few_of_many_stories_are_those_of_headlines() -> None:
    links = "".join(f"Walk number {n} along the river\n{n} hours ago\n" for n in range(2, 9))
    assert len(split(f"Old bridge to close\n{BRIDGE}\n{FERRY}\n{links}").cuts) == 1


def test_a_label_with_a_list_of_stories_is_no_box_inside_the_story() -> None:
    text = f"{BRIDGE}\nRelated\nFerry runs aground off Cape Sorrow\n{MARKET}\n"
    lines = lines_of(text, general_words())
    assert remove_related_boxes(lines, range(len(lines))) == [0, 3]
    more = lines_of(text + "Fish dearer again in Nether Yarrow\n", general_words())
    assert remove_related_boxes(more, range(len(more))) == list(range(len(more)))


@pytest.mark.parametrize(("count", "is_promotion"), [(20, True), (21, False)])
def test_a_whole_line_is_promotion_up_to_twenty_words(count: int, is_promotion: bool) -> None:
    line = "The newsletter " + words(count - 2, ".")
    assert (promotion_start(line) == 0) is is_promotion


def test_a_link_to_another_story_does_not_end_like_a_sentence() -> None:
    assert promotion_start(f"{MARKET} READ MORE: Ten walks along the river") == len(MARKET)
    assert promotion_start(f"{MARKET} More: ten walks along the river.") == len(f"{MARKET} More: ten walks along the river.")


@pytest.mark.parametrize(
    ("line", "outlet", "count"),
    [
        pytest.param("Harbour Post31 days ago", "Harbour Post", 31, id="the-most-days"),
        pytest.param("Harbour Post32 days ago", "Harbour Post3", 2, id="more-days-than-a-month-has"),
        pytest.param("Channel 1212 hours ago", "Channel 12", 12, id="two-digits-of-a-name"),
    ],
)
def test_digits_between_outlet_and_age_are_split_by_what_is_possible(line: str, outlet: str, count: int) -> None:
    stamp = stamp_of(line)
    assert stamp is not None
    assert (stamp.outlet, stamp.age.count) == (outlet, count)


@pytest.mark.parametrize(("line", "day"), [("01-01-1800", "1800-01-01"), ("31-12-1799", None), ("01-01-1970", None)])
def test_a_printed_day_before_the_press_or_of_no_date_is_no_time(line: str, day: str | None) -> None:
    stamp = stamp_of(line)
    assert stamp is not None
    assert publication_time(stamp.age, FETCHED_AT)[0] == day


def test_a_counted_age_does_not_reach_before_the_news_web() -> None:
    stamp = stamp_of("1600 weeks ago")
    assert stamp is not None
    assert EARLIEST_DAY.year == 1995
    assert publication_time(stamp.age, FETCHED_AT)[0] is None


@pytest.mark.parametrize(
    ("body", "agency"),
    [
        pytest.param("VELA, March 12 (NORLAN) - Boats", "NORLAN", id="six-letters"),
        pytest.param("VELA, March 12 (NORLAND) - Boats", None, id="seven-letters"),
        pytest.param("VELA, March 12 (EFE/Ana Ruiz) - Boats", "EFE", id="with-an-author"),
    ],
)
def test_a_short_acronym_in_brackets_is_an_agency(body: str, agency: str | None) -> None:
    assert credits_of(body) == Credits(agency, "VELA" if agency else credits_of(body).dateline, None)


def test_neighbouring_spans_with_one_fate_are_merged() -> None:
    pieces = [(3, Fate.CHROME), (3, Fate.META), (5, Fate.CHROME), (9, Fate.ARTICLE)]
    assert merge_spans(pieces) == (Span(0, 5, Fate.CHROME), Span(5, 9, Fate.ARTICLE))


def test_debris_at_the_end_of_a_line_has_its_own_span() -> None:
    lines = lines_of(f"{BRIDGE} Sign up.\n{HARBOUR}", general_words())
    spans = spans_of(lines, {0: Fate.ARTICLE, 1: Fate.ARTICLE}, {0: len(BRIDGE)}, {})
    assert spans == (
        Span(0, len(BRIDGE), Fate.ARTICLE),
        Span(len(BRIDGE), lines[0].end, Fate.DEBRIS),
        Span(lines[0].end, lines[1].end, Fate.ARTICLE),
    )


@pytest.mark.parametrize(("count", "titles"), [(29, 4), (30, 5)])
def test_text_above_a_list_is_a_story_from_thirty_words_on(count: int, titles: int) -> None:
    lead = f"Today on the coast\n{words(count, '.')}\n"
    assert len(split(lead + page("{h}\nEl Faro\nHace {n} horas\n{b}\n\n")).cuts) == titles
