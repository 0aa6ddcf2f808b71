"""The countries that are regions on request, without a class file of their own: those of the Americas that are not shipped, and Spain."""

# ISO 3166 code -> id in Wikidata. Labelled by their places (docs/classes.md, Regions by places), as any country by `country:XX`.
WIKIDATA_IDS = {
    "AG": "Q781", "AR": "Q414", "BB": "Q244", "BO": "Q750", "BR": "Q155", "BS": "Q778", "BZ": "Q242", "CA": "Q16",
    "CO": "Q739", "CR": "Q800", "CU": "Q241", "DM": "Q784", "DO": "Q786", "EC": "Q736", "ES": "Q29", "GD": "Q769",
    "GT": "Q774", "GY": "Q734", "HN": "Q783", "HT": "Q790", "JM": "Q766", "KN": "Q763", "LC": "Q760", "MX": "Q96",
    "NI": "Q811", "PA": "Q804", "PE": "Q419", "PY": "Q733", "SR": "Q730", "SV": "Q792", "TT": "Q754", "US": "Q30",
    "UY": "Q77", "VC": "Q757",
}  # fmt: skip
