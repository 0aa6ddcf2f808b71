"""The nouns of a class file: what an editor writes, read and checked (format: docs/classes.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["region", "topic"]
Counts = Literal["mention", "discussion"]
Within = Literal["sentence", "text"]
Expect = Literal["about", "mentioned", "none"]

ANY_LANGUAGE = "any"


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
