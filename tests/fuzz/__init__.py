"""Fuzzing: mutated pages, records and class files, and what must hold of each (`make fuzz`; a short form runs in `make check`)."""
