"""Find the headline of a page in its titles. All names are invented."""

import pytest

from streams.split.html.titles import page_title, site_name
from streams.split.html.tree import parse_tree

TITLE = "Velmora closes its old ferry pier"


@pytest.mark.parametrize(
    "title",
    [
        f"{TITLE} | Politics | Harbour Post",
        f"{TITLE} | Local Affairs | Harbour Post",
        f"{TITLE} - Harbour Post",
        f"{TITLE} | HP",
        f"{TITLE} – Harbour Post – 30 July 2025",
        f"{TITLE} | 30.07.2025 | Harbour Post",
        f"Opinion | {TITLE}",
        f"{TITLE} (Published 2016)",
    ],
)
def test_sites_sections_and_dates_are_no_part_of_a_headline(title: str) -> None:
    tree = parse_tree(f"<title>{title}</title><nav><a href=/l>Local Affairs</a></nav>")
    assert page_title(tree, (title,), "Harbour Post") == TITLE
    assert page_title(tree, (), "Harbour Post") == TITLE


def test_an_article_before_the_name_of_the_site_does_not_matter() -> None:
    assert page_title(parse_tree(""), (f"{TITLE} - Harbour Post",), "The Harbour Post") == TITLE


def test_a_part_of_a_headline_that_names_no_site_is_kept() -> None:
    title = f"{TITLE} - and reopens another"
    assert page_title(parse_tree(""), (title,), "Harbour Post") == title


def test_a_title_of_thousands_of_parts_is_left_as_it_is() -> None:
    title = f"{'Opinion | ' * 3000}{TITLE}"
    assert page_title(parse_tree(""), (title,), "Harbour Post") == title


@pytest.mark.parametrize(
    ("link", "name"),
    [
        pytest.param("<a href='/'>Harbour Post</a>", "Harbour Post", id="an address without a path"),
        pytest.param("<a class=logo href=https://post.example/><b>Harbour Post</b></a>", "Harbour Post", id="of the host"),
        pytest.param("<a href=/start.html rel=home>Harbour Post</a>", "Harbour Post", id="the relation"),
        pytest.param("<a href=/post>Harbour Post</a>", None, id="another page"),
        pytest.param("<a href=''>Harbour Post</a>", None, id="this page"),
        pytest.param("<a href='/'>Home</a>", None, id="not in the title"),
        pytest.param(f"<a href='/'>{TITLE}</a>", None, id="a headline"),
    ],
)
def test_the_site_is_named_by_the_link_to_its_home_page_that_the_title_repeats(link: str, name: str | None) -> None:
    assert site_name(parse_tree(f"<title>{TITLE} | Harbour Post</title><div>{link}</div>")) == name
