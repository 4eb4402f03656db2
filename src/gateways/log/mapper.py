"""Facts to rows and back, as the library asks for it."""

from typing import Any, cast
from uuid import UUID

from eventsourcing.persistence import Mapper, StoredEvent

from gateways.log.stored import StoredFact, fact_of, stored


class FactMapper(Mapper[UUID]):
    """Facts to rows and back, in our columns."""

    def to_stored_event(self, domain_event: Any) -> StoredEvent:
        return cast(StoredEvent, stored(domain_event))

    def to_domain_event(self, stored_event: StoredEvent) -> Any:
        return fact_of(cast(StoredFact, stored_event))
