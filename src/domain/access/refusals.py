"""What access control refuses, and how it says that it does not know who asks."""

from domain.refusals import Conflict, Forbidden, Invalid, NotFound


class AccessNotFound(NotFound):
    """Somebody is given access before it is looked up who has it."""


class AccessExists(Conflict):
    """There is one access control for all."""


class RoleNotFound(NotFound):
    """A role is defined before it is removed."""


class UnknownRole(Invalid):
    """A member has roles that are built in or were defined."""


class UnknownPermission(Invalid):
    """A role grants permissions that there are."""


class UnknownLevel(Invalid):
    """A permission reaches none, own, team or all."""


class LevelNeedsOwner(Invalid):
    """The levels own and team are for records that have an owner."""


class BuiltInRole(Conflict):
    """A built-in role stays as it is; define another beside it."""


class RoleInUse(Conflict):
    """A role that a member has is not removed."""


class MemberNotFound(NotFound):
    """A principal is made a member before it gets a key, or is removed."""


class LastAdmin(Conflict):
    """Where somebody may change access, somebody still may afterwards."""


class AccessAlreadySo(Conflict):
    """A change of access changes something."""


class KeyNotFound(NotFound):
    """An API key is issued before anything else is done with it."""


class KeyIdTaken(Conflict):
    """Each API key has an id of its own."""


class KeyAlreadyRevoked(Conflict):
    """A revoked API key stays revoked; issue another."""


class KeyAlreadyRotated(Conflict):
    """An API key is rotated once; rotate its successor."""


class KeyHasExpired(Conflict):
    """An expired API key is not rotated; issue another."""


class KeyExpiryInThePast(Invalid):
    """An API key expires after now, and an overlap does not end before it."""


class ScopeMatchesNothing(Invalid):
    """An API key has scopes, and each covers some permission."""


class NotPermitted(Forbidden):
    """A caller does what its roles and its key's scopes permit."""


class NotYoursToGive(Forbidden):
    """Who changes access gives away nothing that he does not have himself."""


class NotAuthenticated(Exception):
    """It is not known who asks. The message says why, for the one who asks, and holds nothing secret.

    None of the four kinds of refusal: no rule of the domain was broken, as it was not even asked.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class CredentialsMissing(NotAuthenticated):
    """Nothing at all was said of who asks."""


class MalformedKey(NotAuthenticated):
    """What was given is no API key, or a mistyped one."""
