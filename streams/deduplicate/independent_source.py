"""The independent source of an article: who found the news out, as far as the article tells."""

import hashlib
import re

from streams.deduplicate.normalize import normalize, normalize_name
from streams.records import Article

UNKNOWN = 0
# "REUTERS/A. Photographer", "AFP - Santa Vela", "dpa (Norland)": the name ends here.
_NAME_END = re.compile(r"[/(|,;]| [-–—] ")
_HOST = re.compile(r"^[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?([^/?#:\[\]]+)", re.IGNORECASE)
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|amp|edition|news)\.")
# "co.uk", "com.br": the registered name is in front of both.
_SECOND_LEVELS = frozenset({"ac", "co", "com", "edu", "gob", "gov", "net", "org"})
_COUNTRY_LETTERS = 2


def independent_source(article: Article) -> int:
    """Return a 32-bit hash of the agency where one is credited, else of the outlet, else of the host of the article's own address.

    Return `UNKNOWN` where it has none of them: the address of a dump may be an aggregator's. Names are without case, accents, spaces and
    what follows a stroke, and a host is its registered name, so that "Reuters", "REUTERS/…" and www.reuters.com are one.
    """
    name = article.agency or article.outlet
    key = _name_key(name) if name else ""
    key = key or (_host_key(article.article_url) if article.article_url else "")
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=4).digest()) or 1 if key else UNKNOWN


def _name_key(name: str) -> str:
    words = normalize_name(_NAME_END.split(name.strip(), maxsplit=1)[0]) or normalize(name)
    return words.removeprefix("the ").replace(" ", "")


def _host_key(url: str) -> str:
    found = _HOST.match(url)
    host = found[1].lower() if found else ""
    labels = _HOST_PREFIX.sub("", host).split(".")
    if len(labels) > 1:
        labels.pop()
        is_second_level = len(labels) > 1 and labels[-1] in _SECOND_LEVELS and len(host.rsplit(".", 1)[-1]) == _COUNTRY_LETTERS
        if is_second_level:
            labels.pop()
    return normalize(labels[-1]).replace(" ", "")
