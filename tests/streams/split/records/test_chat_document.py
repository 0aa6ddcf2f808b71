"""Stories in chats: the JSON that messengers export, and messages copied from their window."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.dumps.decode import decode_dump
from streams.errors import InvalidRecord
from streams.records import Cut
from streams.split import split_page
from streams.split.records.chat_document import chat_document_records
from tests.stories import headline, story

FETCHED_AT = 1_795_867_200  # 2026-11-28
NAME = "Canal Serra"


def cuts_of(dump: str) -> tuple[Cut, ...]:
    return split_page(decode_dump(dump.encode(), None), FETCHED_AT).cuts


def message(seed: int, end: str = "") -> dict[str, object]:
    parts = [
        {"type": "bold", "text": headline(seed)},
        f"\n\n{story(seed)}\n\n{end}",
        {"type": "link", "text": f"https://post.example/{seed}"},
    ]
    return {"id": seed, "type": "message", "date": f"2026-11-2{seed}T08:30:00", "from": NAME, "text": parts}


def channel(kind: str, *messages: dict[str, object]) -> str:
    return json.dumps({"name": NAME, "type": kind, "id": 7, "messages": messages})


def test_messages_of_a_channel_are_articles_of_the_channel_or_of_the_source_they_name() -> None:
    photo: dict[str, object] = {"id": 9, "type": "message", "date": "2026-11-23T10:00:00", "from": NAME, "photo": "1.jpg", "text": ""}
    cuts = cuts_of(channel("public_channel", message(1), photo, message(2, "Fuente: Harbour Post\n")))
    assert [(cut.title, cut.body, cut.outlet, cut.url, (cut.published_at or "")[:10]) for cut in cuts] == [
        (headline(1), story(1), NAME, "https://post.example/1", "2026-11-21"),
        (headline(2), story(2), "Harbour Post", "https://post.example/2", "2026-11-22"),
    ]


@pytest.mark.parametrize(
    ("date", "published_at"),
    [
        ("2026-01-02T10:00:00.123+09:00", "2026-01-02T01:00:00Z"),
        ("12.11.2026 08:04", "2026-11-12"),
        ("Nov. 12, 2026", "2026-11-12"),
        ("1794700000.123456", "2026-11-14T23:46:40Z"),
        (1794700000.5, "2026-11-14T23:46:40Z"),
        (1794700000, "2026-11-14T23:46:40Z"),
    ],
)
def test_a_message_has_its_time_in_any_form(date: str | float, published_at: str) -> None:
    cuts = cuts_of(channel("public_channel", {**message(1), "date": date}))
    assert [cut.published_at for cut in cuts] == [published_at]


def test_the_name_of_a_group_is_no_outlet() -> None:
    assert [cut.outlet for cut in cuts_of(channel("private_group", message(1), message(2)))] == [None, None]


def test_what_people_write_in_a_chat_is_no_article() -> None:
    with pytest.raises(InvalidRecord, match="no article was found"):
        cuts_of(channel("private_group", {"date": "2026-11-21T08:30:00", "text": "Good morning!"}, {"date": "2026-11-21", "text": "Hello"}))


def test_messages_copied_from_a_window_are_articles_without_their_attachments() -> None:
    copied = "".join(
        f"{NAME}, [2{seed}.11.26 09:15]\n[ Photo ]\n{headline(seed)}\n\n{story(seed)}\n\nhttps://post.example/{seed}\n@serra\n\n"
        for seed in (1, 2)
    )
    assert [(cut.title, cut.body, cut.outlet, cut.url, cut.published_at) for cut in cuts_of(copied)] == [
        (headline(seed), story(seed), NAME, f"https://post.example/{seed}", f"2026-11-2{seed}") for seed in (1, 2)
    ]
    assert [cut.outlet for cut in cuts_of(copied.replace(f"{NAME}, [21", "Ana, [21"))] == [None, None]


@given(
    st.recursive(
        st.none() | st.text(max_size=9) | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["messages", "text", "date", "type"]), inner),
    )
)
def test_any_document_gives_records_or_none(document: object) -> None:
    assert isinstance(chat_document_records(document), list)
