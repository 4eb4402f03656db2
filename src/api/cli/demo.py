"""`crm demo`: the whole stack on the history of a company that sells, and what can be seen there."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from api.cli.operator_key import FILE_NAME, operator_key
from api.cli.progress import progress_bar
from api.cli.running import stop_signal
from api.cli.stack import running_stack
from api.cli.tables import Listing, table_of
from api.cli.wiring import History, Progress, Stack, Wiring
from api.http.examples import CUSTOMER_ID, REPLAY_ID
from api.status import status_of
from domain.problems import Problem

_HALF_A_YEAR = timedelta(days=182)
_MONTHS_SHOWN = 6
_PATIENCE_SECONDS = 60.0


class DemoStuck(Problem):
    """The demo's events do not arrive in the read models."""


class _Stopped(Exception):
    """Somebody pressed Ctrl-C."""


def run_demo(wiring: Wiring, console: Console, *, once: bool) -> None:
    stopped = stop_signal()
    started = time.monotonic()
    with _ended_in_words(console), running_stack(wiring, console) as stack:
        with progress_bar(console, "Telling two years of history") as progress:
            loaded = wiring.load_demo(_until(stopped, progress))
        describe(loaded, wiring.settings.data_folder, console)
        with progress_bar(console, "Relaying and folding") as progress:
            _wait_until_folded(wiring, stack, _until(stopped, progress))
        key = operator_key(wiring.services(), wiring.settings.data_folder)
        show(stack.url, key, wiring.settings.data_folder / FILE_NAME, console)
        console.print(f"Ready after {time.monotonic() - started:.0f} s.")
        if once:
            return
        console.print("Ctrl-C ends it; the data stay.")
        while not stopped():
            stack.check(0.5)


def show(url: str, key: str, key_file: Path, console: Console) -> None:
    """Print what the demo holds, as the API answers it."""
    api = _Asking(url, key)
    half_a_year_ago = datetime.now(UTC) - _HALF_A_YEAR
    view = api.get(f"/v1/customers/{CUSTOMER_ID}/360")
    before = api.get(f"/v1/customers/{CUSTOMER_ID}/360?as_of={_query(half_a_year_ago)}")
    console.print(_customer(view, before))
    console.print(_forecast(api.get("/v1/forecasts"), "The forecast, as of now"))
    past = api.get(f"/v1/forecasts?as_of={_query(half_a_year_ago)}")
    console.print(_forecast(past, f"The forecast as it stood on {half_a_year_ago:%Y-%m-%d}"))
    for what, path in (
        ("Swagger UI", "/docs"),
        ("One customer, 360", f"/v1/customers/{CUSTOMER_ID}/360"),
        ("The same, half a year ago", f"/v1/customers/{CUSTOMER_ID}/360?as_of={_query(half_a_year_ago)}"),
        ("Her story", f"/v1/customers/{CUSTOMER_ID}/timeline"),
        ("The forecast", "/v1/forecasts"),
        ("The pipeline", "/v1/pipeline"),
        ("A segment", "/v1/segments/repeat_buyers"),
        ("Customers by score", "/v1/scores/engagement"),
        ("Another model, tried", f"/v1/replays/{REPLAY_ID}"),
        ("Who would move most", f"/v1/replays/{REPLAY_ID}/diff?with=live"),
    ):
        console.print(f"{what + ':':<27}{url}{path}", soft_wrap=True)
    console.print(
        f'Each request says who asks: curl -H "Authorization: Bearer $(cat {key_file})" …; Swagger UI: Authorize.',
        soft_wrap=True,
    )


def describe(loaded: History, folder: Path, console: Console) -> None:
    """Print what was told: now, before, or by an older program."""
    if loaded.older:
        told = f"An older program told the two years until {loaded.today}, and the demo has a newer history"
        console.print(f"{told}: to begin anew, end this, remove {folder} and run it again.", soft_wrap=True)
        return
    records = ", ".join(f"{count:,} {kind}s" for kind, count in loaded.records.items())
    told = f"{loaded.added:,} of its events told now" if loaded.added else "all of it told before"
    console.print(f"Two years until {loaded.today}: {records}; {loaded.events:,} events, {told}.")
    for refusal in loaded.refused:
        console.print(Text("Refused", "yellow"), f"{refusal.rule}: {refusal.message}")


