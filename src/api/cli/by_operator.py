"""Under which circumstances an operator tells something on the command line."""

from api.cli.operator_key import user_name
from api.ports import Services
from domain.ledger import Circumstances


def by_operator(services: Services, reason: str | None = None) -> Circumstances:
    """Now, by whoever is logged in to the machine."""
    command_id = services.new_id()
    return Circumstances(
        now=services.clock(),
        actor=f"cli:{user_name()}",
        source="cli",
        command_id=command_id,
        correlation_id=command_id,
        reason=reason,
    )
