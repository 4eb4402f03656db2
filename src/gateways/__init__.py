"""The world outside: PostgreSQL, Kafka, the embedded stack, files that come in."""
