"""Read dumps from files, archives and standard input. `inputs.py` is the entry point."""
