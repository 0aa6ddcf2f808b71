"""`make chaos`: a table for people and, as the last line, one JSON object; status 1 where anything is wrong or did not settle."""

import asyncio
import logging
import sys
from pathlib import Path

import click

from tests.chaos.run import chaos
from tests.chaos.scene import LAYOUTS


@click.command()
@click.option("--faults", default=60, show_default=True, help="How many faults happen.")
@click.option("--articles", default=100_000, show_default=True, help="How many articles the dumps have, at least.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same dumps and the same faults.")
@click.option("--out", default=Path(".newsmill/chaos"), show_default=True, type=click.Path(path_type=Path), help="Folder for what is kept.")
@click.option(
    "--brokers", default="1", show_default=True, type=click.Choice([str(count) for count in LAYOUTS]), help="How many brokers Kafka has."
)
@click.option("--kinds", default="", help="Kinds of faults, comma-separated; by default all that these brokers have.")
@click.option("--broken", is_flag=True, help="Commit each input's offset before its outputs, to see that losses are found.")
def main(faults: int, articles: int, seed: int, out: Path, brokers: str, kinds: str, broken: bool) -> None:
    """Kill, stop, freeze and wipe workers and brokers while articles pass, and see that each comes out once."""
    known = LAYOUTS[int(brokers)].kinds
    chosen = tuple(kinds.split(",")) if kinds else known
    if not set(chosen) <= set(known):
        raise click.BadParameter(f"known are {', '.join(known)}", param_hint="--kinds")
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # 5,000 lines a second while the broker is away
    sys.exit(asyncio.run(chaos(faults, articles, seed, out, brokers=int(brokers), kinds=chosen, spoiled="offset_first" if broken else "")))


main()
