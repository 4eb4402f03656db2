"""What assignment refuses."""

from domain.refusals import Conflict, Forbidden, Invalid, NotFound


class DuplicateRule(Invalid):
    """Each assignment rule has an id of its own, each territory of a rule a name of its own."""


class RuleNeedsCandidates(Invalid):
    """A rule that chooses has somebody to choose from."""


class DuplicateCandidate(Invalid):
    """A candidate stands in a rule once."""


class NotAMember(Invalid):
    """Leads fall to members: who has no role cannot see them."""


class WeightTooSmall(Invalid):
    """A weight is a whole number of at least 1, so that the weights of a rule are never nothing together."""


class PartOutOfPlace(Invalid):
    """A rule has the parts that its strategy goes by, and no others."""


class UnknownLeadAttribute(Invalid):
    """A condition asks for an attribute that leads or their customers have."""


class UnknownOperator(Invalid):
    """A condition compares in one of the ways that there are."""


class ValueDoesNotFit(Invalid):
    """A condition has the value that its operator compares with."""


class MatchesNobody(Invalid):
    """The conditions of a rule can hold for some lead."""


class RuleNeverReached(Invalid):
    """Every rule can be reached: the ones before it leave some lead to it."""


class UnknownStrategy(Invalid):
    """A rule chooses in one of the ways that there are."""


class AbsenceEndsBeforeItBegins(Invalid):
    """An absence ends after it begins."""


class AbsenceIsOver(Invalid):
    """An absence is told of while it lasts or lies ahead."""


class NoAbsence(Conflict):
    """Only an absence that was told of is taken back."""


class AssignmentChangesNothing(Conflict):
    """A lead is given to somebody who does not have it yet."""


class LeadIsClosed(Conflict):
    """Only an open lead is handed about."""


class LeadHasNoOwner(Conflict):
    """Only a lead that somebody owns goes back into the pool."""


class LeadHasOwner(Conflict):
    """Only a lead that nobody owns is claimed; of two who claim it at once, one gets it."""


class NotYourLead(Forbidden):
    """Who gives a lead back to the pool owns it."""


class ClaimQuotaReached(Conflict):
    """Nobody holds more leads out of the pool than the pool's rules allow."""


class DailyClaimsReached(Conflict):
    """Nobody claims more leads a day (in UTC) than the pool's rules allow."""


class FormerOwnerLockedOut(Conflict):
    """Who had a lead and lost it to the pool does not claim it again for some days."""


class RecallNotDue(Conflict):
    """A lead is recalled when it was not followed up for as long as the pool's rules say."""


class PoolRuleOutOfRange(Invalid):
    """The pool's quotas and days are whole numbers of at least 1, where they are set."""


class TurnNotFound(NotFound):
    """A turn is known once it was taken."""


class TurnExists(Conflict):
    """The turns of a rule are told one after the other."""


class WorkloadNotFound(NotFound):
    """A workload is known once it was begun."""


class WorkloadExists(Conflict):
    """The workload of an owner is told in one stream."""
