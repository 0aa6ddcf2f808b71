"""`make chaos`: a table for people and, as the last line, one JSON object; status 1 where anything is wrong or did not settle."""

import asyncio
import logging
import sys
from pathlib import Path

import click

from tests.chaos.run import chaos


@click.command()
@click.option("--faults", default=60, show_default=True, help="How many faults happen.")
@click.option("--articles", default=100_000, show_default=True, help="How many articles the dumps have, at least.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same dumps and the same faults.")
@click.option("--out", default=Path(".newsmill/chaos"), show_default=True, type=click.Path(path_type=Path), help="Folder for what is kept.")
@click.option("--broken", is_flag=True, help="Commit each input's offset before its outputs, to see that losses are found.")
def main(faults: int, articles: int, seed: int, out: Path, broken: bool) -> None:
    """Kill, stop, freeze and wipe workers and broker while articles pass, and see that each comes out once."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # 5,000 lines a second while the broker is away
    sys.exit(asyncio.run(chaos(faults, articles, seed, out, spoiled="offset_first" if broken else "")))


main()
