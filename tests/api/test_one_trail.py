"""Whoever tells a fact leaves the same trail: a person, a batch, an import, the scheduler."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from bootstrap import now
from gateways.imports import import_file
from gateways.imports.mapping_file import parse_mapping
from gateways.log.ledger import PostgresLedger
from tests.gateways.imports.importing import CUSTOMERS
from tests.support.scheduler import scheduler

from .asking import Caller
from .server import running_api
from .test_scheduler import at, wait_for

TOGETHER = "0197a000-0000-7000-8000-00000000c0de"


@pytest.fixture
def crm(dsn: str) -> Iterator[Caller]:
    """A company of its own: the scheduler tells of every task that there is."""
    with running_api(dsn) as running, running.client() as client:
        yield Caller(running, client)


@pytest.mark.rule(
    "Automation, imports and jobs leave the trail that people leave", unlike="Django-CRM", area="audit"
)
def test_a_person_a_batch_an_import_and_the_scheduler_leave_the_same_trail(
    crm: Caller, dsn: str, ledger: PostgresLedger, tmp_path: Path
) -> None:
    ada = {"kind": "person", "name": "Ada", "reason": "met at the fair"}
    headers = {"X-Actor": "ann", "X-Correlation-Id": TOGETHER}
    person = crm.told("/v1/customers", ada, X_Actor="ann", X_Correlation_Id=TOGETHER)["id"]
    batch = crm.http.post("/v1/customers:batch", json={"customers": [ada]}, headers=headers).json()
    import_customers(ledger, tmp_path / "customers.csv")
    task = crm.task(person, **at(now() - timedelta(hours=1)))
    with scheduler(dsn):
        wait_for(lambda: crm.asked(f"/v1/tasks/{task}")["overdue_since"])
    by_hand, in_a_batch = (latest(crm, stream_id=id_) for id_ in (person, batch["items"][0]["receipt"]["id"]))
    imported, overdue = (latest(crm, source=source) for source in ("import:old", "scheduler"))

    assert set(by_hand) == set(in_a_batch) == set(imported) == set(overdue)
    assert who_why(by_hand) == who_why(in_a_batch) == ("ann", "api", "met at the fair")
    assert by_hand["correlation_id"] == in_a_batch["correlation_id"] == TOGETHER
    assert who_why(imported) == ("ann", "import:old", None)
    assert who_why(overdue)[:2] == ("scheduler", "scheduler")
    assert overdue["reason"]
    assert overdue["caused_by"] == latest(crm, stream_id=task, type="task.planned")["position"]
    assert all(UUID(each["correlation_id"]) for each in (imported, overdue))
    assert all(each["changes"] for each in (by_hand, in_a_batch, imported, overdue))


def import_customers(ledger: PostgresLedger, file: Path) -> None:
    file.write_text("id,kind,name,email,since,size\n1,person,Ada,,2026-03-02,\n", encoding="utf-8")
    mapping, rejects = parse_mapping(CUSTOMERS), file.with_suffix(".rejects.csv")
    import_file(file, mapping, ledger, now=now(), new_id=uuid4, actor="ann", rejects=rejects)


def latest(crm: Caller, **wanted: str) -> dict[str, Any]:
    entry: dict[str, Any] = crm.asked("/v1/audit", **wanted)["items"][0]
    return entry


def who_why(entry: dict[str, Any]) -> tuple[str, str, str | None]:
    return entry["actor"], entry["source"], entry["reason"]
