"""Addresses of links are absolute web addresses, or None."""

import pytest

from streams.split.fields.addresses import absolute_address, host_of

PAGE = "https://post.example/news/list?page=2#top"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        (" https://times.example/1 ", "https://times.example/1"),
        ("//times.example/1", "https://times.example/1"),
        ("/1", "https://post.example/1"),
        ("1.html", "https://post.example/news/1.html"),
        ("#top", None),
        ("mailto:ana@post.example", None),
        ("https://times.example/", None),
        ("", None),
    ],
)
def test_a_link_is_resolved_against_its_page(href: str, url: str | None) -> None:
    assert absolute_address(href, PAGE) == url


def test_a_relative_link_needs_a_page() -> None:
    assert absolute_address("/1", None) is None


def test_a_host_has_no_port_and_no_user() -> None:
    assert host_of("https://ana@WWW.Post.example:8080/1") == "www.post.example"
    assert host_of("ftp://post.example") == ""
