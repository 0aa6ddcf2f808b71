"""Split plain text: by a page shape; into records where it is an export, table, chat or digest, or has labels or tags; else as a page."""

from collections.abc import Iterable

from streams.dumps.formats import xml_root
from streams.errors import InvalidRecord, Reason
from streams.split.budget import HtmlBudget
from streams.split.cuts import Cuts
from streams.split.records.articles import split_records
from streams.split.records.chat import CONFIDENCE as CHAT_CONFIDENCE
from streams.split.records.chat import chat_records
from streams.split.records.digest import CONFIDENCE as DIGEST_CONFIDENCE
from streams.split.records.digest import digest_records, is_digest_like
from streams.split.records.labelled_lines import is_labelled, labelled_records
from streams.split.records.linked_items import CONFIDENCE as LINKED_CONFIDENCE
from streams.split.records.linked_items import linked_records
from streams.split.records.press import split_press
from streams.split.records.record import Record
from streams.split.records.table import delimiter_of, headless_delimiter_of, headless_records, table_records
from streams.split.records.tagged import is_tagged, tagged_records
from streams.split.text.split import shape_candidates, split_by_shapes

CONFIDENCE = 0.97


def split_plain(text: str, fetched_at: int | None, shapes: bool = True, budget: HtmlBudget | None = None) -> Cuts:
    """Return the articles of a plain text. Arguments and errors: see `streams.split.split_page`."""
    candidates = shape_candidates(text) if shapes else []
    if candidates:  # first, as most pages have a shape, and none of these is in another form
        cuts = split_by_shapes(text, fetched_at, candidates)
        if cuts.is_shaped:
            return cuts
    if (press := split_press(text, fetched_at, budget)) is not None:
        return press
    if (found := _declared(text, fetched_at)) is not None:
        return split_records(found[0], text, fetched_at, found[1], budget)
    if (root := xml_root(text)) is not None:
        detail = f"the dump is XML with the element <{root}> around it, and neither a feed nor a file of articles"
        raise InvalidRecord(Reason.NOT_DECODABLE, detail)
    return split_by_shapes(text, fetched_at, candidates)


def _declared(text: str, fetched_at: int | None) -> tuple[Iterable[Record], float] | None:
    """Return the records of a text that declares its articles by labels, tags, columns or marks, and their confidence; else None."""
    if delimiter := delimiter_of(text):
        return table_records(text, delimiter), CONFIDENCE
    if delimiter := headless_delimiter_of(text):
        return headless_records(text, delimiter), CONFIDENCE
    if (chat := chat_records(text, fetched_at)) is not None:
        return chat, CHAT_CONFIDENCE
    records = labelled_records(text, fetched_at) if is_labelled(text) else tagged_records(text, fetched_at) if is_tagged(text) else None
    if records or (records is not None and is_labelled(text)):
        return records, CONFIDENCE
    if (linked := linked_records(text, fetched_at)) is not None:
        return linked, LINKED_CONFIDENCE
    digest = digest_records(text, fetched_at) if is_digest_like(text) else None
    return (digest, DIGEST_CONFIDENCE) if digest is not None else None
