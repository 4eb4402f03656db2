"""Read models of a past moment, kept for all who ask for it."""
