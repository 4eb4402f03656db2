"""What a lead refuses."""

from domain.refusals import Conflict, Invalid, NotFound


class LeadNotFound(NotFound):
    """A lead is captured before anything else is said of it."""


class LeadExists(Conflict):
    """A lead is captured once."""


class LeadNeedsContact(Invalid):
    """A captured lead has a name, an e-mail address or a phone number."""


class LeadAlreadyQualified(Conflict):
    """A lead is qualified once."""


class LeadNotQualified(Conflict):
    """Only a qualified lead is converted."""


class LeadIsDisqualified(Conflict):
    """A disqualified lead goes no further."""


class LeadAlreadyConverted(Conflict):
    """A lead is converted once, and ends with it."""


class DisqualificationNeedsReason(Invalid):
    """A disqualified lead names the reason."""


class LeadAlreadyLive(Conflict):
    """An e-mail address has one live lead a channel: the next is captured when that one has ended."""
