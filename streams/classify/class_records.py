"""The nouns of a class file: what an editor writes, read and checked (format: docs/classes.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["region", "topic"]
Counts = Literal["mention", "discussion"]
Within = Literal["sentence", "text"]
Expect = Literal["about", "mentioned", "none"]

ANY_LANGUAGE = "any"
# ISO 639-1, but for codes that an article never has: Norwegian is "no", Serbo-Croatian one of its own.
_CODES = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr
fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li
ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nd ne ng nl no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk
sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(_CODES.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class TermGroup:
    """Terms that share a weight and the words that must or must not stand by them.

    `terms`: language code or "any" -> terms as written; they count in every text, with `own_language` only in texts of that language.
    `weight`: how sure one hit alone is, 0..1; 0 marks a homonym, whose place no shorter term can take. `capital`: the last word that is
    written with a capital needs one. `alone`: a name beside a term makes another name of it ("Santiago Ferrolho"). `after_name`: a name
    must stand directly before it, and it has small letters itself ("the Ferrolho mine"). Directly beside a term, `only_after` needs one
    of its words before, `not_after` and `not_before` bear none. `near`: one of them must stand `within` the same sentence or text,
    `unless`: none may.
    """

    name: str
    weight: float
    terms: Mapping[str, tuple[str, ...]]
    capital: bool = False
    alone: bool = False
    after_name: bool = False
    own_language: bool = False
    only_after: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    within: Within = "sentence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An invented text with what it must come out as: "about", "mentioned" (and not about), or "none"."""

    expect: Expect
    body: str
    title: str | None = None
    language: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsClass:
    """One class. `counts`: "mention" where one sure reference is enough, "discussion" where the text must really deal with it."""

    id: str
    kind: Kind
    name: str
    counts: Counts
    standard_ids: Mapping[str, str]
    groups: tuple[TermGroup, ...]
    examples: tuple[Example, ...] = field(default=())
    file: str = ""
