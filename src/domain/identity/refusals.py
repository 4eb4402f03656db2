"""What the identity rules refuse, when they are made."""

from domain.refusals import Invalid


class NotAMailbox(Invalid):
    """A role mailbox is what stands before the @ of an address."""


class GroupLimitOutOfRange(Invalid):
    """A group of linked customers has room for 2 to 500."""


class HoldersLimitOutOfRange(Invalid):
    """An identifier links at least two customers, before it counts as shared; 1,000 at the most."""


class UnknownProfileField(Invalid):
    """Rules are made for the fields of a profile: name, email, phone, owner, attributes and custom fields."""


class UnknownPolicy(Invalid):
    """Which value survives is told by one of the policies that there are."""


class TrustedSourcesMissing(Invalid):
    """To prefer the most trusted source, the rules say which sources are trusted, the most trusted first."""
