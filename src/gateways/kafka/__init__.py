"""The log's way out: a relay into Kafka, and a consumer that trusts positions, not Kafka."""
