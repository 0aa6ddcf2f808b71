"""Run stages in a worker: batches, transactions, rebalances, health, metrics. `runner.py` is the centre."""
