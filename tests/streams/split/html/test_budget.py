import json

import pytest

from streams.dumps.formats import Format
from streams.errors import InvalidRecord, Reason
from streams.split import SPLITTERS
from streams.split.html.budget import HtmlBudget
from tests.stories import story

HEAD = "From: a@b.example\nSubject: Ferries\nDate: Fri, 1 Aug 2025 10:00:00 +0200\nMIME-Version: 1.0\n"
BODY = "".join(f"<p>{story(number)}</p>" for number in range(3))  # with the fragment itself four elements, and no short line
PAGE = f"<html><body><h1>Old bridge</h1>{BODY}</body></html>"  # seven elements and a short line, which count twice
DUMPS = {
    Format.HTML: (PAGE, 16),
    Format.MAIL: (f"{HEAD}Content-Type: multipart/mixed; boundary=b\n\n" + f"--b\nContent-Type: text/html\n\n{PAGE}\n" * 3 + "--b--", 48),
    Format.JSON: (json.dumps([{"title": "Old bridge", "content": BODY, "url": f"https://a.example/{n}"} for n in range(3)]), 12),
    Format.FEED: (
        f"<rss><channel>{f'<item><title>Old</title><description><![CDATA[{BODY}]]></description></item>' * 3}</channel></rss>",
        12,
    ),
    Format.TEXT: ("id,headline,body\n" + f'1,Old bridge to close,"{BODY}"\n' * 3, 12),
}


@pytest.mark.parametrize("form", DUMPS)
def test_the_html_of_a_dump_is_limited_in_total(form: Format) -> None:
    text, elements = DUMPS[form]
    assert SPLITTERS[form](text, None, True, HtmlBudget(left=elements)).cuts
    with pytest.raises(InvalidRecord, match="in parts") as caught:
        SPLITTERS[form](text, None, True, HtmlBudget(left=elements - 1))
    assert caught.value.reason is Reason.LIMIT


def test_short_lines_count_as_well() -> None:
    text = json.dumps([{"title": "Old bridge", "content": f"{BODY}<p>By Ana Ruiz</p>", "url": "https://a.example/1"}] * 2)
    budget = HtmlBudget(left=100)
    SPLITTERS[Format.JSON](text, None, True, budget)
    assert budget.left == 100 - 2 * 6
