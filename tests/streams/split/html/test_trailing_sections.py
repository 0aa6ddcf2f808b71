"""Leave out what is below a story in its block. All texts are invented."""

from time import process_time

from streams.split.html.split import split_html
from streams.split.html.trailing_sections import without_trailing_sections
from streams.split.html.tree import parse_tree
from tests.stories import headline, story

TEXT = [story(seed, 2) for seed in range(4)]


def body(below: str) -> list[str]:
    page = f"<title>{headline(1)}</title><article><h1>{headline(1)}</h1>{''.join(f'<p>{text}</p>' for text in TEXT)}{below}</article>"
    (cut,) = split_html(page, None).cuts
    return cut.body.split("\n")


def test_headlines_below_a_label_are_no_part_of_a_story() -> None:
    assert body(f"<p><b>READ ALSO:</b></p><p>• {headline(2)}</p><p>• {headline(3)}</p>") == TEXT
    assert body(f"<p>Lee también</p><p>{headline(2)}</p><p>{headline(3)}</p>") == TEXT


def test_a_text_below_a_label_is_a_part_of_the_story() -> None:
    assert body(f"<p><b>READ ALSO:</b></p><p>• {headline(2)}</p><p>{story(9, 2)}</p>")[-1] == story(9, 2)


def test_letters_of_readers_are_no_part_of_a_story() -> None:
    letters = f"<p><b>Ana Ruiz</b>, Tolmouth:</p><p>{story(7, 1)}</p><p><b>Tom Hall</b>, Tarrow:</p><p>{story(8, 1)}</p>"
    assert body(f"<h3>What readers say</h3>{letters}") == TEXT
    assert body(f"<h3>What the parties say</h3>{letters}")[-1] == story(8, 1)


def test_the_work_is_linear_in_the_number_of_lines() -> None:
    tree = parse_tree("<p>So they went.</p>" * 19_000)
    line_nos = range(len(tree.lines))
    start = process_time()
    assert without_trailing_sections(tree, line_nos) == line_nos
    assert process_time() - start < 5  # 30 s where each line looks at all below it
