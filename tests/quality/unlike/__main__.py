"""`python -m tests.quality.unlike`: the figures by template."""

import sys

from tests.quality.unlike.known import TEMPLATES
from tests.quality.unlike.made import made
from tests.quality.unlike.score import score

for name, row in score(made(TEMPLATES, 16, 1)).items():
    sys.stdout.write(f"{name:24}" + "".join(f"  {figure} {value:.3f}" for figure, value in row.items()) + "\n")
