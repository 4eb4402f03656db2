"""Folds a customer's story into the 360 view."""

from collections.abc import Sequence

from domain.facts import Fact
from projections.customer_360.draft import TYPES, Draft
from projections.customer_360.figures import FIGURES
from projections.customer_360.state import Customer360
from projections.engine import custom_fields
from projections.engine.fold import Fold, Row


def evolve(view: Customer360 | None, fact: Fact) -> Customer360:
    return evolve_all(view, (fact,))


def evolve_all(view: Customer360 | None, facts: Sequence[Fact]) -> Customer360:
    draft = Draft(view or Customer360(facts[0].customer_id))
    draft.add(facts)
    return draft.ended()


def _row(view: Customer360) -> Row:
    profile = view.profile
    open_deals = sum(deal.status == "open" for deal in view.deals.values())
    won_deals = sum(deal.status == "won" for deal in view.deals.values())
    return (
        profile.kind if profile else None,
        profile.name if profile else None,
        profile.email if profile else None,
        profile.owner if profile else None,
        open_deals,
        won_deals,
        view.orders.count,
        view.interactions.count,
        view.first_touch,
        view.last_touch,
        list(profile.links) if profile else [],
        custom_fields.written(view.custom_fields),
    )


CUSTOMER_360: Fold[Customer360] = Fold(
    name="customer_360",
    version=10,
    rule="All facts of a customer's story, each counted where it belongs in time; a deal, a lead, a task as it is "
    "now; links show views together and change none.",
    keyed_by="customer",
    types=TYPES,
    state=Customer360,
    evolve=evolve,
    evolve_all=evolve_all,
    columns={
        "kind": "text",
        "name": "text",
        "email": "text",
        "owner": "text",
        "open_deals": "int NOT NULL",
        "won_deals": "int NOT NULL",
        "orders": "int NOT NULL",
        "interactions": "int NOT NULL",
        "first_touch": "timestamptz",
        "last_touch": "timestamptz",
        "links": "uuid[] NOT NULL",
        **custom_fields.COLUMN,
    },
    row=_row,
    indexes=("email", "owner, key", custom_fields.INDEX),
    personal=frozenset({"name", "email", *custom_fields.COLUMN}),
    worked_out=FIGURES,
)
