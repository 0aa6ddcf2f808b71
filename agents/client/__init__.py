"""Clients of the topics: send dumps, receive events, replay dead letters, diagnose a set-up."""
