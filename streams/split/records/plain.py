"""Split plain text: into records where it is a table, or its lines have labels or tags of its own; else as a page."""

from streams.dumps.formats import xml_root
from streams.errors import InvalidRecord, Reason
from streams.split.cuts import Cuts
from streams.split.records.articles import split_records
from streams.split.records.chat import CONFIDENCE as CHAT_CONFIDENCE
from streams.split.records.chat import chat_records
from streams.split.records.digest import CONFIDENCE as DIGEST_CONFIDENCE
from streams.split.records.digest import digest_records, is_digest_like
from streams.split.records.labelled_lines import is_labelled, labelled_records
from streams.split.records.table import delimiter_of, table_records
from streams.split.records.tagged import is_tagged, tagged_records
from streams.split.text.split import split_text

CONFIDENCE = 0.95


def split_plain(text: str, fetched_at: int | None, shapes: bool = True) -> Cuts:
    """Return the articles of a plain text. Arguments and errors: see `streams.split.split_page`."""
    delimiter = delimiter_of(text)
    if delimiter:
        return split_records(table_records(text, delimiter), text, fetched_at, CONFIDENCE)
    chat = chat_records(text, fetched_at)
    if chat is not None:
        return split_records(chat, text, fetched_at, CHAT_CONFIDENCE)
    records = labelled_records(text, fetched_at) if is_labelled(text) else tagged_records(text, fetched_at) if is_tagged(text) else None
    if records or (records is not None and is_labelled(text)):
        return split_records(records, text, fetched_at, CONFIDENCE)
    if is_digest_like(text) and (records := digest_records(text, fetched_at)):
        return split_records(records, text, fetched_at, DIGEST_CONFIDENCE)
    if (root := xml_root(text)) is not None:
        detail = f"the dump is XML with the element <{root}> around it, and neither a feed nor a file of articles"
        raise InvalidRecord(Reason.NOT_DECODABLE, detail)
    return split_text(text, fetched_at, shapes)
