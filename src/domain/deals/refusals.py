"""What a deal refuses."""

from domain.refusals import Conflict, Invalid, NotFound


class DealNotFound(NotFound):
    """A deal is opened before anything else is said of it."""


class DealExists(Conflict):
    """A deal is opened once."""


class DealIsClosed(Conflict):
    """A closed deal does not change; reopen it first."""


class DealIsOpen(Conflict):
    """Only a closed deal is reopened."""


class DealAlreadyThere(Conflict):
    """What is already so of a deal is not said again."""


class StageIsClosing(Invalid):
    """A deal enters a closing stage by being won or lost, not by a move."""


class StageIsNotLost(Invalid):
    """A deal is lost in a lost stage of its pipeline."""


class StageLeftUndone(Conflict):
    """A deal goes forward, or is won, when the stages that it leaves behind have what they ask for."""


class UnknownCriterion(Invalid):
    """What is met is an exit criterion of the stage."""


class CriterionNotMet(Conflict):
    """Only a criterion that was met is withdrawn."""


class ProbabilityNotPinned(Conflict):
    """Only a probability that was pinned is unpinned."""


class DealNeedsAmount(Conflict):
    """A deal is won for an amount above zero."""


class DealNeedsNextStep(Conflict):
    """Where a stage asks for it, a deal comes and goes only with an open next step, and is never left without."""


class NextStepNotOpen(Conflict):
    """Only an open next step of the deal is done."""


class DealNumberTaken(Conflict):
    """A deal number belongs to one deal."""


class LossNeedsReason(Invalid):
    """A lost deal names the reason."""


class UnknownLossReason(Invalid):
    """Where a pipeline lists the reasons for a loss, it is one of them."""
