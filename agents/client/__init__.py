"""From outside the workers: dumps onto Kafka, events and dead letters from it, and what waits in between."""
