"""Split an HTML page into articles. `split.py` is the entry point."""
