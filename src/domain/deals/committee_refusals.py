"""What a deal refuses of its buying committee."""

from domain.refusals import Conflict, NotFound


class ContactNotAPerson(Conflict):
    """People decide, and are talked to: a contact of a deal is a person."""


class ContactHasRole(Conflict):
    """A contact has a role in a deal once."""


class ContactNotOnCommittee(NotFound):
    """A contact has a role in a deal before it is changed or taken away."""


class TooManyContacts(Conflict):
    """A deal has at most 200 contacts."""
