"""Articles in JSON are found by structure, whatever their API; other JSON is refused by name."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import decode_dump
from streams.dumps.formats import Format
from streams.errors import InvalidRecord, Reason
from streams.records import Cut
from streams.split import split_page
from streams.split.records.json_document import MAX_CONTAINERS, MAX_MEMBERS, read_json
from tests.fuzz.targets import check_ledger
from tests.stories import headline, story
from tests.streams.messages.test_schemas import example
from tests.streams.split.records.documents import ANSWER, JSON_FEED

FETCHED_AT = 1_754_136_000  # 2025-08-02
ARTICLE = {"title": "Old bridge to close", "text": story(1), "url": "https://post.example/1", "date": "2025-08-01"}


def cuts_of(document: object) -> tuple[Cut, ...]:
    text = document if isinstance(document, str) else json.dumps(document)
    page = decode_dump(text.encode(), None)
    assert page.format is Format.JSON
    cuts = split_page(page, FETCHED_AT)
    check_ledger(page, cuts.spans)
    return cuts.cuts


def refused(document: object) -> InvalidRecord:
    with pytest.raises(InvalidRecord) as caught:
        cuts_of(document)
    return caught.value


def test_a_json_feed_gives_each_field_that_it_declares() -> None:
    ferries, untitled = cuts_of(JSON_FEED)
    assert (ferries.title, ferries.body, ferries.outlet, ferries.author) == ("The ferries run again", story(6), "Vela News", "Ineke Vos")
    assert (ferries.url, ferries.identity, ferries.published_at) == ("https://vela.example/7",) * 2 + ("2025-08-01T08:00:00Z",)
    assert (untitled.title, untitled.body, untitled.published_at) == (None, story(7), "2025-08-01")


def test_an_answer_of_an_api_gives_each_field_that_it_declares() -> None:
    bridge, strike = cuts_of(ANSWER)
    assert (bridge.title, bridge.outlet, bridge.author) == ("Old bridge to close", "Harbour Post", "Ana Ruiz")
    assert bridge.body == f"{story(8)}…"
    assert (bridge.url, bridge.identity, bridge.published_at) == ("https://post.example/bridge",) * 2 + ("2025-08-01T08:00:00Z",)
    assert (strike.title, strike.body, strike.outlet, strike.author) == ("Strike at the port", "Strike at the port", "El Faro", None)


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(ARTICLE, id="one object"),
        pytest.param([ARTICLE], id="a list"),
        pytest.param({"response": {"docs": [ARTICLE]}}, id="deep"),
        pytest.param({"hits": {"hits": [{"_id": "1", "_source": ARTICLE}]}}, id="a search engine"),
        pytest.param({"data": [{"type": "article", "id": "1", "attributes": ARTICLE}]}, id="JSON:API"),
        pytest.param({"data": {"news": {"edges": [{"node": ARTICLE}]}}}, id="GraphQL"),
        pytest.param({"17": ARTICLE, "18": {"title": "x"}}, id="by id"),
        pytest.param(
            {"feed": {"title": "Post", "description": story(2), "url": "https://post.example"}, "items": [ARTICLE]}, id="a feed as JSON"
        ),
        pytest.param([{**ARTICLE, "related": [{**ARTICLE, "title": "Another bridge"}]}], id="related articles within"),
        pytest.param(
            [{"Titulo": ARTICLE["title"], "Texto": ARTICLE["text"], "Fecha": "2025-08-01", "Enlace": ARTICLE["url"]}], id="names in Spanish"
        ),
        pytest.param(
            [
                {
                    "title": {"rendered": ARTICLE["title"]},
                    "content": {"rendered": f"<p>{story(1)}</p>"},
                    "link": ARTICLE["url"],
                    "date_gmt": "2025-08-01",
                }
            ],
            id="a content management system",
        ),
    ],
)
def test_an_article_is_found_wherever_it_is(document: object) -> None:
    (cut,) = cuts_of(document)
    assert (cut.title, cut.body, cut.url, cut.published_at) == ("Old bridge to close", story(1), "https://post.example/1", "2025-08-01")


def test_lines_with_an_object_each_are_one_dump() -> None:
    lines = "\n".join(json.dumps({**ARTICLE, "title": f"Bridge {number}"}) for number in range(3))
    assert [cut.title for cut in cuts_of(lines)] == ["Bridge 0", "Bridge 1", "Bridge 2"]


def test_a_text_that_articles_of_different_titles_share_is_no_body() -> None:
    notice = "Dear reader, as you can imagine more people read us than ever before."
    articles = [{**ARTICLE, "title": f"Bridge {number}", "text": notice, "description": story(number)} for number in range(2)]
    assert [cut.body for cut in cuts_of(articles)] == [story(0), story(1)]


def test_an_identity_that_articles_share_is_none() -> None:
    same = [{**ARTICLE, "id": "news"}, {**ARTICLE, "title": "Another bridge", "id": "news"}]
    assert [cut.identity for cut in cuts_of(same)] == [None, None]
    own = [{**article, "guid": number} for number, article in enumerate(same)]
    assert [cut.identity for cut in cuts_of(own)] == ["0", "1"]


def test_a_domain_is_no_author_and_the_outlet_neither() -> None:
    articles = [{**ARTICLE, "author": author, "source": "El Faro"} for author in ("faro.example", "By EL FARO", "a@faro.example")]
    assert [cut.author for cut in cuts_of(articles)] == [None] * 3


@pytest.mark.parametrize(
    ("document", "named"),
    [
        pytest.param(
            {"name": "vela", "version": "1.0.0", "description": "A library that does many useful things well."},
            "'name', 'version'",
            id="a package",
        ),
        pytest.param({"type": "FeatureCollection", "features": []}, "'type', 'features'", id="a map"),
        pytest.param(
            [{"id": 1, "price": 3.5}], "a JSON list of 1 values, the first a JSON object with the keys 'id', 'price'", id="prices"
        ),
        pytest.param([{}], "no keys", id="empty"),
        pytest.param([story(1), story(2)], "a JSON list of 2 values", id="strings"),
        pytest.param('{"title": "Old bridge", "text": "It', "broken JSON", id="broken"),
        pytest.param('{"a": 1}\n{"a":', "broken JSON", id="broken lines"),
        pytest.param("{" * 5, "", id="no JSON"),
    ],
)
def test_other_json_is_refused_by_what_it_is(document: object, named: str) -> None:
    if named:
        error = refused(document)
        assert error.reason is Reason.NOT_DECODABLE
        assert named in error.detail
    else:
        assert decode_dump(str(document).encode(), None).format is Format.TEXT


@pytest.mark.parametrize("value", [example("events/of-no-class")["value"], {"topic": "news.events", **example("events/of-no-class")}])
def test_newsmills_own_output_is_refused_by_name(value: object) -> None:
    assert "newsmill's own output" in refused(value).detail
    assert "newsmill's own output" in refused([value]).detail


@pytest.mark.parametrize(
    "text", ["[1/5] A picture of the harbour.", '"We close the bridge", they said.', "{citation needed} says the text"]
)
def test_a_text_with_brackets_is_a_text(text: str) -> None:
    assert decode_dump(text.encode(), None).format is Format.TEXT


@pytest.mark.parametrize("text", ['{"a":' + "[" * MAX_CONTAINERS, '{"a":[' + "," * (MAX_MEMBERS + 1)])
def test_json_that_would_fill_the_memory_is_refused_before_it_is_parsed(text: str) -> None:
    assert refused(text).reason is Reason.LIMIT


def test_deep_nesting_is_refused() -> None:
    assert refused('{"a":' * 5_000 + "1" + "}" * 5_000).reason is Reason.NOT_DECODABLE


@pytest.mark.slow
def test_too_many_articles_are_refused() -> None:
    assert (
        refused([{"title": "A", "url": f"https://a.example/{number}", "date": "2025-08-01"} for number in range(5_001)]).reason
        is Reason.LIMIT
    )


NAMES = st.sampled_from(["title", "text", "url", "date", "source", "author", "id", "language", "_source", "items", "a"])
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=9),
        st.sampled_from([story(1), "https://a.example/1", "2025-08-01"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=6)),
    max_leaves=30,
)


@pytest.mark.slow
@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=8))
def test_any_json_gives_records_or_a_reason(document: dict[str, Any]) -> None:
    try:
        records = list(read_json(json.dumps(document, allow_nan=False) if "NaN" not in str(document) else "{}"))
    except (InvalidRecord, ValueError):
        return
    assert all(record.title or record.text or record.html for record in records)


def test_an_outlet_keeps_a_word_for_by_that_its_name_has() -> None:
    answer = [
        {"title": headline(seed), "text": story(seed), "source": name, "author": f"By {name}"}
        for seed, name in enumerate(("Cresby Herald", "Il Giornale di Montevento"), 1)
    ]
    records = list(read_json(json.dumps(answer)))
    assert [record.outlet for record in records] == ["Cresby Herald", "Il Giornale di Montevento"]
