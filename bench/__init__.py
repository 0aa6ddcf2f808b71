"""The benchmarks of `make bench` and its variants; each prints a table and, as its last line, one JSON object for programs."""
