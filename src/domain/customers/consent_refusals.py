"""What is refused about consent."""

from domain.refusals import Conflict, Invalid


class NotAPurpose(Invalid):
    """A purpose is a short name in lower case: newsletter, surveys, service, …"""


class NotATextHash(Invalid):
    """The proof of a wording is the SHA-256 of its text: 64 hexadecimal digits."""


class ConsentEndsBeforeItBegins(Invalid):
    """A consent ends after it begins."""


class OnlyConsentIsConfirmed(Invalid):
    """What rests on another basis than consent needs no confirmation."""


class ConsentAlreadyGiven(Conflict):
    """What stands is given again in other words, or not."""


class ConsentNeverGiven(Conflict):
    """Only what was given is withdrawn or confirmed."""


class ConsentAlreadyWithdrawn(Conflict):
    """What was withdrawn is withdrawn once, and confirmed no more: it may be given anew."""


class BasisCannotBeWithdrawn(Conflict):
    """What rests on a contract, a legal obligation or a vital interest stands, whatever the customer says."""


class NothingToConfirm(Conflict):
    """A confirmation follows a consent that waits for one."""
