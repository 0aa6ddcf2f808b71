"""Three real Kafka nodes on loopback for tests, and a proxy in front of them that delays, stalls and drops Kafka's frames."""
