"""Finds out who asks: by API keys, which the log tells of, and by tokens of an identity provider."""
