"""Judge the blocks of a page by their names (class, id, role, itemprop): bodies of stories, or page chrome.

The words are those of any content management system. A block that is named as a body is one, whatever words of layout are beside it.
"""

import functools
import re

from streams.split.html.attributes import MAX_CACHED_CHARACTERS, NAMES_CACHE_SIZE

CHROME_NAMES = (
    "ad addthis ads adv advert advertisement advertising advertorial adverts aside author authors banner bio breadcrumb "
    "breadcrumbs byline bylines caption captions carousel comment comments complementary consent contentinfo cookie cookies "
    "copyright credit credits crumbs dateline deck dek disclaimer disqus foot footer gallery gate gdpr menu menus meta "
    "metadata modal most nav navbar navigation newsletter newsletters next offer offers outbrain overlay popular "
    "popup prev previous promo promos promoted promotion recirc recirculation recommend recommendation recommendations "
    "recommended regwall related share sharebar sharedaddy shares sharethis sharing side sidebar signup slideshow sociable "
    "social sponsor sponsored sponsors standfirst subnav subscribe subscription subscriptions subtitle taboola tag taglist "
    "tags teaser teasers timestamp tool toolbar tools trending widget widgets"
)
CHROME_WORDS = frozenset(CHROME_NAMES.split())
COMMENT_WORDS = frozenset({"comment", "comments", "disqus"})
FOOTER_WORDS = frozenset({"contentinfo", "copyright", "disclaimer", "foot", "footer"})
# Names of texts in a list of stories. Beside one story such blocks are teasers of others, except below its headline: its lead.
LEAD_WORDS = frozenset({"teaser", "teasers", "promo", "promos", "dek", "deck", "standfirst", "subtitle"})
LIST_TEXT_WORDS = LEAD_WORDS | {"caption", "captions"}
# No names of chrome: topics and author of a story, as blog software writes them into the class, hashes ("ad" is in many), columns; the
# blocks of a page builder, which are all widgets to it.
NO_WORDS = re.compile(r"(?<!\S)(?:(?:tag|category)-\S+|[0-9a-f-]{16,}(?!\S))|side-by-side|(?:article|story|elementor)-widgets?-?")
POST, AUTHOR_OF_POST = re.compile(r"\btype-post\b"), re.compile(r"author-\S++")
NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_BODY = r"article-?body|(?:article|story|entry|post|news|blog|main)[-_]{0,2}(?:body|content|text)|body-?(?:text|copy|content)"
BODY_NAME = re.compile(_BODY, re.IGNORECASE)
STORY_NAME = re.compile(rf"{_BODY}|(?:story|article)__", re.IGNORECASE)
# Largest share of the page's prose in a block that is chrome by its name; a block with more holds the story. Comments may outweigh it.
MAX_CHROME_SHARE = 0.5
MAX_COMMENTS_SHARE = 0.9
MAX_FOOTER_SHARE = 1.0
NEVER_CHROME = -1.0  # a block without a share is chrome only on a page without prose


def name_words(names: str) -> frozenset[str]:
    """Return the words that the names of a block are made of, in lower case."""
    plain = NO_WORDS.sub("", names)
    return frozenset(map(str.lower, NAME_WORD.findall(AUTHOR_OF_POST.sub("", plain) if POST.search(names) else plain)))


def max_share_by_name(names: str, is_list: bool) -> float:
    """Return the largest share of the page's prose with which a block of that name is chrome, or `NEVER_CHROME`."""
    return (_short_max_share if len(names) <= MAX_CACHED_CHARACTERS else _max_share)(names, is_list)


def is_body_name(names: str) -> bool:
    """Return whether one of the names is that of a story's body, without a word of page chrome in the same name."""
    return (_short_is_body if len(names) <= MAX_CACHED_CHARACTERS else _is_body)(names)


def may_be_lead(names: str) -> bool:
    """Return whether the only words of page chrome in the names are those of a lead."""
    return name_words(names) & CHROME_WORDS <= LEAD_WORDS


def is_comment_name(names: str) -> bool:
    """Return whether a block is named as the comments of readers."""
    return not COMMENT_WORDS.isdisjoint(name_words(names))


def _max_share(names: str, is_list: bool) -> float:
    words = name_words(names)
    if not COMMENT_WORDS.isdisjoint(words):
        return MAX_COMMENTS_SHARE
    if not FOOTER_WORDS.isdisjoint(words):
        return MAX_FOOTER_SHARE
    return MAX_CHROME_SHARE if words & CHROME_WORDS - (LIST_TEXT_WORDS if is_list else frozenset()) else NEVER_CHROME


def _is_body(names: str) -> bool:
    return bool(BODY_NAME.search(names)) and any(
        BODY_NAME.search(name) and name_words(name).isdisjoint(CHROME_WORDS) for name in names.split()
    )


_short_max_share = functools.lru_cache(maxsize=NAMES_CACHE_SIZE)(_max_share)
_short_is_body = functools.lru_cache(maxsize=NAMES_CACHE_SIZE)(_is_body)
