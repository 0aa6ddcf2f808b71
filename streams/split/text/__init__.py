"""Split plain text into articles. `split.py` is the entry point."""
