"""`python -m tests.quality.stranger_places`: score the places of the strangers' texts (strangers/places.jsonl)."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from streams.places.places import places_of

TEXTS = Path(__file__).parent / "strangers" / "places.jsonl"


def score(texts: list[dict[str, Any]]) -> dict[str, float]:
    """Return the share of names with the right country (none for what is no place), and of texts with the right first country.

    `precision`, `recall`: of the countries that a text refers to.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        named = places_of(text["title"], text["body"], text["lang"])
        countries = {evidence.text.casefold(): place.country for place in named.places for evidence in place.evidence}
        for name in text["names"]:
            kind = "names" if name["country"] else "traps"
            counts[kind] += 1
            counts[f"right {kind}"] += countries.get(name["text"].casefold()) == name["country"]
        true, given = set(text["countries"]), set(named.countries)
        counts.update({"texts": 1, "true": len(true), "given": len(given), "both": len(true & given)})
        counts["right first"] += named.countries[:1] == tuple(text["countries"][:1])
    return {
        "names": counts["right names"] / counts["names"],
        "traps": counts["right traps"] / max(counts["traps"], 1),
        "first_country": counts["right first"] / counts["texts"],
        "countries_precision": counts["both"] / max(counts["given"], 1),
        "countries_recall": counts["both"] / counts["true"],
    }


def main() -> None:
    """Print the figures."""
    texts = [json.loads(line) for line in TEXTS.read_text(encoding="utf-8").split("\n") if line.strip()]
    for figure, value in score(texts).items():
        print(f"{figure:20} {value:.3f}")


if __name__ == "__main__":
    main()
