"""Why an import was refused as a whole."""


class ImportProblem(Exception):
    """The mapping or the file cannot be used; nothing was written. The message is for the person who asked."""
