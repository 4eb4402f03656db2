"""What a question is refused with that nobody answers just now."""

from domain.problems import Problem

NO_PROJECTOR = "a read model is not there yet: no projector has run"

OTHER_ROWS = "a read model is of another version of the program: it is being rebuilt"


class ReadModelsUnavailable(Problem):
    """The read models' database does not answer, or too many ask at once."""


class ReadModelNotReady(ReadModelsUnavailable):
    """The rows of a read model are not there yet, or not yet of this version of the program."""
