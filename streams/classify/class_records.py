"""Records of a parsed class file (format: docs/classes.md)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

ClassKind = Literal["region", "topic"]
CountRule = Literal["mention", "discussion"]
ContextRange = Literal["sentence", "text"]
ExpectedLabel = Literal["about", "mentioned", "none"]

ANY_LANGUAGE = "any"
# ISO 639-1 without codes that articles never have: Norwegian is always "no", Serbo-Croatian always one of its languages.
_CODES = """
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr
fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li
ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nd ne ng nl no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk
sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(_CODES.split())


@dataclass(frozen=True, slots=True, kw_only=True)
class TermGroup:
    """Terms that share a weight and their context conditions.

    `terms`: language code or "any" -> terms as written; matched in every text, with `own_language` only in texts of that language.
    `weight`: the probability that one hit alone is meant, 0..1; 0 marks a homonym, which blocks shorter terms in its span. `capital`: the
    last word written with a capital needs one. `alone`: a hit beside another name does not count ("Santiago Ferrolho"). `after_name`: a
    hit must be in lower case and directly after a name ("the Ferrolho mine"). `common_noun`: a hit with a capital inside a sentence, or
    at its start before another name, does not count ("Miners Row"). `only_after`: one of these words must directly precede the
    term; `not_after`, `not_before`: none of them may directly precede or follow it. `near`: one of these words must occur in the same
    sentence or text (`within`); `unless`: none of them may.
    """

    name: str
    weight: float
    terms: Mapping[str, tuple[str, ...]]
    capital: bool = False
    alone: bool = False
    after_name: bool = False
    common_noun: bool = False
    own_language: bool = False
    only_after: tuple[str, ...] = ()
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    within: ContextRange = "sentence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """An invented text with its expected label: "about", "mentioned" (and not about), or "none"."""

    expect: ExpectedLabel
    body: str
    title: str | None = None
    language: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRule:
    """The places that belong to a region: of a country or division (ISO 3166), or these ids of GeoNames and cities `within_km` of them.

    `labels`: they give a label by themselves; else they only say what places are outside of the region.
    """

    country: str | None = None
    division: str | None = None
    geonames: tuple[int, ...] = ()
    within_km: float = 0.0
    labels: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsClass:
    """One class. `counts`: "mention" if one certain reference is enough, "discussion" if the text must discuss the subject."""

    id: str
    kind: ClassKind
    name: str
    counts: CountRule
    standard_ids: Mapping[str, str]
    groups: tuple[TermGroup, ...]
    examples: tuple[Example, ...] = field(default=())
    places: tuple[PlaceRule, ...] = ()
    file: str = ""
