"""Errors of the surroundings that a person can act on."""


class Problem(Exception):
    """Something around us is not as it must be. The message says what to do; no stack trace helps."""


class Standstill(Problem):
    """A problem that does not pass by itself: trying again is no use before somebody has acted."""
