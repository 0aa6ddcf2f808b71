"""Check the web addresses that a format or a page declares for its articles."""

import re

from streams.messages.envelope import is_address

_ABSOLUTE = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)


def web_address(text: str | None) -> str | None:
    """Return `text` without white space around it if it is an absolute web address, else None."""
    url = (text or "").strip()
    return url if _ABSOLUTE.match(url) and is_address(url) else None


def page_address(text: str | None) -> str | None:
    """Return the web address in `text`, but None for that of a whole site: templates declare it for each of their pages by mistake."""
    url = web_address(text)
    return url if url and _ABSOLUTE.sub("", url, count=1).strip("/") else None
