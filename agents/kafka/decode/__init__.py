"""Decode the record batches that Kafka returns: in bounded memory, and without an exception for any bytes."""
