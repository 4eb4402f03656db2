"""Leads that nobody follows up go back into the pool by themselves, once."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from bootstrap import now
from domain import commands
from domain.assignment import POOL_RULES, WORKLOAD, define_pool_rules, workload_id
from domain.assignment.refusals import FormerOwnerLockedOut
from gateways.log.ledger import PostgresLedger
from tests.support.facts import by
from tests.support.scheduler import scheduler

from .asking import Caller
from .server import running_api
from .test_scheduler import wait_for


@pytest.fixture
def crm(dsn: str) -> Iterator[Caller]:
    """A company of its own: the scheduler recalls every lead that there is."""
    with running_api(dsn) as running, running.client() as client:
        yield Caller(running, client)


def ago(days: int) -> str:
    return (now() - timedelta(days=days)).isoformat()


def recall_after(ledger: PostgresLedger, days: int) -> None:
    told = define_pool_rules(recall_after_days=days, lockout_days=30)
    ledger.execute(commands.define(POOL_RULES, lambda _: told, by("operator", now=now())))


def old_lead(crm: Caller, days: int) -> str:
    return crm.lead(owner="ann", occurred_at=ago(days))


def owner_of(crm: Caller, lead: str) -> Any:
    return crm.asked(f"/v1/leads/{lead}")["owner"]


def told_of(crm: Caller, lead: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = crm.asked("/v1/audit", stream_id=lead)["items"]
    return items


def test_a_lead_that_nobody_followed_up_goes_back_into_the_pool(crm: Caller, ledger: PostgresLedger) -> None:
    recall_after(ledger, 14)
    forgotten, fresh = old_lead(crm, 20), old_lead(crm, 3)
    with scheduler(crm.api.services.dsn):
        wait_for(lambda: owner_of(crm, forgotten) is None)

    assert owner_of(crm, fresh) == "ann"
    told = told_of(crm, forgotten)[0]
    assert (told["type"], told["actor"], told["source"]) == ("lead.released", "scheduler", "scheduler")
    assert told["reason"].startswith("not followed up for 14 days, since ")
    load = ledger.read(WORKLOAD, workload_id("ann")).state
    assert load is not None
    assert set(load.leads) == {UUID(fresh)}
    with pytest.raises(FormerOwnerLockedOut):
        ledger.execute(commands.claim_lead(UUID(forgotten), by("ann", now=now())))


def test_who_was_spoken_with_stays_with_the_owner(crm: Caller, ledger: PostgresLedger) -> None:
    recall_after(ledger, 14)
    forgotten, followed_up, named, moved = (old_lead(crm, 20) for _ in range(4))
    customer = crm.asked(f"/v1/leads/{followed_up}")["customer_id"]
    touch = {"channel": "phone", "direction": "outbound", "occurred_at": ago(2)}
    crm.told("/v1/interactions", {**touch, "customer_id": customer})
    crm.told("/v1/interactions", {**touch, "customer_id": crm.person(), "lead_id": named})
    crm.told(f"/v1/leads/{moved}/qualify")
    crm.asked(f"/v1/customers/{customer}/360")  # waits for the read models
    with scheduler(crm.api.services.dsn):
        wait_for(lambda: owner_of(crm, forgotten) is None)
        time.sleep(2.5)

    assert [owner_of(crm, each) for each in (followed_up, named, moved)] == ["ann"] * 3


def test_two_schedulers_recall_a_lead_once(crm: Caller, ledger: PostgresLedger) -> None:
    leads = [old_lead(crm, 20) for _ in range(20)]
    dsn = crm.api.services.dsn
    with scheduler(dsn), scheduler(dsn):
        wait_for(lambda: len([job for job in crm.asked("/v1/status")["jobs"] if job["job"] == "recalls"]))
        assert owner_of(crm, leads[0]) == "ann", "without such a rule none is recalled"
        recall_after(ledger, 14)
        wait_for(lambda: all(owner_of(crm, lead) is None for lead in leads))
        time.sleep(2.5)

    for lead in leads:
        assert [told["type"] for told in told_of(crm, lead)].count("lead.released") == 1
