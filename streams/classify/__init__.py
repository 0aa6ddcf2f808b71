"""Label an article by region and topic, with evidence. `classify.py` is the entry point."""
