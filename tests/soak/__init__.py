"""Long and comparing runs on a real Kafka: `make soak`, `make bench-delivery`."""
