"""What goes wrong for a reason that a person can mend."""


class StackProblem(Exception):
    """The embedded stack cannot do what was asked; the message says why, and what to do about it."""
