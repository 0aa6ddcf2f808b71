"""Judge each article: an original, or a copy of which one. `judge.py` is the entry point."""
