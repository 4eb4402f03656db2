"""PostgreSQL and a Kafka-protocol broker as ordinary child processes, for a first hour and for tests.

Both are real servers out of PyPI wheels; nothing is installed, no port is fixed, no daemon stays behind.
One folder holds everything: `postgres` (the data), `logs`, `run` (who runs what) and `format`.
"""
