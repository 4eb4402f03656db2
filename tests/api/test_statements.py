"""A question costs the database a small number of statements, the same among ten records and among ten thousand.

Counted by the server itself, which writes each statement into its log: those that begin and end transactions, too.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from msgspec import to_builtins

from domain.customers import CustomerFieldsChanged, register
from domain.deals import DealFieldsChanged, DealOpened
from domain.events import Event
from domain.leads import LeadCaptured, LeadFieldsChanged
from domain.tasks import plan
from gateways.embedded.postgres import EmbeddedPostgres
from projections.customer_360.fold import CUSTOMER_360
from projections.deals.fold import DEALS
from projections.engine.database import connect, transaction
from projections.engine.fold import Fold
from projections.engine.folding import folded
from projections.engine.tables import Tables
from projections.leads.fold import LEADS
from projections.scores.fold import score_fold
from projections.search.fold import SEARCH
from projections.tasks.fold import TASKS
from tests.support.facts import history
from tests.support.log import number
from tests.support.postgres import TEMPLATE
from tests.support.scoring_models import FIT

from .asking import Caller
from .company import Company, at
from .server import RunningApi, running_api

MANY, FEW = 10_000, 10
MINE = "mine"
LISTS = ("customers", "leads", "deals", "tasks")
Quiet = Callable[[], AbstractContextManager[None]]
QUESTIONS = (
    *(f"/v1/{kind}?limit=50" for kind in LISTS),
    "/v1/search?q=berg&limit=50",
    "/v1/search?q=breg&limit=50",
    "/v1/scores/fit/leads?limit=50",
)
BY_FIELDS = {
    question: f"{question}&custom_field=region:equals:north&custom_field=seats:from:3"
    for question in QUESTIONS
    if question.split("?")[0] in ("/v1/customers", "/v1/leads", "/v1/deals", "/v1/scores/fit/leads")
}
ALL = (*QUESTIONS, *BY_FIELDS.values())


class Statements:
    """What the server was told, by its own log, since a moment."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def of(self, caller: Caller, question: str) -> int:
        """The fewest of three askings, behind a first one, in which what is looked up once is."""
        assert caller.http.get(question).status_code == 200
        return min(self._of_one(caller, question) for _ in range(3))

    def _of_one(self, caller: Caller, question: str) -> int:
        before = self._log.stat().st_size
        assert caller.http.get(question).status_code == 200
        with self._log.open("rb") as log:
            log.seek(before)
            return sum(b"LOG:  statement: " in line or b"LOG:  execute " in line for line in log)


