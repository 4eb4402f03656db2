"""Read models: every question is a fold over the log. One folder each, ignorant of each other, and one engine."""
