"""The lead as it is."""

from domain import leads
from domain.leads import Lead, score
from domain.leads.events import EVENTS
from projections.engine import custom_fields
from projections.engine.fold import Fold, Row


def _columns(lead: Lead) -> Row:
    return (
        lead.customer_id,
        lead.status,
        lead.status_type,
        lead.owner,
        lead.channel,
        lead.campaign,
        lead.company,
        lead.interest,
        lead.captured_at,
        lead.recycle_at,
        score(lead.elements, "bant"),
        score(lead.elements, "meddpicc"),
        custom_fields.written(lead.custom_fields),
    )


LEADS: Fold[Lead] = Fold(
    name="leads",
    version=2,
    rule="The lead after all of its facts.",
    keyed_by="stream",
    types=frozenset(EVENTS),
    state=Lead,
    evolve=leads.evolve,
    columns={
        "customer_id": "uuid NOT NULL",
        "status": "text NOT NULL",
        "status_type": "text NOT NULL",
        "owner": "text",
        "channel": "text NOT NULL",
        "campaign": "text",
        "company": "text",
        "interest": "text",
        "captured_at": "timestamptz NOT NULL",
        "recycle_at": "timestamptz",
        "bant": "int NOT NULL",
        "meddpicc": "int NOT NULL",
        **custom_fields.COLUMN,
    },
    row=_columns,
    indexes=("status_type, key", "owner, key", "customer_id", "captured_at", "recycle_at", custom_fields.INDEX),
    personal=frozenset(custom_fields.COLUMN),
)
