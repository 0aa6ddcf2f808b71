"""The rules of docs/contract.md, Duplicates, over several articles: chains, both intakes, outlets, and the edges of the window."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import permutations

import pytest

from streams.deduplicate.changes import pack_changes
from streams.deduplicate.index import CopyConfig, CopyIndex
from streams.deduplicate.normalize import content_id
from streams.deduplicate.rebuild import rebuilt
from streams.records import Article, Copy
from tests.streams.invented_texts import NOW, article, cut, edited, take, text

DAY_S = 86_400
STORY = text(1, 500)
A, B, C = article(1, cut(STORY, 0.6)), article(2, cut(STORY, 0.3)), article(3, STORY)


class Kept:
    """An index, and what a worker would have written to `news.index` for it."""

    def __init__(self) -> None:
        self.index = CopyIndex()
        self._log: list[bytes] = []

    def take(self, one: Article, *, now: int = NOW, backfill: bool = False) -> Copy | None:
        verdict = take(self.index, one, now=now, backfill=backfill)
        if verdict.change:
            self._log.append(pack_changes([verdict.change], now=now, backfill=backfill))
        return verdict.duplicate

    def rebuild(self) -> None:
        self.index = rebuilt(CopyConfig(), self._log)


def no_rebuild(_: Kept) -> None:
    """Go on with the index as it is."""


@pytest.fixture(params=[pytest.param(no_rebuild, id="live"), pytest.param(Kept.rebuild, id="rebuilt each time")])
def taken(request: pytest.FixtureRequest) -> Callable[[Iterable[Article]], list[Copy | None]]:
    between: Callable[[Kept], None] = request.param

    def judge_all(articles: Iterable[Article]) -> list[Copy | None]:
        kept, found = Kept(), []
        for one in articles:
            found.append(kept.take(one))
            between(kept)
        return found

    return judge_all


Taken = Callable[[Iterable[Article]], list[Copy | None]]


def test_copies_of_an_excerpt_and_of_a_fuller_version_are_of_the_first_original(taken: Taken) -> None:
    of_excerpt, of_fuller = article(4, edited(B.body, 4, 0.05)), article(5, edited(C.body, 5, 0.1))
    first, *copies = taken([A, B, C, of_excerpt, of_fuller])
    assert first is None
    assert [(copy.of, copy.kind, copy.fuller) for copy in copies if copy] == [
        (A.id, "excerpt", False),
        (A.id, "excerpt", True),
        (A.id, "excerpt", False),
        (A.id, "near", False),
    ]


def test_a_still_fuller_version_takes_the_place_of_a_fuller_one(taken: Taken) -> None:
    parts = [article(number, cut(STORY, share)) for number, share in ((1, 0.25), (2, 0.5), (3, 1.0))]
    _, fuller, fullest, last = taken([*parts, article(4, edited(STORY, 4, 0.05))])
    assert fuller is not None
    assert fullest is not None
    assert last is not None
    assert [(copy.of, copy.fuller) for copy in (fuller, fullest, last)] == [(parts[0].id, True), (parts[0].id, True), (parts[0].id, False)]
    assert last.kind == "near"


@pytest.mark.parametrize("order", list(permutations((A, B, C))), ids=lambda order: "".join("?ABC"[int(one.id, 16) % 4] for one in order))
def test_whichever_version_comes_first_is_the_original_of_the_others(taken: Taken, order: tuple[Article, ...]) -> None:
    first, *others = taken(order)
    assert first is None
    assert [copy.of for copy in others if copy] == [order[0].id] * 2


def test_an_equal_text_of_a_fuller_version_is_a_copy_of_the_original(taken: Taken) -> None:
    sun, post = (replace(article(number, C.body), outlet=outlet) for number, outlet in ((3, "The Lomaverde Sun"), (4, "Tideline Post")))
    *_, other, again = taken([A, sun, post, replace(post, id=article(5, "").id)])
    assert other is not None
    assert again is not None
    assert (other.of, other.kind, again.of, again.kind) == (A.id, "near", A.id, "repeat")


def test_case_punctuation_and_accents_of_another_outlet_make_an_exact_copy(taken: Taken) -> None:
    title, body = "Un barco llegó a Lomaverde", f"La nave salió «ayer» de la bahía. {text(1, 40)}"
    other = "UN BARCO LLEGO A LOMAVERDE", f'LA NAVE SALIO "AYER" DE LA BAHIA! {text(1, 40).upper()}'
    both = [
        replace(article(number, body, title=title, outlet=outlet), content_id=content_id(title, body))
        for number, outlet, (title, body) in ((1, "Vela", (title, body)), (2, "Faro", other))
    ]
    _, copy = taken(both)
    assert copy == Copy(of=both[0].id, kind="exact", similarity=1.0)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(True, True, id="within a back-fill"),
        pytest.param(False, True, id="a back-filled copy of a live article"),
        pytest.param(True, False, id="a live copy of a back-filled article"),
    ],
)
@pytest.mark.parametrize("body", [A.body, cut(A.body, 0.5), edited(A.body, 1, 0.1)], ids=["exact", "excerpt", "near"])
def test_copies_are_found_across_both_intakes(first: bool, second: bool, body: str) -> None:
    kept = Kept()
    assert kept.take(A, backfill=first) is None
    kept.rebuild()
    copy = kept.take(article(2, body), backfill=second)
    assert copy is not None
    assert copy.of == A.id


@pytest.mark.parametrize("body", [A.body, edited(A.body, 1, 0.1)], ids=["exact", "near"])
@pytest.mark.parametrize(
    ("apart_s", "is_copy"),
    [
        pytest.param(7 * DAY_S, True, id="7 days"),
        pytest.param(7 * DAY_S + 1, False, id="7 days and a second"),
        pytest.param(-7 * DAY_S, True, id="7 days before"),
        pytest.param(-7 * DAY_S - 1, False, id="7 days and a second before"),
    ],
)
def test_own_times_up_to_the_window_apart_are_compared(apart_s: int, is_copy: bool, body: str) -> None:
    kept, day = Kept(), NOW - 30 * DAY_S
    kept.take(replace(A, fetched_at=day), backfill=True)
    kept.rebuild()
    copy = kept.take(replace(article(2, body), fetched_at=day + apart_s), backfill=True)
    assert (copy is not None) is is_copy


@pytest.mark.parametrize(("ahead_s", "is_copy"), [pytest.param(3600, False, id="an hour"), pytest.param(3601, True, id="and a second")])
def test_a_time_counts_as_now_where_it_is_more_than_an_hour_ahead(ahead_s: int, is_copy: bool) -> None:
    kept = Kept()
    kept.take(replace(A, fetched_at=NOW - 7 * DAY_S))
    copy = kept.take(replace(article(2, A.body), fetched_at=NOW + ahead_s))
    assert (copy is not None) is is_copy


def two_originals_of_one_story(older: str, newer: str) -> Kept:
    """Return an index with both: their own times are more than the window apart, so the second is no copy of the first."""
    kept = Kept()
    assert kept.take(replace(article(1, older), fetched_at=NOW - 8 * DAY_S)) is None
    assert kept.take(replace(article(2, newer), fetched_at=NOW)) is None
    return kept


@pytest.mark.parametrize("body", [STORY, edited(STORY, 4, 0.1)], ids=["exact", "near"])
def test_of_two_originals_that_fit_equally_a_copy_is_of_the_older(body: str) -> None:
    copy = two_originals_of_one_story(STORY, STORY).take(replace(article(3, body), fetched_at=NOW - 4 * DAY_S))
    assert copy is not None
    assert copy.of == article(1, "").id


def test_of_two_originals_a_copy_is_of_the_one_that_it_shares_more_with() -> None:
    kept = two_originals_of_one_story(edited(STORY, 3, 0.2), STORY)
    copy = kept.take(replace(article(3, edited(STORY, 4, 0.02)), fetched_at=NOW - 4 * DAY_S))
    assert copy is not None
    assert copy.of == article(2, "").id


def test_similarity_has_three_decimals() -> None:
    kept = Kept()
    kept.take(A)
    copy = kept.take(article(2, edited(A.body, 5, 0.1)))
    assert copy is not None
    assert copy.similarity == round(copy.similarity, 3) < 1


@pytest.mark.parametrize(("age_s", "fate"), [(7 * DAY_S, "replayed"), (7 * DAY_S + 1, "original")])
def test_an_id_counts_as_seen_to_the_last_second_of_the_window(age_s: int, fate: str) -> None:
    kept = Kept()
    kept.take(replace(A, fetched_at=None), now=NOW - age_s)
    assert take(kept.index, replace(A, fetched_at=None)).fate == fate


def test_a_repeat_is_of_the_original_with_its_own_text_before_that_of_an_edited_copy() -> None:
    kept, fuller = Kept(), edited(STORY, 4, 0.1)
    texts = ((STORY, "Tideline Post", NOW - 8 * DAY_S), (fuller, "Vela", NOW - 8 * DAY_S), (fuller, "Vela", NOW))
    first, copy, second = (
        kept.take(replace(article(number, body), outlet=outlet, fetched_at=fetched_at))
        for number, (body, outlet, fetched_at) in enumerate(texts, start=1)
    )
    assert (first, copy and copy.of, second) == (None, article(1, "").id, None)
    repeat = kept.take(replace(article(4, fuller), outlet="Vela", fetched_at=NOW - 4 * DAY_S))
    assert repeat == Copy(of=article(3, "").id, kind="repeat", similarity=1.0)
