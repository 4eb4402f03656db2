"""Interactions."""

from typing import cast
from uuid import UUID

from domain.interactions import INTERACTION, Direction, record
from gateways.imports.owners import Owners
from gateways.imports.records.draft import Draft, born
from gateways.imports.values import Values


def interaction(stream_id: UUID, values: Values, owners: Owners) -> Draft:
    owner = owners.of(values)
    occurred_at = values.moment("occurred_at")
    values.needed("direction")
    recorded = record(
        channel=values.needed("channel"),
        direction=cast(Direction, values.choice("direction")),
        subject=values.text("subject"),
        campaign=values.text("campaign"),
        outcome=values.text("outcome"),
    )
    return born(INTERACTION, stream_id, owner, occurred_at, recorded)
