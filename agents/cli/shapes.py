"""`newsmill shapes check`."""

from pathlib import Path

import click

from agents.errors import UserError
from agents.terminal.output import amount
from agents.toml_files import read_toml_files
from streams.split.text.shape_files import ShapeError, parse_shapes
from streams.split.text.shapes import shape_files


@click.group("shapes")
def command() -> None:
    """Check page shapes: files that describe a known layout of text pages (docs/shapes.md).

    \b
      newsmill shapes check my-shapes/
    """


@command.command(short_help="Report every mistake in the files.")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folder: Path | None) -> None:
    """Read the page shapes of FOLDER, or the built-in ones, and list each with its signs.

    Every mistake is reported with file and line; the exit status is then 1.
    """
    files = shape_files() if folder is None else read_toml_files(folder)
    if not files:
        raise UserError(f"{folder}: no *.toml file there")
    try:
        shapes = parse_shapes(files)
    except ShapeError as error:
        raise UserError(f"{amount(len(error.mistakes), 'mistake', 'mistakes')} in the page shapes\n{error}") from error
    for shape in shapes:
        click.echo(f"{shape.name}: {' | '.join(sorted(shape.signs))}")
    click.echo("OK")
