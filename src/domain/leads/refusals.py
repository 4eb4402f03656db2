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
    """A disqualified lead goes no further, unless it is recycled."""


class LeadAlreadyConverted(Conflict):
    """A lead is converted once, and ends with it."""


class DisqualificationNeedsReason(Invalid):
    """A disqualified lead names the reason."""


class LeadAlreadyLive(Conflict):
    """An e-mail address has one live lead a channel: the next is captured when that one has ended."""


class LeadTransitionNotAllowed(Conflict):
    """A lead goes from status to status as the table of transitions allows."""


class UnknownLeadStatus(Invalid):
    """A status of a lead is one of those that are defined."""


class LeadStatusIsRetired(Conflict):
    """No lead enters a retired status."""


class LeadStatusHasItsCommand(Conflict):
    """A lead is qualified, converted and disqualified by the commands of those names, not by a move."""


class RecycledIntoThePast(Invalid):
    """A lead is recycled for a moment to come."""


class LeadBecomesPerson(Conflict):
    """A lead is converted into a person; organisation and deal come beside."""


class IdGivenTwice(Invalid):
    """Each record that a conversion makes has an id of its own."""


class DealOfAnotherCustomer(Conflict):
    """A lead is converted into a deal of its person, or of an organisation of that person."""


class QualificationIncomplete(Conflict):
    """A lead is qualified with the score and the elements that the organisation asks for."""


class UnknownElement(NotFound):
    """A framework of qualification has its own elements."""


class ElementAnsweredOtherwise(Invalid):
    """The budget is answered with an amount or a status, the timeline with a day, other elements with a text."""


class ConfidenceBeyondScale(Invalid):
    """Confidence is a whole number from 0 (none) to 3 (certain)."""


class MinimumNeedsFramework(Invalid):
    """A minimum of qualification says of which framework."""


class RequiredElementUnknown(Invalid):
    """Elements are required of the framework that they belong to."""


class MinimumOutOfReach(Invalid):
    """A minimum score lies between 0 and three points for each element of the framework."""


class DuplicateLeadStatus(Invalid):
    """Each status of leads has an id of its own."""


class LeadStatusIdMalformed(Invalid):
    """The id of a status is made of small letters, digits and underscores, a letter first; at most 50."""


class LeadStatusTypeMissing(Invalid):
    """A status in use means that a lead is new, and one each that it is qualified, converted and disqualified."""


class LeadStatusTypeTwice(Invalid):
    """One status in use is the initial one; and one each means qualified, converted and disqualified."""


class LeadStatusDropped(Conflict):
    """A status that leads may be in is retired, not left out."""


class LeadStatusTypeChanged(Conflict):
    """What a status means does not change under the leads that are in it."""


class RetiredLeadStatusEntered(Invalid):
    """No transition leads to a retired status."""


class LeadTransitionImpossible(Invalid):
    """Conversion follows qualification and ends a lead; what was disqualified is nurtured next; none stays put."""


class LeadStatusUnreachable(Invalid):
    """Every status in use can be reached by a lead."""


class LeadStatusDeadEnd(Invalid):
    """From every status but a disqualified one, transitions lead on to a conversion."""
