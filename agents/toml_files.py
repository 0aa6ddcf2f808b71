"""Read the TOML files of a folder that a user names."""

from pathlib import Path


def read_toml_files(folder: Path) -> dict[str, bytes]:
    """Return name -> content of each `.toml` file of a folder. Hidden files, which editors and file servers leave there, are skipped.

    Raises:
        OSError: the folder or a file can't be read.
    """
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml")) if not path.name.startswith(".")}
