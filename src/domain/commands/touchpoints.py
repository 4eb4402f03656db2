"""Commands about what happens with customers: orders, interactions."""

from uuid import UUID

from domain.commands.telling import begin
from domain.deals import DEAL
from domain.interactions import INTERACTION, InteractionRecorded
from domain.leads import LEAD
from domain.ledger import Circumstances, Command, Read
from domain.orders import ORDER, OrderPlaced


def place_order(order_id: UUID, customer_id: UUID, placed: OrderPlaced, by: Circumstances) -> Command:
    deal = [] if placed.deal_id is None else [Read(DEAL, placed.deal_id)]
    return begin(ORDER, order_id, customer_id, placed, deal, by)


def record_interaction(
    interaction_id: UUID, customer_id: UUID, recorded: InteractionRecorded, by: Circumstances
) -> Command:
    """Record a touchpoint with a customer that exists; so do the lead and the deal that it names."""
    named = [
        Read(aggregate, stream_id)
        for aggregate, stream_id in ((LEAD, recorded.lead_id), (DEAL, recorded.deal_id))
        if stream_id is not None
    ]
    return begin(INTERACTION, interaction_id, customer_id, recorded, named, by)
