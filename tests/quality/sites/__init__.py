"""Invented HTML pages as real sites build them, written without a look at the rules of the extractor, with their truth."""
