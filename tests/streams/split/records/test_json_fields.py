"""The names of fields, and the text of values."""

import pytest

from streams.split.records.json_fields import field_names, fields_of, plain_name, text_of


@pytest.mark.parametrize("name", ["pubDate", "pub_date", "PUB-DATE", "dc:pubDate", " pub date "])
def test_a_name_counts_without_its_signs_and_case(name: str) -> None:
    assert plain_name(name) == "pubdate"


def test_names_of_the_data_file_are_written_plainly_and_once() -> None:
    names = field_names()
    assert [name for name in names.fields if plain_name(name) != name] == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"main": "A", "kicker": "B"}, "A"),
        ({"name": {"rendered": "A"}}, "A"),
        ([{"name": "Ana"}, {"name": "Tom"}, {"name": "Ana"}], "Ana, Tom"),
        (["a" * 61, "b"], "a" * 61 + "\nb"),
        (7, "7"),
        (True, ""),
        (None, ""),
        ({"other": "A"}, ""),
        ([[[[[["A"]]]]]], ""),
    ],
)
def test_the_text_of_a_value_is_that_of_its_main_member(value: object, text: str) -> None:
    assert text_of(value) == text


def test_fields_are_in_the_order_of_their_names_and_wrapped_ones_last() -> None:
    members = {"summary": "c", "content": "a", "text": "b", "fields": {"content": "d"}, "source": {"id": "x", "name": "Post"}}
    fields = fields_of(members)
    assert fields["body"] == ["a", "b", "c", "d"]
    assert (fields["outlet"], fields.get("id")) == (["Post"], None)
