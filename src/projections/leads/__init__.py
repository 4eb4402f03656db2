"""Leads as they are now, to be listed."""
