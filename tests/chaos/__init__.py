"""The chaos driver: real Kafka, real workers, faults at random moments, and what came out compared with `streams.local`."""
