"""Name the tags of HTML by how they are parsed: void, raw, inline and block elements, and which end tags a start tag implies."""

_VOID = "area base br col embed hr img input link meta param source track wbr"
# Elements whose content is no text of the page, or is not read.
_RAW = "script style title textarea noscript template svg math iframe select button object video audio canvas"
_INLINE = (
    "a abbr acronym b bdi bdo big cite code data dfn em font i img input ins del kbd label mark nobr picture q s samp small source span "
    "strike strong sub sup time tt u var wbr"
)
_PARAGRAPH_ENDING = (
    "address article aside blockquote center details dir div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr main "
    "menu nav ol p pre section table ul"
)
_OTHER_BLOCKS = "body head html li tbody td tfoot th thead tr dd dt option"
VOID_TAGS, RAW_TAGS, INLINE_TAGS, PARAGRAPH_ENDING_TAGS, _OTHER_TAGS = (
    frozenset(tags.split()) for tags in (_VOID, _RAW, _INLINE, _PARAGRAPH_ENDING, _OTHER_BLOCKS)
)
BLOCK_TAGS = PARAGRAPH_ENDING_TAGS - VOID_TAGS | _OTHER_TAGS
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
PAGE_TAGS = frozenset({"html", "body"})  # end with the page: browsers show text behind their end tags
# A start tag closes an open element of the first set, unless one of the second is between them.
ENDS = {
    "li": (("li",), frozenset({"ul", "ol", "menu"})),
    "dt": (("dt", "dd"), frozenset({"dl"})),
    "dd": (("dt", "dd"), frozenset({"dl"})),
    "td": (("td", "th"), frozenset({"tr", "table"})),
    "th": (("td", "th"), frozenset({"tr", "table"})),
    "tr": (("tr",), frozenset({"table", "tbody", "thead", "tfoot"})),
}
PARAGRAPH: tuple[tuple[str, ...], frozenset[str]] = (("p",), frozenset())
