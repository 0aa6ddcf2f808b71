"""Split: a page -> its articles, and the fate of each of its characters. `split.py` is the way in."""