@contextmanager
def _ended_in_words(console: Console) -> Iterator[None]:
    try:
        yield
    except _Stopped:
        console.print("Stopped before it was ready; run it again to go on.")
        raise typer.Exit(130) from None


def _until(stopped: Callable[[], bool], progress: Progress) -> Progress:
    """Progress that ends the work between two of its steps."""

    def step(done: int, total: int) -> None:
        if stopped():
            raise _Stopped
        progress(done, total)

    return step


def _wait_until_folded(wiring: Wiring, stack: Stack, progress: Progress) -> None:
    services = wiring.services()
    reached, moved_at = -1, time.monotonic()
    while True:
        status = status_of(services)
        position = min((fold.position for fold in status.folds), default=0)
        progress(position, status.log_position)
        if position >= status.log_position:
            return
        if position > reached:
            reached, moved_at = position, time.monotonic()
        if time.monotonic() - moved_at > _PATIENCE_SECONDS:
            raise DemoStuck(
                f"the read models stand still at {position:,} of {status.log_position:,}; see the logs"
            )
        stack.check(0.1)


def _customer(view: dict[str, Any], before: dict[str, Any]) -> Listing:
    table = table_of("", "now", "half a year ago", title=f"{view['profile']['name']}, seen from all sides")
    for title, value in (
        ("life cycle", lambda v: v["lifecycle"]),
        ("leads", lambda v: len(v["leads"])),
        ("deals open / won / lost", lambda v: " / ".join(str(v["deals"][k]) for k in ("open", "won", "lost"))),
        ("orders", lambda v: f"{v['orders']['count']}, {_sums(v['orders']['total'])}"),
        ("returns", lambda v: f"{v['orders']['returns']}, {_sums(v['orders']['returned'])}"),
        ("interactions", lambda v: _touches(v["interactions"]["by_channel"])),
        ("open tasks", lambda v: f"{v['tasks']['open']}, {v['tasks']['overdue']} of them overdue"),
        ("consent", lambda v: _consents(v["consents"])),
        ("segments", lambda v: ", ".join(each["segment"] for each in v["segments"])),
        ("scores", lambda v: ", ".join(f"{s['model']} {s['value']:.0f} ({s['band']})" for s in v["scores"])),
        ("first touch", lambda v: v["first_touch"][:10]),
        ("last touch", lambda v: v["last_touch"][:10]),
        ("events", lambda v: v["events"]),
    ):
        table.add_row(title, str(value(view)), str(value(before)))
    return table


def _forecast(answer: dict[str, Any], title: str) -> Listing:
    table = table_of("month", "category", "currency", "deals", "amount", "weighted", title=title, numbers=3)
    months = sorted({line["month"] for line in answer["lines"] if line["month"]})
    shown = set(months[-_MONTHS_SHOWN:])
    for line in answer["lines"]:
        if line["month"] in shown:
            table.add_row(
                line["month"][:7],
                line["category"],
                line["currency"],
                str(line["deals"]),
                f"{float(line['amount']):,.0f}",
                f"{float(line['weighted']):,.0f}",
            )
    return table


def _consents(consents: list[dict[str, Any]]) -> str:
    return ", ".join(f"{each['purpose']} by {each['channel']} {each['standing']}" for each in consents)


def _touches(by_channel: dict[str, Any]) -> str:
    return ", ".join(f"{channel} {seen['count']}" for channel, seen in by_channel.items())


def _sums(by_currency: dict[str, str]) -> str:
    return ", ".join(f"{float(amount):,.2f} {currency}" for currency, amount in by_currency.items()) or "–"


def _query(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class _Asking:
    """Asks the API with a key."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}"}

    def get(self, path: str) -> Any:
        request = urllib.request.Request(self._url + path, headers=self._headers)  # noqa: S310 - our own address
        # The API notices new keys within a second.
        for _ in range(30):
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                if error.code != HTTPStatus.UNAUTHORIZED:
                    raise
                time.sleep(0.1)
        raise DemoStuck("the API does not know the key that it was given")
