"""Deals as intervals: one row a state, valid from and to, so that a pipeline of any date is one SQL query."""
