"""Many writers on few streams, over two API processes: no update is lost."""

from functools import partial
from pathlib import Path

from tests.faults.clients import Manner, an_order, clients, tell
from tests.faults.commands import returns
from tests.faults.journal import Answer
from tests.faults.recorded import assert_kept
from tests.support.crm_api import ApiProcess

ORDERS = 8
WRITERS_OF_EACH = 4
EACH = 25


def assert_in_order(answers: list[Answer]) -> None:
    """Who began when another had ended comes behind it; together they are all versions that there are."""
    answers.sort(key=lambda answer: answer.version)
    assert [answer.version for answer in answers] == list(range(2, len(answers) + 2))
    assert [answer.position for answer in answers] == sorted(answer.position for answer in answers)
    latest_beginning = 0.0
    for answer in answers:
        assert answer.ended > latest_beginning
        latest_beginning = max(latest_beginning, answer.began)


def test_no_update_is_lost(api: ApiProcess, other_api: ApiProcess, owner_dsn: str, tmp_path: Path) -> None:
    doors = (api.door, other_api.door)
    order_ids = [an_order(api.door) for _ in range(ORDERS)]
    stories = {order_id: partial(returns, order_id, EACH) for order_id in order_ids}
    work = [(door, story) for story in stories.values() for door in doors * (WRITERS_OF_EACH // 2)]

    with clients(work, tmp_path, Manner(insists=False), until_told=False) as journal:
        pass
    there = assert_kept(owner_dsn, journal)

    assert journal.statuses() == {201: ORDERS * WRITERS_OF_EACH * EACH}
    assert journal.acknowledged() <= there.keys()
    for order_id in order_ids:
        path = f"/v1/orders/{order_id}"
        assert_in_order([answer for told in journal.about(path) for answer in told.answers])
        assert [tell(door, path)["returned"] for door in doors] == [f"{WRITERS_OF_EACH * EACH}.00"] * 2
