"""The dump view in a real Chromium."""

import gzip
from base64 import b64encode

import orjson
import pytest

from tests.browser.conftest import Opened
from tests.browser.served import sampled
from tests.samples import FOLDER

pytestmark = pytest.mark.browser

SAMPLE = (FOLDER / "01-a-strike-at-a-mine.txt").read_text(encoding="utf-8")
SUBMIT = "document.getElementById('dump-form').requestSubmit()"


async def test_pasted_page_is_shown_line_by_line_with_fates_articles_labels_and_evidence(page: Opened) -> None:
    await page.tab.run("location.hash = 'dump'")
    await page.tab.run(f"document.getElementById('dump-text').value = {orjson.dumps(SAMPLE).decode()}; {SUBMIT}")
    await page.tab.until("document.querySelector('.dump .story')")
    lines = await page.tab.run(
        "[...document.querySelectorAll('.line')].map((line) => [line.firstChild.textContent, line.lastChild.textContent])"
    )
    assert lines[0] == ["headline", SAMPLE.split("\n")[0]]
    assert {fate for fate, _ in lines} >= {"headline", "article", "chrome"}
    titles = await page.tab.run("[...document.querySelectorAll('.dump .story h4')].map((title) => title.textContent)")
    assert titles == [known["title"] for known in sampled().events if known["source"]["url"].endswith("01-a-strike-at-a-mine.txt")]
    assert await page.tab.run("document.querySelector('.dump .story mark').textContent") == "Chile"
    assert "Chile" in await page.tab.run("document.querySelector('.dump .labels').textContent")
    assert page.site.published == 0
    assert await page.tab.run("document.querySelectorAll('#feed article').length") == 0


async def test_lines_of_a_fate_can_be_hidden(page: Opened) -> None:
    await page.tab.run("location.hash = 'dump'; document.getElementById('dump-sample').click()")
    await page.tab.until("document.querySelector('.dump .story')")
    visible = "document.querySelector('.of-article').checkVisibility()"
    assert await page.tab.run(visible)
    await page.tab.run("[...document.querySelectorAll('.dump .chip')].find((chip) => chip.textContent.startsWith('article')).click()")
    assert not await page.tab.run(visible)


async def test_uploaded_file_is_read_by_its_name(page: Opened) -> None:
    packed = b64encode(gzip.compress(SAMPLE.encode())).decode()
    await page.tab.run(f"""(async () => {{
      const bytes = Uint8Array.from(atob("{packed}"), (letter) => letter.charCodeAt(0));
      const given = new DataTransfer();
      given.items.add(new File([bytes], "page.txt.gz"));
      const field = document.getElementById("dump-file");
      field.files = given.files;
      field.dispatchEvent(new Event("change"));
    }})()""")
    await page.tab.until("document.querySelector('.dump .story')")
    assert await page.tab.run("document.querySelector('.dump h2').textContent") == "page.txt.gz"


async def test_what_can_not_be_read_is_told_in_words(page: Opened) -> None:
    told = "document.getElementById('dump-told').textContent"
    await page.tab.run(SUBMIT)
    assert await page.tab.run(told) == "Paste a page, or choose a file."
    await page.tab.run(f"document.getElementById('dump-text').value = 'x'; document.getElementById('dump-time').value = 'soon'; {SUBMIT}")
    assert "no RFC 3339 time" in await page.tab.until(f"{told}.includes('RFC') && {told}")
    await page.tab.run(
        f"document.getElementById('dump-text').value = '{{broken'; document.getElementById('dump-time').value = ''; {SUBMIT}"
    )
    assert "bad-envelope at split" in await page.tab.until("document.querySelector('.dump .notice')?.textContent")
    page.tab.console.clear()  # Chromium notes the answer of status 422
