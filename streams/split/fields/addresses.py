"""Check the web addresses that a format or a page declares for its articles."""

import re

from streams.messages.envelope import is_address

_ABSOLUTE = re.compile(r"https?://[^\s/?#]+", re.IGNORECASE)


_HOST = re.compile(r"https?://(?:[^/?#@\s]*@)?([^/?#:\s]+)", re.IGNORECASE)
_OTHER_SCHEME = re.compile(r"[a-z][a-z\d+.-]*:|[#?]", re.IGNORECASE)


def host_of(url: str) -> str:
    """Return the host of a web address in lower case; an empty text for others."""
    found = _HOST.match(url)
    return found[1].lower() if found else ""


def absolute_address(href: str, page_url: str | None) -> str | None:
    """Return the web address that a link on a page leads to; None for a link within the page, and a relative one without `page_url`."""
    href = href.strip()
    if _ABSOLUTE.match(href):
        return page_address(href)
    origin = _ABSOLUTE.match(page_url or "")
    if not origin or not href or _OTHER_SCHEME.match(href):
        return None
    if href.startswith("//"):
        return page_address(f"{origin[0].partition('/')[0]}{href}")
    folder = (page_url or "").partition("?")[0].partition("#")[0].rpartition("/")[0]
    return page_address(f"{origin[0]}{href}" if href[0] == "/" or len(folder) < len(origin[0]) else f"{folder}/{href}")


def web_address(text: str | None) -> str | None:
    """Return `text` without white space around it if it is an absolute web address, else None."""
    url = (text or "").strip()
    return url if _ABSOLUTE.match(url) and is_address(url) else None


def page_address(text: str | None) -> str | None:
    """Return the web address in `text`, but None for that of a whole site: templates declare it for each of their pages by mistake."""
    url = web_address(text)
    return url if url and _ABSOLUTE.sub("", url, count=1).strip("/") else None
