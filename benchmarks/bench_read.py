"""Answers a second over HTTP: 16 keep-alive clients ask one API process about 10,000 customers.

`read_vs_static`: the 360 view of some customer, against the same application with one more route, under the
same permission, whose `async def` endpoint answers with the same bytes from memory. `read_vs_bare_static` is
against a bare FastAPI application with such an endpoint, which asks nobody who he is. Each is served by a process
of its own, with the same uvicorn settings; they take turns. The load comes from a fourth process. `p50` and `p99`
are the 360 view's latency. Beside them: a single record, lists of 50, and searches of a whole name, of the
beginning of one, and of a misspelt one.
"""

import random
import statistics
import urllib.request
from collections.abc import Callable
from contextlib import ExitStack, closing
from urllib.parse import urlencode
from uuid import UUID

from api.http.pages import sign
from benchmarks.credentials import headers_of_an_admin
from benchmarks.customer_stories import name_of, tell_stories
from benchmarks.http_load import Question, load
from benchmarks.http_server import HOST, served
from benchmarks.report import figure, full, in_turns, percentile
from benchmarks.setting import new_log, own_server, run
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from projections.catalogue import FOLDS
from projections.engine.bulk.rebuild import rebuild
from projections.engine.database import connect
from projections.engine.schema import create_schema

CLIENTS = 16
CUSTOMERS = 10_000
ASKED = ("customer_360", "segment_repeat_buyers", "leads", "deals", "tasks", "search")


def main() -> None:
    rounds, seconds = (5, 10.0) if full() else (3, 3.0)
    latencies: list[float] = []
    with own_server() as (postgres, folder), ExitStack() as stack:
        dsn = new_log(postgres, "log")
        headers, customers = headers_of_an_admin(dsn), fill(dsn)
        view = Question(lambda: f"/v1/customers/{random.choice(customers)}/360", headers)  # noqa: S311
        ours = stack.enter_context(served("application", folder, dsn))
        held = folder / "answer.json"
        held.write_bytes(_one_answer(ours, view))
        static, bare = (
            stack.enter_context(served(name, folder, dsn, CRM_BENCH_BYTES=str(held)))
            for name in ("static", "bare_static")
        )
        same = Question(lambda: view.path().replace("customers", "static"), headers)
        for port, asked in ((ours, view), (static, same), (bare, view)):
            load(port, asked, clients=CLIENTS, seconds=1)
        rates = in_turns(
            _side(ours, view, seconds, latencies),
            _side(static, same, seconds),
            _side(bare, view, seconds),
            rounds=rounds,
        )
        figure("read", "read_vs_static", ours=rates[0], theirs=rates[1], unit="requests/s")
        figure("read", "read_vs_bare_static", ours=rates[0], theirs=rates[2], unit="requests/s")
        for percent in (50, 99):
            figure("read", f"p{percent}", ours=percentile(latencies, percent), unit="ms")
        figure("read", "answer", ours=held.stat().st_size, unit="bytes")
        for name, path in _questions(customers).items():
            asked = Question(path, headers)
            measured = [load(ours, asked, clients=CLIENTS, seconds=seconds).a_second for _ in range(rounds)]
            figure("read", name, ours=statistics.median(measured), unit="requests/s")


def fill(dsn: str) -> list[UUID]:
    """A log with a story of each customer, and the read models of it."""
    with closing(PostgresLedger(dsn)) as ledger, closing(LogReader(dsn)) as log:
        customers = tell_stories(ledger, CUSTOMERS)
        with closing(connect(dsn)) as connection:
            create_schema(connection)
        for fold in FOLDS:
            if fold.name in ASKED:
                rebuild(dsn, fold, log, lambda _: 0, partitions=1)
    with closing(connect(dsn)) as connection:
        connection.autocommit = True
        connection.cursor().execute("VACUUM (ANALYZE)")
    return customers


def _questions(customers: list[UUID]) -> dict[str, Callable[[], str]]:
    def some() -> int:
        return random.randrange(CUSTOMERS)  # noqa: S311

    def behind(path: str, **asked: str) -> str:
        cursor = f"{customers[some()]}~{sign(path, asked.items())}"
        return f"{path}?{urlencode({**asked, 'after': cursor, 'limit': 50})}"

    return {
        "record": lambda: f"/v1/customers/{customers[some()]}",
        "list_of_customers": lambda: behind("/v1/customers"),
        "list_of_leads": lambda: behind("/v1/leads", owner="owner-1"),
        "list_of_deals": lambda: behind("/v1/deals", status="open"),
        "list_of_tasks": lambda: "/v1/tasks?limit=50",
        "search_of_a_name": lambda: f"/v1/search?q={_quoted(name_of(some()))}",
        "search_of_a_beginning": lambda: f"/v1/search?q={_quoted(name_of(some())[:-1])}",
        "search_of_a_misspelt_name": lambda: f"/v1/search?q={_quoted(_misspelt(name_of(some())))}",
    }


def _misspelt(name: str) -> str:
    """With two letters that changed places."""
    return name[0] + name[2] + name[1] + name[3:]


def _quoted(text: str) -> str:
    return text.replace(" ", "%20")


def _one_answer(port: int, asked: Question) -> bytes:
    request = urllib.request.Request(f"http://{HOST}:{port}{asked.path()}", headers=dict(asked.headers))
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own server
        held: bytes = answer.read()
    return held


def _side(port: int, asked: Question, seconds: float, latencies: list[float] | None = None) -> Callable[[], float]:
    def measure() -> float:
        answers = load(port, asked, clients=CLIENTS, seconds=seconds)
        if latencies is not None:
            latencies.extend(answers.milliseconds)
        return answers.a_second

    return measure


if __name__ == "__main__":
    run(main)
