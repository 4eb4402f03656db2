"""The log: every event, once, for ever, in one order. PostgreSQL through the eventsourcing library."""
