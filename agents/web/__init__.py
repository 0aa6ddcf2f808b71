"""The web server of a worker: probes, metrics, live page and dump view. `server.py` is the entry point."""
