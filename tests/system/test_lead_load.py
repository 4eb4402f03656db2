"""Leads under load, over HTTP: what `make bench B=leads` does with thousands, with some hundreds."""

from pathlib import Path

import pytest

from benchmarks.bench_leads import TEAM, team_in_turn
from benchmarks.lead_load import carry_out, people
from benchmarks.lead_outcome import problems
from tests.support.access import bearer
from tests.support.crm_api import ApiProcess


@pytest.mark.rule(
    "concurrent captures and conversions lose and double no lead, and its turns are exactly fair",
    unlike="EspoCRM, Frappe, Django-CRM",
    area="assignment",
)
def test_no_lead_is_lost_or_doubled_and_every_owner_gets_his_share(
    dsn: str, owner_dsn: str, tmp_path: Path
) -> None:
    team_in_turn(dsn)
    with ApiProcess(dsn, tmp_path / "api.log") as api:
        outcome = carry_out(api.port, bearer(api.door.key), people(300, duplicates=0.1), clients=16)

    assert outcome.failures == []
    assert outcome.answers == {
        "captured 201": 270,
        "captured 409 LeadAlreadyLive": 30,
        "qualified 200": 270,
        "converted 200": 270,
    }
    assert problems(owner_dsn, leads=270, team=TEAM) == []
