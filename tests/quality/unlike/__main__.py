"""`python -m tests.quality.unlike`: the figures by template, of those that the rules were improved on and of the others."""

import sys

from tests.quality.unlike import fresh, hard, known, unseen
from tests.quality.unlike.made import made
from tests.quality.unlike.score import score

for label, templates in (("known", known.TEMPLATES), ("unseen", unseen.TEMPLATES), ("fresh", fresh.TEMPLATES), ("hard", hard.TEMPLATES)):
    for name, row in score(made(templates, 16, 1)).items():
        sys.stdout.write(f"{label:8}{name:24}" + "".join(f"  {figure} {value:.3f}" for figure, value in row.items()) + "\n")
