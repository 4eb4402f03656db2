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
    """A stage, amount or date that is already so is not said again."""


class StageIsClosing(Invalid):
    """A deal enters a closing stage by being won or lost, not by a move."""


class DealNeedsAmount(Conflict):
    """A won deal has an amount."""


class DealNumberTaken(Conflict):
    """A deal number belongs to one deal."""


class LossNeedsReason(Invalid):
    """A lost deal names the reason."""
