"""A command over HTTP, through log, Kafka and folds, is read back over HTTP; also when parts are killed."""

import os
import signal
import time
from pathlib import Path

import psutil
import pytest
from psycopg.conninfo import conninfo_to_dict

from gateways.embedded.stack import running
from tests.system.conftest import Company, started

pytestmark = pytest.mark.embedded_broker


def _customer(company: Company, name: str = "Ada") -> dict[str, object]:
    made: dict[str, object] = company.post("/v1/customers", {"kind": "person", "name": name})
    return made


def _processes(company: Company, part: str) -> list[psutil.Process]:
    """Our own processes of this stack, by the last word of their command."""
    found = []
    for process in psutil.Process(os.getpid()).children(recursive=True):
        words = process.cmdline()
        if "bootstrap" in words and words[words.index("bootstrap") + 1] == part:
            found.append(process)
    return found


def _kill(company: Company, part: str) -> None:
    processes = _processes(company, part)
    assert processes, f"no {part} runs"
    for process in processes:
        process.send_signal(signal.SIGKILL)


def test_a_whole_story_is_in_the_360_view(company: Company) -> None:
    lead = company.post("/v1/leads", {"name": "Tomas", "email": "t@example.com", "channel": "web"})
    company.post(f"/v1/leads/{lead['id']}/qualify", {})
    euros = {"amount": "900.00", "currency": "EUR"}
    deal = {"name": "Seats", "amount": euros, "expected_close_date": "2027-03-31"}
    converted = company.post(f"/v1/leads/{lead['id']}/convert", {"organisation": {"name": "Lind"}, "deal": deal})
    won = company.post(f"/v1/deals/{converted['deal_id']}/win", {})

    person = company.seen(f"/v1/customers/{lead['customer_id']}/360", won["position"])
    organisation = company.get(f"/v1/customers/{converted['organisation_id']}/360")

    assert [entry["status"] for entry in person["leads"]] == ["converted"]
    assert organisation["deals"]["won_amount"] == {"EUR": "900.00"}
    assert organisation["members"] == [{"customer_id": lead["customer_id"], "role": None}]


@pytest.mark.parametrize("part", ["serve", "relay", "project", "schedule"])
def test_no_part_knows_the_owner_of_the_log(company: Company, part: str) -> None:
    addresses = running(company.folder)
    assert addresses is not None
    [process] = _processes(company, part)

    assert process.environ()["CRM_POSTGRES_DSN"] == addresses.dsn
    assert addresses.owner_dsn not in process.environ().values()
    assert (conninfo_to_dict(addresses.dsn)["user"], conninfo_to_dict(addresses.owner_dsn)["user"]) == (
        "crm_app",
        "postgres",
    )


def test_the_past_answers_as_it_was(company: Company) -> None:
    customer = company.post(
        "/v1/customers", {"kind": "person", "name": "Old", "occurred_at": "2026-01-01T00:00:00Z"}
    )
    dollars = {"amount": "100.00", "currency": "USD"}
    opened = {"customer_id": customer["id"], "name": "D", "amount": dollars, "expected_close_date": "2026-06-30"}
    deal = company.post("/v1/deals", {**opened, "occurred_at": "2026-02-01T00:00:00Z"})
    won = company.post(f"/v1/deals/{deal['id']}/win", {"occurred_at": "2026-05-01T00:00:00Z"})

    now = company.seen("/v1/forecasts?first=2026-05-01&last=2026-06-30", won["position"])["lines"]
    in_march = company.get("/v1/forecasts?as_of=2026-03-01T00:00:00Z&first=2026-05-01&last=2026-06-30")["lines"]
    view = company.get(f"/v1/customers/{customer['id']}/360?as_of=2026-03-01T00:00:00Z")

    assert [(line["month"], line["category"], line["weighted"]) for line in now] == [
        ("2026-05-01", "closed", "100.00")
    ]
    assert [(line["month"], line["category"], line["weighted"]) for line in in_march] == [
        ("2026-06-01", "pipeline", "10.00")
    ]
    assert (view["deals"]["open"], view["deals"]["won"]) == (1, 0)


@pytest.mark.parametrize("part", ["project", "relay", "serve"])
def test_a_killed_part_is_started_again_and_nothing_is_lost(company: Company, part: str) -> None:
    before = _customer(company)
    _kill(company, part)
    deadline = time.monotonic() + 120
    while True:
        try:
            after = _customer(company)
            break
        except OSError:
            assert time.monotonic() < deadline
            time.sleep(0.1)

    company.seen("/v1/forecasts", int(str(after["position"])))
    listed = company.seen("/v1/customers?limit=500", int(str(after["position"])))

    assert {before["id"], after["id"]} <= {line["id"] for line in listed["items"]}


def test_a_restarted_stack_has_its_data_and_refills_the_topic(folder: Path, company: Company) -> None:
    made = _customer(company, "Stays")
    company.stack.stop()

    again = started(folder)
    try:
        view = again.get(f"/v1/customers/{made['id']}/360")
        later = _customer(again, "Comes")
        status = again.seen("/v1/customers", int(str(later["position"]))) and again.get("/v1/status")
    finally:
        again.stack.stop()

    assert view["profile"]["name"] == "Stays"
    assert status["relay_position"] == status["log_position"] == later["position"]
