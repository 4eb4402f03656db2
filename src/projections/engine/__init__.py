"""Runs folds in four ways that give the same answer: live, rebuild, as of, what if."""
