import json
from collections.abc import Callable

import pytest

from streams.dumps.formats import Format
from streams.errors import InvalidRecord, Reason
from streams.split import SPLITTERS
from streams.split.budget import FRAGMENT, MAX_US, HtmlBudget
from streams.split.budget import PAGE as PAGE_WEIGHTS
from tests.stories import story

HEAD = "From: a@b.example\nSubject: Ferries\nDate: Fri, 1 Aug 2025 10:00:00 +0200\nMIME-Version: 1.0\n"
BODY = "".join(f"<p>{story(number)}</p>" for number in range(3))  # with the fragment itself four elements, and three long lines
PAGE = f"<html><body><h1>Old bridge</h1>{BODY}</body></html>"  # seven elements, a short line and three long ones
PAGE_US = 7 * PAGE_WEIGHTS.element + PAGE_WEIGHTS.short_line + 3 * PAGE_WEIGHTS.long_line
BODY_US = 4 * FRAGMENT.element + 3 * FRAGMENT.long_line
DUMPS = {
    Format.HTML: (PAGE, PAGE_US),
    Format.MAIL: (
        f"{HEAD}Content-Type: multipart/mixed; boundary=b\n\n" + f"--b\nContent-Type: text/html\n\n{PAGE}\n" * 3 + "--b--",
        3 * PAGE_US,
    ),
    Format.JSON: (json.dumps([{"title": "Old bridge", "content": BODY, "url": f"https://a.example/{n}"} for n in range(3)]), 3 * BODY_US),
    Format.FEED: (
        f"<rss><channel>{f'<item><title>Old</title><description><![CDATA[{BODY}]]></description></item>' * 3}</channel></rss>",
        3 * BODY_US,
    ),
    Format.TEXT: ("id,headline,body\n" + f'1,Old bridge to close,"{BODY}"\n' * 3, 3 * BODY_US),
}


@pytest.mark.parametrize("form", DUMPS)
def test_the_html_of_a_dump_is_limited_in_total(form: Format) -> None:
    text, us = DUMPS[form]
    assert SPLITTERS[form](text, None, True, HtmlBudget(us)).cuts
    with pytest.raises(InvalidRecord, match="in parts") as caught:
        SPLITTERS[form](text, None, True, HtmlBudget(us - 1))
    assert caught.value.reason is Reason.LIMIT


def test_short_lines_of_pages_count_as_stamps() -> None:
    budget = HtmlBudget()
    SPLITTERS[Format.HTML](PAGE.replace("</body>", "<p>By Ana Ruiz</p></body>"), None, True, budget)
    assert budget.left_us == MAX_US - PAGE_US - PAGE_WEIGHTS.element - PAGE_WEIGHTS.short_line


def test_a_page_with_the_mark_of_an_export_is_counted_once() -> None:
    budget = HtmlBudget()
    assert SPLITTERS[Format.HTML](PAGE.replace("Old bridge", "1 of 2 DOCUMENTS"), None, True, budget).cuts
    assert budget.left_us == MAX_US - PAGE_US


LETTER = "".join(
    f"<table><tr><td><h3><a href='https://news.example/{{0}}/{n}'>Council {{0}} votes on ferry plan {n}</a></h3>"
    f"<p>{story(n)} ({{0}})</p><p>Harbour Post | {n} hours ago</p></td></tr></table>"
    + "<table><tr><td><img src='a.png'></td></tr><tr><td></td></tr></table>"
    * 2
    for n in range(1, 13)
)  # 12 items, some 200 elements
EXPORTED = (
    "<p>{0} of 500 DOCUMENTS</p><p>Harbour Post</p><p>July 4, 2019 Thursday</p><p>Old bridge {0} to close</p><p>LENGTH: 200 words</p>"
    "<p>BODY:</p>{1}<p>LOAD-DATE: July 4, 2019</p><p>LANGUAGE: ENGLISH</p>"
)


def _mailbox(letters: int) -> str:
    head = f"From a@b.example Fri Aug  1 10:00:00 2025\n{HEAD}Content-Type: text/html\n\n"
    return "".join(f"{head}<html><body><h1>The morning letter</h1>{LETTER.format(number)}</body></html>\n\n" for number in range(letters))


def _export(documents: int, paragraphs: int) -> str:
    body = "".join(f"<p>{story(number)[:280]}</p>" for number in range(paragraphs))
    return f"<html><body>{''.join(EXPORTED.format(number, body) for number in range(documents))}</body></html>"


def _articles(characters: int) -> str:
    """Articles of paragraphs of so many characters, of nearly 10 MiB."""
    paragraphs = "".join(f"<p>{(story(number) * 9)[:characters]}</p>" for number in range(20))
    made = [
        {"title": f"Bridge {n}", "url": f"https://a.example/{n}", "content": f"<p>{n} {paragraphs}"}
        for n in range(10_000_000 // (len(paragraphs) + 80))
    ]
    return json.dumps(made)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "text", "articles"),
    [
        pytest.param(Format.MAIL, lambda: _mailbox(100), 1_200, id="mailbox of 100 newsletters"),
        pytest.param(Format.HTML, lambda: _export(400, 30), 400, id="export of 400 long documents"),
        pytest.param(Format.HTML, lambda: _export(500, 18), 500, id="export of 500 documents"),
        pytest.param(Format.JSON, lambda: _articles(180), 2_000, id="JSON of short paragraphs"),
        pytest.param(Format.JSON, lambda: _articles(250), 1_500, id="JSON of paragraphs"),
    ],
)
def test_large_real_dumps_are_far_below_the_limit(form: Format, text: Callable[[], str], articles: int) -> None:
    budget = HtmlBudget()
    assert len(SPLITTERS[form](text(), None, True, budget).cuts) >= articles
    assert 0.15 * MAX_US < budget.left_us < 0.9 * MAX_US
