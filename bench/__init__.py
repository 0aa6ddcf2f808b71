"""What `make bench` and its relatives run; each prints a table for people and, as its last line, one JSON object for programs."""