@pytest.fixture(scope="module")
def api(postgres: EmbeddedPostgres) -> Iterator[RunningApi]:
    with psycopg.connect(postgres.owner_dsn("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE counted TEMPLATE {TEMPLATE}")
        connection.execute("ALTER DATABASE counted SET log_statement = 'all'")
    with running_api(postgres.dsn("counted")) as running:
        yield running


@pytest.fixture(scope="module")
def admin(api: RunningApi) -> Iterator[Caller]:
    """In an organisation in which a scoring model is live."""
    with api.client() as http:
        caller, path = Caller(api, http), f"/v1/scoring-models/{FIT.id}"
        caller.told(path, {"kind": "fit", "fit": to_builtins(FIT.fit)}, method="PUT")
        caller.told(f"{path}/promote", {"version": 1})
        caller.ask(f"/v1/scores/{FIT.id}")  # there are rows
        for kind in ("customer", "lead", "deal"):
            for field, of_type in (("region", "text"), ("seats", "number")):
                definition = {"type": of_type, "label": "A field"}
                caller.told(f"/v1/custom-fields/{kind}/{field}", {"definition": definition}, method="PUT")
        yield caller


@pytest.fixture(scope="module")
def salesperson(api: RunningApi) -> Caller:
    """Who sees only what is the own."""
    company = Company(api)
    company.me = MINE
    return company.caller({**at("own"), "score:read": "all"})


@pytest.fixture
def quiet(api: RunningApi, salesperson: Caller) -> Quiet:
    """Nobody else asks the database: no read model is kept up, no access followed."""
    api.identity.close()
    return api.folding.held


@pytest.fixture
def statements(postgres: EmbeddedPostgres) -> Statements:
    return Statements(postgres.log)


def put(api: RunningApi, first: int, last: int) -> None:
    """So many records of each kind into the read models, as their folds make them."""
    captured = LeadCaptured(channel="web", company="Bergen Lines", owner=MINE)
    opened = DealOpened(name="Berg seats", pipeline="p", stage="s", probability=9, category="pipeline", owner=MINE)
    registered = register(kind="person", name="Ada Berg", owner=MINE)
    fields: Mapping[str, Any] = {"values": {"region": "north", "seats": 3}, "fields_version": 1}
    told: dict[int, tuple[Sequence[Event], tuple[Fold[Any], ...]]] = {
        21: ((registered, CustomerFieldsChanged(**fields)), (CUSTOMER_360, SEARCH, score_fold(FIT, 1))),
        22: ((captured, LeadFieldsChanged(**fields)), (LEADS, SEARCH)),
        23: ((opened, DealFieldsChanged(**fields)), (DEALS, SEARCH)),
        24: ((plan(number(24, 0), title="Call", kind="call", owner=MINE),), (TASKS,)),
    }
    connection = connect(api.services.dsn)
    with transaction(connection) as cursor:
        for kind, (events, folds) in told.items():
            for fold in folds:
                rows = [_row(fold, events, number(kind, place), place) for place in range(first, last)]
                Tables(fold).copy(cursor, rows)
    connection.close()


def _row(fold: Fold[Any], events: Sequence[Event], id_: UUID, place: int) -> tuple[UUID, Any]:
    state: Any = None
    for each in history(*events, stream_id=id_, customer_id=number(21, place)):
        state = fold.evolve(state, each)
    return id_, folded(fold, state, 1)


def test_lists_and_searches_among_ten_thousand_cost_what_they_cost_among_ten(
    api: RunningApi, admin: Caller, salesperson: Caller, statements: Statements, quiet: Quiet
) -> None:
    with quiet():
        put(api, 0, FEW)
        among_few = _counted(statements, admin, salesperson)
        put(api, FEW, MANY)
        among_many = _counted(statements, admin, salesperson)

    assert among_many == among_few
    plain = {place for place in among_many if place[1] in QUESTIONS}
    scored = {place for place in plain if "leads" in place[1]}
    assert max(among_many[place] for place in plain - scored) <= 4
    assert max(among_many[place] for place in scored) <= 8
    for place, question in plain:
        if question in BY_FIELDS:  # the definitions are looked at besides
            assert among_many[place, BY_FIELDS[question]] == among_many[place, question] + 2
    for caller in (admin, salesperson):
        assert {len(caller.http.get(question).json()["items"]) for question in ALL} == {50}


def _counted(statements: Statements, *callers: Caller) -> dict[tuple[int, str], int]:
    return {
        (place, question): statements.of(caller, question)
        for place, caller in enumerate(callers)
        for question in ALL
    }


def _alone(crm: Caller) -> str:
    return crm.person(name="Ida Lund", owner=MINE)


def _of_three(crm: Caller) -> str:
    first, *others = (crm.person(name="Ida Lund", owner=MINE) for _ in range(3))
    for other in others:
        crm.told(f"/v1/customers/{first}/links", {"customer_id": other, "reason": "registered twice"})
    return first


def _of_four(crm: Caller) -> str:
    first = _of_three(crm)
    crm.told(f"/v1/customers/{first}/links", {"customer_id": _alone(crm), "reason": "registered twice"})
    return first


def _with_fifty_deals(crm: Caller) -> str:
    person = _alone(crm)
    for _ in range(50):
        crm.deal(person, owner=MINE)
    return person


@pytest.mark.parametrize("view", ["360", "timeline"])
def test_the_view_and_the_story_of_a_customer_cost_no_more_for_all_that_is_in_them(
    view: str, admin: Caller, salesperson: Caller, statements: Statements, quiet: Quiet
) -> None:
    made: dict[str, Callable[[Caller], str]] = {
        "alone": _alone, "busy": _with_fifty_deals, "three": _of_three, "four": _of_four
    }  # fmt: skip
    customers = {name: make(admin) for name, make in made.items()}
    counted: dict[str, list[int]] = {}
    for name, customer in customers.items():
        admin.ask(f"/v1/customers/{customer}/360")  # folded
        question = f"/v1/customers/{customer}/{view}"
        with quiet():
            counted[name] = [statements.of(caller, question) for caller in (admin, salesperson)]

    assert counted["busy"] == counted["alone"]
    assert counted["four"] == counted["three"]
    assert max(counted["alone"]) <= 8
    assert max(counted["three"]) <= 12
