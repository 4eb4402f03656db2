"""When leads were last followed up: which of them nobody has come back to for too long."""
