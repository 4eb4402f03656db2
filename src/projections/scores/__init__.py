"""Scores: of each customer by each model that is live, exact at the moment of the question."""
