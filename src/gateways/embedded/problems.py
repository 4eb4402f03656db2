"""What goes wrong for a reason that a person can mend."""

from domain.problems import Problem


class StackProblem(Problem):
    """The embedded stack cannot do what was asked; the message says why, and what to do about it."""
