"""Segments: who belongs, since when, until when, and because of which events."""
