"""What a training comes to."""

import msgspec

from domain.scoring.documents import ScoringModel
from domain.scoring.separation import Separation


class Trained(msgspec.Struct, frozen=True):
    """The model with what was learnt and measured; how well each feature separates alone, and all of them together
    (`whole`); and how many customers were left out because an event of theirs cannot be read."""

    model: ScoringModel
    separations: tuple[Separation, ...]
    whole: float
    unreadable: int
