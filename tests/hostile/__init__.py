"""Hostile dumps, and two commands that measure them: the processor time of each stage, and the memory and delay of a worker on Kafka."""
