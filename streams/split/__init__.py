"""Split a page into its articles, with one fate for each of its characters.

`SPLITTERS` has the splitter of each input format. Each returns `Cuts`, by its own steps:

    text   records/plain.py  a page shape; else an export, table, chat, digest, labelled lines or tags -> records; else:
           text/split.py   lines -> page shape, or general fallback (lists, stamps, one story) -> blocks -> bodies -> fields
    html   html/split.py   tree -> declarations (JSON-LD, Open Graph) -> list items, or one story -> body -> fields

Formats that declare their articles have a reader in `records/`, from text to `Record`s; `records/articles.py` makes articles of these.
Exports of press databases are text or HTML whose labelled records `records/press.py` reads before any other rule. Mail and saved web
pages are containers: `records/mail.py` gives each part to the splitter of its format.
All read fields (age, credits, language) with `fields/`, and word lists and page shapes from `data/`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from streams.dumps.decode import Page
from streams.dumps.formats import Format
from streams.split.budget import HtmlBudget
from streams.split.cuts import Cuts, require_short_fields
from streams.split.html.split import split_html
from streams.split.records import feed, json_document, xml_document
from streams.split.records.articles import split_records, splitter_of
from streams.split.records.mail import split_mail
from streams.split.records.markdown import split_markdown
from streams.split.records.plain import split_plain
from streams.split.records.press import split_press

Splitter = Callable[[str, int | None, bool, HtmlBudget], Cuts]


def _split_html(text: str, fetched_at: int | None, shapes: bool, budget: HtmlBudget) -> Cuts:
    left_us = budget.left_us
    if (press := split_press(text, fetched_at, budget)) is not None:
        return press
    budget.left_us = left_us  # the page is counted once
    return split_html(text, fetched_at, shapes, budget)


def _split_mail(text: str, fetched_at: int | None, shapes: bool, budget: HtmlBudget) -> Cuts:
    return split_mail(text, fetched_at, lambda page: SPLITTERS[page.format](page.text, fetched_at, shapes, budget))


def _split_xml(text: str, fetched_at: int | None, shapes: bool, budget: HtmlBudget) -> Cuts:
    if records := xml_document.read_xml(text):
        return split_records(records, text, fetched_at, xml_document.CONFIDENCE, budget)
    return split_plain(text, fetched_at, shapes, budget)


SPLITTERS: Mapping[Format, Splitter] = MappingProxyType(
    {
        Format.TEXT: split_plain,
        Format.HTML: _split_html,
        Format.MAIL: _split_mail,
        Format.FEED: splitter_of(feed.read_feed, feed.CONFIDENCE),
        Format.MARKDOWN: split_markdown,
        Format.JSON: splitter_of(json_document.read_json, json_document.CONFIDENCE),
        Format.XML: _split_xml,
    }
)


def split_page(page: Page, fetched_at: int | None, shapes: bool = True) -> Cuts:
    """Return the articles of `page`; none for a page that is only an index.

    Args:
        page: a decoded dump.
        fetched_at: when the page was fetched, seconds since the epoch (UTC); without it relative ages give no time.
        shapes: whether the page shapes are tried before the general fallback.

    Raises:
        InvalidRecord: `limit` (too many lines or articles, too much HTML, or a tree too deep), `too-long` (a body over
            `MAX_BODY_CHARACTERS`, another field over `MAX_FIELD_CHARACTERS`).
    """
    cuts = SPLITTERS[page.format](page.text, fetched_at, shapes, HtmlBudget())
    require_short_fields(cuts)
    return cuts
