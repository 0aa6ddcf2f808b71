"""`python -m tests.quality.unlike`: the figures by template, of those that the rules were improved on and of the others."""

import sys

from tests.quality.unlike import fresh, hard, known, later, lifelike, unseen
from tests.quality.unlike.made import made
from tests.quality.unlike.score import score

for label, pages in (("known", known), ("unseen", unseen), ("lifelike", lifelike), ("fresh", fresh), ("later", later), ("hard", hard)):
    for name, row in score(made(pages.TEMPLATES, 16, 1)).items():
        sys.stdout.write(f"{label:8}{name:24}" + "".join(f"  {figure} {value:.3f}" for figure, value in row.items()) + "\n")
