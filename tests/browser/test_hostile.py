"""Content of a dump stays text: it never runs, loads anything, or leaves the page."""

import pytest

from tests.browser.conftest import Opened
from tests.browser.served import copy_of, event

pytestmark = pytest.mark.browser

MARKUP = (
    '<script>window.ran = "script"</script><img src=x onerror="window.ran = \'image\'">'
    "<svg onload=\"window.ran = 'svg'\"><iframe srcdoc=\"<script>parent.ran = 'frame'</script>\"></iframe>"
)
LABEL = {"id": MARKUP, "name": MARKUP, "score": 1.0, "about": True, "evidence": [{"field": "title", "start": 0, "end": 8, "text": MARKUP}]}


async def test_markup_in_every_field_is_shown_as_text_and_nothing_runs(page: Opened) -> None:
    fields = dict.fromkeys(("title", "body", "outlet", "agency", "author", "dateline", "language", "published_at"), MARKUP)
    hostile = event(1, regions=[LABEL], topics=[LABEL], **fields)
    hostile["source"] = hostile["source"] | {"url": "javascript:window.ran='address'//http://"}
    page.site.article(hostile)
    page.site.article(copy_of(hostile, 2, MARKUP) | {"title": MARKUP + "2"})
    page.site.dead(MARKUP, MARKUP)
    await page.tab.until("document.querySelector('.copies') && document.querySelector('.letter')")
    await page.tab.run("document.querySelector('#feed h3 button').click(); document.querySelector('.copies').open = true")
    await page.tab.run("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)))")
    assert await page.tab.run("window.ran ?? null") is None
    assert await page.tab.run("document.querySelectorAll('main script, main img, iframe, [onerror], [onload]').length") == 0
    assert MARKUP in await page.tab.run("document.querySelector('#feed h3').textContent")
    assert await page.tab.run("document.querySelectorAll('.details a:not([href^=\"#\"])').length") == 0
    assert {request.split("/")[2] for request in page.tab.requests} == {f"127.0.0.1:{page.site.port}"}


@pytest.mark.parametrize(
    "attempt",
    [
        "document.body.innerHTML = '<b>x</b>'",
        "document.body.setAttribute('onclick', 'window.ran = 1')",
        "eval('window.ran = 1')",
        "document.body.append(Object.assign(document.createElement('script'), { text: 'window.ran = 1' }))",
        "new Function('window.ran = 1')()",
    ],
)
async def test_policy_refuses_what_the_page_never_does(page: Opened, attempt: str) -> None:
    """The second wall: even a mistake in the page's own code makes no markup and no script of a text."""
    assert await page.tab.run(f"(() => {{ try {{ {attempt}; return 'done' }} catch (error) {{ return error.name }} }})()") != "done"
    assert await page.tab.run("window.ran ?? null") is None
    page.tab.console.clear()  # what Chromium notes of it


async def test_policy_lets_nothing_in_from_other_hosts(page: Opened) -> None:
    refused = await page.tab.run("""new Promise((resolve) => {
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => resolve(effectiveDirective), { once: true });
      const image = new Image();
      image.src = "http://127.0.0.1:1/outside.png";
    })""")
    assert refused == "img-src"
    assert await page.tab.run("fetch('http://127.0.0.1:1/').then(() => 'read', () => 'refused')") == "refused"
    page.tab.console.clear()


async def test_markup_in_a_dump_of_ones_own_is_text_too(page: Opened) -> None:
    await page.tab.run("location.hash = 'dump'")
    story = f"{MARKUP}\nThe harbour of Port Ellery in Chile was closed on Monday after a barge broke loose. {MARKUP} " * 2
    await page.tab.run(f"document.getElementById('dump-text').value = {story!r}; document.getElementById('dump-form').requestSubmit()")
    await page.tab.until("document.querySelector('.dump')")
    assert await page.tab.run("window.ran ?? null") is None
    assert await page.tab.run("document.querySelectorAll('.dump script, .dump img, iframe').length") == 0
    assert "onerror" in await page.tab.run("document.querySelector('.dump').textContent")
