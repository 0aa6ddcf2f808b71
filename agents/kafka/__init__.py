"""Talk to Kafka: connections, topics, the consumer, consumer lag, transactions."""
