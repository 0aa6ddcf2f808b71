"""Read the authors of a story. All names are invented."""

import pytest

from streams.split.html.authors import declared_author, page_author, person, printed_author
from streams.split.html.metadata import read_metadata
from streams.split.html.tree import parse_tree


def printed(header: str) -> str | None:
    tree = parse_tree(header)
    return printed_author(tree, tree.lines)


def declared(head: str) -> str | None:
    return read_metadata(parse_tree(head)).page.author


@pytest.mark.parametrize(
    ("header", "author"),
    [
        pytest.param("<p>3 May by <a rel=author href=/x>Ana Ruiz</a>", "Ana Ruiz", id="the relation of a link"),
        pytest.param("<p>Edited by <span itemprop=author><span itemprop=name>Ana Ruiz</span></span>", "Ana Ruiz", id="a property"),
        pytest.param("<div><a href='/authors/ana'>Ana</a></div>", "Ana", id="the address of an author's page, one word"),
        pytest.param("<p><a rel=author>Ana Ruiz</a> and <a rel=author>Tom Hall</a>", "Ana Ruiz, Tom Hall", id="two links"),
        pytest.param("<p><a rel=author>Ana Ruiz</a><p><a rel=author>Ana Ruiz's stories</a>", "Ana Ruiz", id="a button with the name"),
        pytest.param("<p><a rel=author>All stories of 2021</a>", None, id="no name in the link"),
        pytest.param("<p><a href='/authors/'>Our writers</a>", None, id="the page of all authors"),
        pytest.param("<p class=byline><b>By</b> <i>Ana Ruiz</i> <i>Staff Writer</i>", "Ana Ruiz", id="without a position"),
        pytest.param("<p class=author-box>3 May 2021<p class=author-box>Ana Ruiz", "Ana Ruiz", id="no date"),
        pytest.param("<div class=Byline><div><span>Ana Ruiz</span></div></div>", "Ana Ruiz", id="a block in a byline"),
        pytest.param("<div class=authors><p>a<p>b<p>c<p>d<p>Ana Ruiz</div>", None, id="a large block is no byline"),
        pytest.param("<p>Text <span class=byline-name>Ana Ruiz</span>", "Ana Ruiz", id="the class of an inline tag"),
        pytest.param("<p>By HPN, in <a href=/news>News</a>", "HPN", id="initials of an outlet"),
        pytest.param("<p>By Ana Ruiz, HPN", "Ana Ruiz", id="a name without the initials of its outlet"),
        pytest.param("<p>By Ana Ruiz and Tom Hall", "Ana Ruiz, Tom Hall", id="a byline of two"),
        pytest.param("<p>김바다 기자 bada@post.example", "김바다", id="a Korean byline"),
        pytest.param("<div data-component=byline-block><div>Ana Ruiz</div></div>", "Ana Ruiz", id="a component of a site"),
    ],
)
def test_printed_authors_are_marked_by_tags_or_names(header: str, author: str | None) -> None:
    assert printed(header) == author


def test_an_author_of_json_ld_may_refer_to_another_node() -> None:
    nodes = '{"@graph":[{"@type":"Article","author":{"@id":"#p"}},{"@type":"Person","@id":"#p","name":"Ana Ruiz"}]}'
    assert declared(f"<script type='application/ld+json'>{nodes}</script>") == "Ana Ruiz"


def test_names_of_several_meta_tags_are_joined_and_addresses_are_none() -> None:
    head = "<meta name=author content='Ana Ruiz'><meta name=author content='Tom Hall'><meta property=article:author content='https://x.example/ana'>"
    assert declared(head) == "Ana Ruiz, Tom Hall"


def test_only_the_first_of_very_many_meta_tags_count() -> None:
    author = declared("".join(f"<meta name=author content='Ana {letter * 40}'>" for letter in "abcdefghijklmnopqrstuvwxyz"))
    assert author
    assert author.count(",") < len("abcdefghij")


def test_a_meta_tag_with_more_names_than_json_ld_has_precedence() -> None:
    node = '<script type="application/ld+json">{"@type":"Article","author":{"name":"Ana Ruiz"}}</script>'
    assert declared(f"<meta name=author content='Ana Ruiz, Tom Hall'>{node}") == "Ana Ruiz, Tom Hall"
    assert declared(f"<meta name=author content='Web desk'>{node}") == "Ana Ruiz"


