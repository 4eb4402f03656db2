"""Why an import was refused as a whole."""

from domain.problems import Problem


class ImportProblem(Problem):
    """The mapping or the file cannot be used; nothing was written. The message is for the person who asked."""
