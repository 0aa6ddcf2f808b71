"""The pure half of newsmill: bytes and records in, messages out."""
