"""Pages of stories: each goes on behind the last event of the page before."""

from uuid import UUID, uuid4

import pytest

from domain.stories import NotACursor
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.support.told import open_a_deal, register_person


def registered(ledger: PostgresLedger) -> UUID:
    customer_id = uuid4()
    ledger.execute(register_person(customer_id))
    return customer_id


def test_as_things_happened_a_page_goes_on_behind_an_event_of_the_same_story(
    ledger: PostgresLedger, reader: LogReader
) -> None:
    one, other = registered(ledger), registered(ledger)
    ledger.execute(open_a_deal(uuid4(), one))
    newest, *older = reader.stories.page([one], limit=10, order="occurred_at")

    assert reader.stories.page([one], limit=10, order="occurred_at", before=newest.position) == older
    (foreign, *_) = reader.stories.page([other], limit=1)
    for position in (foreign.position, 0, 2**61):
        with pytest.raises(NotACursor):
            reader.stories.page([one], limit=10, order="occurred_at", before=position)


def test_behind_the_last_event_of_a_story_there_is_nothing(ledger: PostgresLedger, reader: LogReader) -> None:
    one = registered(ledger)
    last = reader.stories.page([one], limit=10, order="occurred_at")[-1]

    assert reader.stories.page([one], limit=10, order="occurred_at", before=last.position) == []
