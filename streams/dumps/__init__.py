"""Decode the bytes of a dump: its charset and its input format."""
