"""`python -m tests.fuzz [--runs N] [--seed S] [FILE...]`: mutate inputs, led by the lines that they reach; FILE runs one again.

The fuzzer is atheris (libFuzzer for Python). Where it can't be installed, inputs are mutated without being led.
"""

import random
import sys
import tempfile
from itertools import islice
from pathlib import Path

import click

FINDINGS = Path(".newsmill/fuzz")
# A net for endless loops, in seconds for one input of at most 20,000 bytes; no property depends on it.
STUCK_S = 60


@click.command()
@click.option("--runs", default=20_000, show_default=True, help="How many inputs.")
@click.option("--seed", default=1, show_default=True, help="Equal seeds give equal inputs.")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(runs: int, seed: int, files: tuple[Path, ...]) -> None:
    """Fuzz the pipeline; an input that breaks a property is kept in .newsmill/fuzz, and the exit status is not 0."""
    FINDINGS.mkdir(parents=True, exist_ok=True)
    if files:
        from tests.fuzz.targets import check

        for file in files:
            check(file.read_bytes())
        return
    try:
        import atheris
    except ImportError:
        _fuzz_blindly(runs, seed)
        return
    with atheris.instrument_imports(include=["streams"]):
        from tests.fuzz.targets import check
    from tests.fuzz.mutate import MAX_BYTES
    from tests.fuzz.seeds import PIECES, seeds

    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(seeds()):
            Path(folder, f"{number:03}").write_bytes(data)
        words = Path(folder, "words")
        escaped = ("".join(map(r"\x{:02x}".format, piece)) for piece in PIECES)
        words.write_text("".join(f'"{piece}"\n' for piece in escaped), encoding="ascii")
        options = [f"-runs={runs}", f"-seed={seed}", f"-max_len={MAX_BYTES}", f"-timeout={STUCK_S}", f"-dict={words}", "-verbosity=1"]
        atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={FINDINGS}/", folder], check)
        atheris.Fuzz()


def _fuzz_blindly(runs: int, seed: int) -> None:
    from tests.fuzz.mutate import mutated
    from tests.fuzz.seeds import PIECES, seeds
    from tests.fuzz.targets import check

    for data in islice(mutated(seeds(), PIECES, random.Random(seed)), runs):
        try:
            check(data)
        except Exception:
            kept = FINDINGS / "finding"
            kept.write_bytes(data)
            click.echo(f"kept in {kept}; once more: python -m tests.fuzz {kept}", err=True)
            raise
    click.echo(f"{runs} inputs, and every property held; without atheris, so not led by coverage")


if __name__ == "__main__":
    main()
