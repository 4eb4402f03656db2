"""`crm rebuild` while commands go on: live and rebuilt rows are equal, nothing is lost, questions are answered."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.system.conftest import Company

pytestmark = pytest.mark.embedded_broker


@contextmanager
def _touchpoints(company: Company, customers: list[str]) -> Iterator[list[int]]:
    """Batches of touchpoints until the end; the positions that they were answered with."""
    positions: list[int] = []
    stop = threading.Event()

    def tell() -> None:
        number = 0
        while not stop.is_set():
            items = [
                {
                    "customer_id": customers[(number + n) % len(customers)],
                    "channel": "email",
                    "direction": "inbound",
                }
                for n in range(50)
            ]
            told = company.post("/v1/interactions:batch", {"interactions": items})
            positions.append(max(item["receipt"]["position"] for item in told["items"]))
            number += 1

    teller = threading.Thread(target=tell)
    teller.start()
    try:
        yield positions
    finally:
        stop.set()
        teller.join()


def _crm(company: Company, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bootstrap", *words],
        env=os.environ | {"CRM_DATA_FOLDER": str(company.folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.rule("a read model is rebuilt while commands go on, equal to the live one", area="read models")
def test_live_and_rebuilt_are_equal_while_commands_go_on(company: Company) -> None:
    customers = [company.post("/v1/customers", {"kind": "person", "name": f"C {n}"})["id"] for n in range(20)]

    with _touchpoints(company, customers) as positions:
        runs = [_crm(company, "rebuild", "customer_360", "--compare") for _ in range(2)]
        answered = company.get(f"/v1/customers/{customers[0]}/360")

    for run in runs:
        assert run.returncode == 0, run.stdout + run.stderr
        assert "the live rows were equal" in run.stdout
    assert answered["customer_id"] == customers[0]
    views = [company.seen(f"/v1/customers/{each}/360", positions[-1]) for each in customers]
    assert _touches(views) == 50 * len(positions)


def test_what_it_replaced_is_switched_back_while_commands_go_on(company: Company) -> None:
    customer = company.post("/v1/customers", {"kind": "person", "name": "Ada"})["id"]
    with _touchpoints(company, [customer]) as positions:
        assert _crm(company, "rebuild", "customer_360").returncode == 0
        back = _crm(company, "rebuild", "customer_360", "--back")

    assert back.returncode == 0, back.stderr
    assert "are back" in back.stdout
    assert _touches([company.seen(f"/v1/customers/{customer}/360", positions[-1])]) == 50 * len(positions)


def _touches(views: list[dict[str, Any]]) -> int:
    return sum(view["interactions"]["count"] for view in views)
