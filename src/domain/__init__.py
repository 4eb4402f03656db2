"""The rules of the CRM. Pure: no clock, no randomness, no I/O, no framework.

An aggregate is a frozen state, `decide` functions with imperative names that return events or raise a
refusal, and one `evolve` that never refuses, so that tightening a rule never makes history unreadable.
"""
