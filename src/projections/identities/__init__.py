"""Identities: which customers are known by an identifier."""
