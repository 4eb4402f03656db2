import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from uuid import UUID, uuid4

from domain.customers import CUSTOMER
from domain.ledger import Command, Receipt
from domain.orders import ORDER
from domain.refusals import Refusal
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader, wake_ups
from tests.support.told import give_back, place_an_order, register_person, whole_log

WRITERS = 16
EACH = 20


def hot_orders(ledger: PostgresLedger, number: int) -> list[UUID]:
    customer_id, order_ids = uuid4(), [uuid4() for _ in range(number)]
    ledger.execute(register_person(customer_id))
    ledger.execute_all([place_an_order(order_id, customer_id, 100_000) for order_id in order_ids])
    return order_ids


def returned(ledger: PostgresLedger, order_id: UUID) -> int:
    order = ledger.read(ORDER, order_id).state
    assert order is not None
    return int(order.returned)


class FollowingReader:
    """Reads on from where it is, again and again, as a relay does."""

    def __init__(self, dsn: str) -> None:
        self.seen: list[int] = []
        self._dsn = dsn
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow)

    def __enter__(self) -> "FollowingReader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _follow(self) -> None:
        log = LogReader(self._dsn)
        with wake_ups(self._dsn) as awaited:
            while not (self._over.is_set() and log.end() == len(self.seen)):
                after = self.seen[-1] if self.seen else 0
                self.seen += [row.notification_id for row in log.rows(after, limit=7)]
                awaited.wait(0.001)
        log.close()


def test_no_update_is_lost_and_no_reader_skips_any(
    dsn: str, ledger: PostgresLedger, other_process: PostgresLedger, reader: LogReader
) -> None:
    order_ids = hot_orders(ledger, 3)
    turns = zip(range(WRITERS * EACH), cycle((ledger, other_process)), cycle(order_ids), strict=False)

    def carry_out(turn: tuple[int, PostgresLedger, UUID]) -> Receipt:
        return turn[1].execute(give_back(turn[2]))

    with FollowingReader(dsn) as following, ThreadPoolExecutor(WRITERS) as pool:
        receipts = list(pool.map(carry_out, turns))
    facts = whole_log(reader)

    assert following.seen == list(range(1, len(facts) + 1))
    assert sum(returned(ledger, order_id) for order_id in order_ids) == WRITERS * EACH
    told = {(fact.stream_id, fact.version): fact.position for fact in facts}
    assert all(told[receipt.id, receipt.version] == receipt.position for receipt in receipts)
    assert len({receipt.position for receipt in receipts}) == len(receipts)


def test_bundles_and_single_commands_do_not_disturb_each_other(
    ledger: PostgresLedger, other_process: PostgresLedger, reader: LogReader
) -> None:
    order_ids = hot_orders(ledger, 2)
    asked: list[list[Command]] = [[give_back(order_ids[n % 2]) for n in range(m % 5 + 1)] for m in range(60)]

    def carry_out(turn: tuple[int, list[Command]]) -> list[Receipt | Refusal]:
        return (ledger, other_process)[turn[0] % 2].execute_all(turn[1])

    with ThreadPoolExecutor(8) as pool:
        answers = [answer for some in pool.map(carry_out, enumerate(asked)) for answer in some]
    whole_log(reader)

    assert all(isinstance(answer, Receipt) for answer in answers)
    assert sum(returned(ledger, order_id) for order_id in order_ids) == sum(map(len, asked))


def test_of_many_births_of_one_stream_one_succeeds(
    ledger: PostgresLedger, other_process: PostgresLedger, reader: LogReader
) -> None:
    new = uuid4()

    def bear(number: int) -> str:
        try:
            (ledger, other_process)[number % 2].execute(register_person(new, name=f"Ada {number}"))
        except Exception as error:  # noqa: BLE001 - which error is another test's
            return type(error).__name__
        return "born"

    with ThreadPoolExecutor(8) as pool:
        ends = Counter(pool.map(bear, range(8)))

    assert ends["born"] == 1
    assert ledger.read(CUSTOMER, new).version == 1
    assert len(whole_log(reader)) == 1


def test_a_wait_ends_when_something_is_appended(dsn: str, ledger: PostgresLedger, reader: LogReader) -> None:
    with wake_ups(dsn) as awaited:
        threading.Timer(0.2, lambda: ledger.execute(register_person(uuid4()))).start()
        awaited.wait(60)

        assert reader.end() == 1