def test_the_author_of_the_article_has_precedence_over_that_of_the_site() -> None:
    assert declared("<meta name=author content='Harbour Media'><meta property=article:author content='Ana Ruiz'>") == "Ana Ruiz"


def test_declared_names_lose_by_and_the_outlet() -> None:
    assert declared_author([{"name": "By <b>Ana</b> Ruiz"}, "Tom Hall", {"name": "https://x.example"}], {}) == "Ana Ruiz, Tom Hall"
    assert person("Ana Ruiz, Harbour Post, 3 May 2021", "Harbour Post") == "Ana Ruiz"


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        pytest.param("Ana Ruiz ana@post.example", "Ana Ruiz", id="a mail address behind the name"),
        pytest.param("Ana Ruiz (ana@post.example), Tom Hall", "Ana Ruiz, Tom Hall", id="a mail address in brackets"),
        pytest.param("ana@post.example", None, id="nothing but a mail address"),
        pytest.param("Ana Ruiz, Political Correspondent", "Ana Ruiz", id="a position"),
        pytest.param("Ana Ruiz, PhD", "Ana Ruiz", id="a degree"),
        pytest.param("김바다 기자", "김바다", id="a Korean position"),
        pytest.param("Ana Ruiz / Tom Hall", "Ana Ruiz, Tom Hall", id="two, by a slash"),
        pytest.param("by Ana Ruiz & Tom Hall", "Ana Ruiz, Tom Hall", id="two, by an ampersand"),
        pytest.param("Ana Ruiz für Harbour Post", "Ana Ruiz", id="whom she writes for"),
        pytest.param("Ana Ruiz, Harbour Post Staff", "Ana Ruiz", id="the staff of the outlet beside a name"),
        pytest.param("Harbour Post", "Harbour Post", id="the outlet alone is what readers see"),
        pytest.param("Mill Media Inc., Ana Ruiz", "Ana Ruiz", id="a company beside a name"),
        pytest.param("Nachrichten", None, id="a section"),
        pytest.param("admin", None, id="a login"),
        pytest.param("2024-03-17", None, id="a date"),
    ],
)
def test_declared_authors_are_cleaned(author: str, expected: str | None) -> None:
    assert person(author, "Harbour Post") == expected


def of_page(html: str, declared: str | None = None) -> str | None:
    tree = parse_tree(html)
    return page_author(declared, tree, tree.lines)


def test_more_names_in_tags_of_the_page_have_precedence_over_declared_ones() -> None:
    html = "<address><a rel=author><i>Ana</i> <i>Ruiz</i></a></address><address><a rel=author>Tom Hall</a></address>"
    assert of_page(html, "Tom Hall") == "Ana Ruiz, Tom Hall"
    assert of_page(html, "Ole Brandt") == "Ole Brandt"


def test_the_outlet_beside_a_printed_name_is_no_author() -> None:
    tree = parse_tree("<div class=author>Harbour Post <span>Ana Ruiz</span>.</div>")
    assert page_author(None, tree, tree.lines, "Harbour Post") == "Ana Ruiz"


def test_a_name_beside_the_date_is_the_author_unless_it_is_a_section_of_the_menu() -> None:
    line = "<div><span>Ana Ruiz |</span> <span>05.04.2025</span></div>"
    assert of_page(line) == "Ana Ruiz"
    assert of_page(f"<nav><a href=/x>Ana Ruiz</a></nav>{line}") is None
    assert of_page("<div><span>First Posted</span> <span>05.04.2025</span></div>") is None


def test_a_name_alone_in_bold_is_the_author_of_what_an_administrator_published() -> None:
    paragraph = "<p><b>ANA RUIZ</b></p>"
    assert of_page(f"<a href='https://post.example/author/admin/'>Post Desk</a>{paragraph}", "Post Desk") == "ANA RUIZ"
    assert of_page(paragraph, "Tom Hall") == "Tom Hall"
    assert of_page("<a href='https://post.example/author/admin/'>Post Desk</a><p><b>READ ALSO</b></p>", "Post Desk") == "Post Desk"
    assert of_page(paragraph) is None
