"""Check the values of internal records: anyone who may write to an internal topic could pass any value on to the public ones."""

import re
from operator import attrgetter
from typing import get_args

from streams.errors import InvalidRecord, Reason
from streams.messages.envelope import is_address, is_traceparent
from streams.records import MAX_BODY_CHARACTERS, MAX_FIELD_CHARACTERS, Article, Copy, Kind, Precision, Story
from streams.times import is_time

_MAX_NUMBER = 2**31 - 1
_ID = "[0-9a-f]{32}"
# One expression over the codes of an article, as `repr` writes their tuple: this runs for each article twice on its way.
_CODES = attrgetter("id", "content_id", "dump_id", "language", "published_at", "published_precision", "replay")
_CODES_FORM = re.compile(
    rf"\('{_ID}', '{_ID}', '{_ID}', (None|'[a-z]{{2,3}}'), (None|'\d{{4}}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?'), "
    rf"(None|'({'|'.join(get_args(Precision))})'), (None|'\d{{1,9}}-\d{{1,18}}')\)",
    re.ASCII,
)
_TEXTS = attrgetter("title", "outlet", "agency", "dateline", "author")
_KINDS = set(get_args(Kind))


def require_article_limits(article: Article) -> None:
    """Raise `InvalidRecord` ("bad-envelope") where a value of an article, whose types are right, is none that split writes."""
    if not _CODES_FORM.fullmatch(repr(_CODES(article))):
        raise _invalid("an id, language, published_at, its precision or replay of an article")
    if article.fetched_at is not None and not is_time(article.fetched_at):
        raise _invalid("fetched_at of an article")
    numbers = article.index, article.start or 0, article.end or 0
    if min(numbers) < 0 or max(numbers) > _MAX_NUMBER or not 0 <= article.confidence <= 1:
        raise _invalid("index, start, end or confidence of an article")
    texts = _TEXTS(article)
    if "" in texts or max(map(len, filter(None, texts)), default=0) > MAX_FIELD_CHARACTERS:
        raise _invalid("the length of a text of an article")
    if not 0 < len(article.body) <= MAX_BODY_CHARACTERS:
        raise _invalid("the length of the body of an article")
    addresses_fit = all(url is None or is_address(url) for url in (article.url, article.article_url))
    if not (addresses_fit and (article.traceparent is None or is_traceparent(article.traceparent))):
        raise _invalid("url, article_url or traceparent of an article")


def require_copy_limits(copy: Copy) -> None:
    """Raise `InvalidRecord` ("bad-envelope") where a value of a copy, whose types are right, is none that deduplicate writes."""
    if not (re.fullmatch(_ID, copy.of) and copy.kind in _KINDS and 0 <= copy.similarity <= 1):
        raise _invalid("id, kind or similarity of a copy")


def require_story_limits(story: Story) -> None:
    """Raise `InvalidRecord` ("bad-envelope") where a value of a story, whose types are right, is none that deduplicate writes."""
    counts_fit = 1 <= story.sources <= story.size <= _MAX_NUMBER and 0 <= story.copies <= _MAX_NUMBER
    if not (re.fullmatch(_ID, story.id) and counts_fit and (story.score is None or 0 <= story.score <= 1)):
        raise _invalid("id, size, sources, copies or score of a story")
    if not (is_time(story.first_at) and is_time(story.last_at)):
        raise _invalid("first_at or last_at of a story")


def _invalid(what: str) -> InvalidRecord:
    return InvalidRecord(Reason.BAD_ENVELOPE, f"{what} is outside its limits")
