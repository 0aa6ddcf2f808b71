"""Run a real single-node Kafka on loopback from package registries alone. `broker.py` is the entry point."""
