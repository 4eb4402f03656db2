"""Schemathesis asks the running API all that its description allows, and what it does not."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.http.routes.pipelines import DefinePipeline
from tests.gateways.identity.issuer import Issuer, running_issuer
from tests.support.access import bearer

from .asking import Caller
from .own_records import make_own_records
from .server import RunningApi, running_api
from .test_description import make_the_records_of_the_examples

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CASES = os.environ.get("TOUCHLEDGER_FUZZ")
"""How many cases an operation gets, new ones each time; where not set, a few, always the same ones."""

TAX = {"type": "text", "label": "Number of the tax office"}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def own_api(dsn: str, issuer: Issuer) -> Iterator[RunningApi]:
    with running_api(dsn, provider=issuer.provider(roles_claim="roles")) as running:
        yield running


def test_no_check_of_schemathesis_fails(own_api: RunningApi, issuer: Issuer, tmp_path: Path) -> None:
    with own_api.client() as client:
        crm = Caller(own_api, client)
        make_the_records_of_the_examples(crm)
        crm.told("/v1/access/members/webshop", {"roles": ["intake"]}, method="PUT")
        crm.told("/v1/pipelines/partners", partners(), method="PUT")
        crm.told("/v1/custom-fields/customer/tax_number", {"definition": TAX}, method="PUT")
        crm.told("/v1/currency-rates/home", {"currency": "SEK"})
        make_own_records(crm)
    # What the provider says of a caller, no command takes from him: he stays the admin, whatever he does.
    token = issuer.token(sub="schemathesis", roles=["admin"], exp=int(time.time()) + 7_200)

    report = _asked(own_api.url, token, tmp_path)

    assert report.returncode == 0, report.stdout[-50_000:]


def partners() -> dict[str, Any]:
    """The pipeline of the examples; by another name, so that the example says something new."""
    described: Any = DefinePipeline.model_config["json_schema_extra"]
    return {**described["examples"][0], "name": "Partners of old"}


def _asked(url: str, token: str, folder: Path) -> subprocess.CompletedProcess[str]:
    settings = folder / "schemathesis.toml"
    stateful = f"[phases.stateful.generation]\nmax-examples = {10 * int(CASES or 3)}\n"
    settings.write_text(f"{(HERE / 'schemathesis.toml').read_text()}\n{stateful}")
    # Its boundary values are always the same thousands, and take four minutes: `make fuzz` asks them too.
    brief = ["--max-examples", "3", "--generation-deterministic", "--phases", "examples,fuzzing,stateful"]
    cases = ["--max-examples", CASES] if CASES else brief
    config = ["--config-file", str(settings)]
    headers = ["--header", f"Authorization: {bearer(token)['Authorization']}"]
    return subprocess.run(
        [Path(sys.executable).parent / "schemathesis", *config, "run", f"{url}/openapi.json", *headers, *cases],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
