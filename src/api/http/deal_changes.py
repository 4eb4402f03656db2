"""Commands about other records that plan something for a deal."""

from collections.abc import Sequence
from typing import Any

from domain.access import Caller, NotPermitted, reach
from domain.deals import Deal
from domain.inquiry import extended, watched
from domain.ledger import Command, Decision


def for_who_changes_the_deal(command: Command, caller: Caller) -> Command:
    """The command, refused where it rests on a deal that the caller may see, but not change.

    Raises, when it is carried out:
        NotPermitted: naming the deal.
    """

    def check(states: Sequence[Any]) -> None:
        for deal in states:
            if isinstance(deal, Deal) and not reach(caller, "deal:change").allows(deal.owner):
                raise NotPermitted(f"{caller.principal} may not change deal {deal.id}", field="deal_id")

    def permitted(deciding: Decision, *states: Any) -> Decision:
        check(states)
        return (yield from watched(deciding, check))

    return extended(command, permitted)
