"""The messages on the wire: the envelope of a dump, internal records, public events, dead letters, schemas."""
