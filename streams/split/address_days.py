"""Read the day of a story from its address, where many publishers put that of the publication."""

import re
from dataclasses import replace
from datetime import date

from streams.records import Cut
from streams.split.fields.ages import Age, publication_time

# "/2024/03/17/old-bridge", "/2024-03-17/", "/20240317-old-bridge"; eight digits alone are a number.
DAY_IN_PATH = re.compile(r"/(199[5-9]|20\d\d)(?:(?:/(\d\d?)/(\d\d?)|-(\d\d)-(\d\d))(?=[/_.-]|$)|(\d\d)(\d\d)(?=[/_-][^\W\d]))")


def fill_address_day(cut: Cut, page_url: str | None, fetched_at: int | None) -> Cut:
    """Return an article of a web page with the day in its address, or in that of its page, if the page has no time for it.

    `fetched_at`: seconds since the epoch (UTC); a day after it is none.
    """
    if cut.published_at:
        return cut
    day = _day_in(cut.url) or _day_in(page_url)
    time, precision = publication_time(Age("day", day=day) if day else None, fetched_at)
    return replace(cut, published_at=time, published_precision=precision)


def _day_in(url: str | None) -> date | None:
    found = DAY_IN_PATH.search((url or "").partition("?")[0].partition("#")[0])
    if found is None:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        return None
