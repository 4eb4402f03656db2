"""What a customer record refuses."""

from domain.refusals import Conflict, Invalid, NotFound


class CustomerNotFound(NotFound):
    """A customer is registered before anything else is said of it."""


class CustomerExists(Conflict):
    """A customer is registered once."""


class OrganisationNeedsName(Invalid):
    """An organisation has a name; only a person may still be anonymous."""


class NothingChanges(Conflict):
    """A change says something new."""


class OnlyPeopleBelong(Conflict):
    """A person belongs to an organisation; nothing else does."""


class AlreadyBelongs(Conflict):
    """A person belongs to the same organisation once."""


class DoesNotBelong(Conflict):
    """A person leaves only an organisation that the person belongs to."""


class AttributeNotFinite(Invalid):
    """An attribute that is a number is a finite one."""


class LifecycleGoesForward(Conflict):
    """A person goes forward from stage to stage, unless the stage is cleared first."""


class LifecycleIsOfPeople(Conflict):
    """A person is in a stage of the life cycle; an organisation is not."""
