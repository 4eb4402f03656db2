"""Orders."""

from uuid import UUID

from domain.orders import ORDER, place
from gateways.imports.owners import Owners
from gateways.imports.records.draft import Draft, born
from gateways.imports.refusals import ValueMissing
from gateways.imports.values import Values


def order(stream_id: UUID, values: Values, owners: Owners) -> Draft:
    owner = owners.of(values)
    placed_at = values.moment("placed_at")
    total = values.money("total")
    if total is None:
        raise ValueMissing("total has no value", field="total")
    placed = place(total=total, items=values.whole_number("items"), number=values.text("number"))
    return born(ORDER, stream_id, owner, placed_at, placed)
