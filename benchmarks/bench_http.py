"""Commands a second over HTTP: 16 keep-alive clients send leads of new people to one API process.

`command_vs_bare_endpoint`: the application on a durable PostgreSQL, against a bare FastAPI application whose
`async def` endpoint validates the same body and answers alike without a database. `bare_threaded` is the same as a
plain function. Each is served by a process of its own, with the same uvicorn settings; they take turns. The load
comes from a third process, and every answer must be a 201. `p50` and `p99` are the application's latency.
"""

from collections.abc import Callable
from contextlib import ExitStack
from itertools import count

from benchmarks.credentials import headers_of_an_admin
from benchmarks.http_load import Request, load
from benchmarks.http_server import served
from benchmarks.report import figure, full, in_turns, percentile
from benchmarks.setting import new_log, own_server, run

CLIENTS = 16

_people = count()


def main() -> None:
    rounds, seconds = (5, 10.0) if full() else (3, 4.0)
    latencies: list[float] = []
    with own_server() as (postgres, folder), ExitStack() as stack:
        dsn = new_log(postgres, "log")
        request = Request("/v1/leads", _lead, headers_of_an_admin(dsn))
        ours, bare, threaded = (
            stack.enter_context(served(name, folder, dsn)) for name in ("application", "bare", "bare_threaded")
        )
        for port in (ours, bare, threaded):
            load(port, request, clients=CLIENTS, seconds=1)
        rates = in_turns(
            _side(ours, request, seconds, latencies),
            _side(bare, request, seconds),
            _side(threaded, request, seconds),
            rounds=rounds,
        )
    figure("http", "command_vs_bare_endpoint", ours=rates[0], theirs=rates[1], unit="requests/s")
    figure("http", "command_vs_bare_threaded", ours=rates[0], theirs=rates[2], unit="requests/s")
    for percent in (50, 99):
        figure("http", f"p{percent}", ours=percentile(latencies, percent), unit="ms")


def _side(
    port: int, request: Request, seconds: float, latencies: list[float] | None = None
) -> Callable[[], float]:
    def measure() -> float:
        answers = load(port, request, clients=CLIENTS, seconds=seconds)
        if latencies is not None:
            latencies.extend(answers.milliseconds)
        return answers.a_second

    return measure


def _lead() -> bytes:
    return (
        b'{"name":"Tomas Lind","email":"tomas.lind.%d@example.com","company":"Lind & Co","channel":"web",'
        b'"campaign":"spring-fair"}' % next(_people)
    )


if __name__ == "__main__":
    run(main)
