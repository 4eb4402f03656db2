"""What is refused about who a customer is."""

from domain.refusals import Conflict, Invalid


class ConfidenceOutOfRange(Invalid):
    """How sure somebody is, is told in percent: 0 to 100."""


class IdentifierNotHeld(Conflict):
    """What is said of a customer's identifier, is said of one that the customer has."""


class IdentifierInProfile(Conflict):
    """An identifier that the profile says is changed there."""


class CannotLinkToItself(Invalid):
    """A customer is linked to another one."""


class OnlyLikeIsLinked(Conflict):
    """A person is linked to a person, an organisation to an organisation."""


class AlreadyLinked(Conflict):
    """Two customers are found to be one once: those of one group are one already."""


class NotLinked(Conflict):
    """What is separated was linked to each other, and not by way of a third."""


class SharedIdentifier(Conflict):
    """An identifier that belongs to many, or to a role rather than a person, is no ground for a link."""


class LinkNeedsGround(Invalid):
    """A link rests on an identifier that both hold, or says its reason."""


class GroupTooLarge(Conflict):
    """A group of linked customers stays within the limit of the identity rules."""


class NobodyToChooseFrom(Conflict):
    """Whose value is shown is chosen among linked customers."""


class NothingToShow(Conflict):
    """The value of a field is chosen from a customer who has one."""


class NotChosen(Conflict):
    """A choice is given up where it was made."""
