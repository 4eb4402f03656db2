"""The library's own test cases, run against our recorder as far as they speak of what it does."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import ApplicationRecorder, StoredEvent
from eventsourcing.postgres import PostgresDatastore
from eventsourcing.tests.persistence import (
    ApplicationRecorderTestCase,
    NonInterleavingNotificationIDsBaseCase,
)

from gateways.log.recorder import GroupCommitRecorder
from gateways.log.stored import StoredFact
from tests.support.facts import NOON


class RecorderOfBareEvents(GroupCommitRecorder):
    """Ours, for the library's events, which lack our columns. Their versions begin at 0 here and there."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **more: Any) -> Sequence[int] | None:
        return super().insert_events(
            cast(Sequence[StoredEvent], [_whole(event) for event in stored_events]), **more
        )


def _whole(event: StoredEvent) -> StoredFact:
    stream_id = cast(UUID, event.originator_id)
    return StoredFact(
        originator_id=stream_id,
        originator_version=event.originator_version,
        topic=event.topic,
        schema=1,
        state=event.state,
        customer_id=stream_id,
        occurred_at=NOON,
        actor="ann",
        on_behalf_of=None,
        source="test",
        correlation_id=uuid4(),
        causation_id=uuid4(),
        reason=None,
    )


class OnADatabaseOfItsOwn:
    @pytest.fixture(autouse=True)
    def _recorder(self, dsn: str) -> Any:
        given = dict(part.split("=", 1) for part in dsn.split())
        datastore = PostgresDatastore(
            given["dbname"], given["host"], given["port"], given["user"], "", max_overflow=10, schema="crm"
        )
        self._made = RecorderOfBareEvents(datastore, dsn=dsn)
        yield
        self._made.close()
        datastore.close()

    def create_recorder(self) -> Any:
        return self._made


class TestApplicationRecorder(OnADatabaseOfItsOwn, ApplicationRecorderTestCase[ApplicationRecorder]):
    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestPositionsDoNotInterleave(OnADatabaseOfItsOwn, NonInterleavingNotificationIDsBaseCase):
    pass


del ApplicationRecorderTestCase, NonInterleavingNotificationIDsBaseCase
