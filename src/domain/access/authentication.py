"""The port through which it is found out who asks."""

from typing import Protocol

from domain.access.reach import Caller
from domain.problems import Problem


class Authenticator(Protocol):
    """Finds out who asks."""

    async def authenticate(self, authorization: str | None) -> Caller:
        """Who sent this value of the header Authorization (None: no such header).

        Raises:
            NotAuthenticated: it is not known who; CredentialsMissing where nothing was said.
            LogUnavailable: it is not known who has access just now.
            IdentityProviderUnavailable: the token cannot be checked just now.
        """
        ...

    def refresh(self) -> None:
        """Look into the log now: after a change of access, before the next question. Blocks.

        Raises:
            LogUnavailable: the log does not answer.
        """
        ...


class IdentityProviderUnavailable(Problem):
    """The identity provider's keys cannot be fetched, so that its tokens cannot be checked."""
