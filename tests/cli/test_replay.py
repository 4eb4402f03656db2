"""`crm replay`: a model tried on the past, compared, promoted, dropped; and files that mean nothing."""

import re
from pathlib import Path

import pytest

from domain.scoring import SCORING_MODELS
from gateways.log.ledger import PostgresLedger
from process import now
from tests.cli.test_access import printed, run
from tests.support.facts import NOON
from tests.support.log import tell_by_chance

MODEL = """\
id = "engagement"
kind = "engagement"

[[engagement]]
name = "orders"
event = "order.placed"
points = 20
half_life_days = 30

[[engagement]]
name = "mails"
event = "interaction.recorded"
points = 5
max_per_day = 2

    [[engagement.where]]
    attribute = "channel"
    operator = "equals"
    value = "email"

[[bands]]
label = "hot"
at_least = 30
"""
DAY = f"{NOON.replace(month=4):%Y-%m-%d}"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = tmp_path / "model.toml"
    file.write_text(MODEL)
    return file


@pytest.fixture(autouse=True)
def _history(dsn: str, ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=3, steps=300, customers=20)
    printed(dsn, "rebuild", "leads")  # makes what all read models share


def replayed(dsn: str, model: Path, *options: str) -> tuple[str, str]:
    told = printed(dsn, "replay", "scores", "--model", str(model), "--as-of", DAY, *options)
    found = re.search(r"replay ([0-9a-f-]{36}): done", told)
    assert found, told
    return found[1], told


def refused(dsn: str, *arguments: str) -> str:
    done = run(dsn, "replay", *arguments)
    assert done.exit_code in (1, 2)
    return " ".join(done.stderr.replace("│", " ").split())


def test_a_model_is_tried_promoted_and_the_next_compared_with_it(
    dsn: str, model: Path, ledger: PostgresLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, told = replayed(dsn, model, "--outcome", "order.placed", "--horizon-days", "30")
    assert "20 customers; of 20 judged" in told
    assert "order.placed within 30 days" in told
    assert "of it reading" in told
    printed(dsn, "replay", "promote", first, "--reason", "tried")
    assert SCORING_MODELS.now(ledger).at(now()).version_of("engagement") == 1

    model.write_text(MODEL.replace("points = 20", "points = 2"))
    second, beside = replayed(dsn, model)
    assert "of engagement version 1, which is live" in beside
    assert "0 higher" in printed(dsn, "replay", "diff", second, "live")
    assert printed(dsn, "replay", "diff", second, "live") == printed(dsn, "replay", "diff", second, first)
    listed = printed(dsn, "replay", "list")
    assert listed.index(second) < listed.index(first)
    monkeypatch.setenv("COLUMNS", "80")
    assert f"\n{second}  engagement " in printed(dsn, "replay", "list")
    assert "20 customers" in printed(dsn, "replay", "show", second)
    assert printed(dsn, "replay", "drop", second) == "dropped\n"
    assert "there is no replay" in refused(dsn, "show", second)


def test_a_mistake_in_a_model_is_named_by_its_line(dsn: str, model: Path) -> None:
    model.write_text(MODEL.replace("points = 20", 'points = "many"'))
    assert "line 7, engagement.0.points: " in refused(dsn, "scores", "--model", str(model), "--as-of", DAY)
    model.write_text(MODEL.replace("order.placed", "order.paid"))
    assert "line 6, engagement.0.event: " in refused(dsn, "scores", "--model", str(model), "--as-of", DAY)
    assert "cannot be read" in refused(dsn, "scores", "--model", "absent.toml", "--as-of", DAY)


def test_questions_that_make_no_sense_are_refused(dsn: str, model: Path) -> None:
    scores = ("scores", "--model", str(model))
    assert "before time began" in refused(dsn, *scores, "--as-of", "1970-01-01")
    assert "ahead of now" in refused(dsn, *scores, "--as-of", "2126-01-01")
    assert "no time zone" in refused(dsn, *scores, "--as-of", "2026-03-02T12:00")
    assert "'sold'" in refused(dsn, *scores, "--as-of", DAY, "--outcome", "sold")
    assert "10 years" in refused(dsn, *scores, "--as-of", DAY, "--horizon-days", "4000")
    assert "neither a replay nor" in refused(dsn, "diff", "0197a000-0000-7000-8000-000000000001", "dead")
    first, _ = replayed(dsn, model)
    assert "no model to compare it with" in refused(dsn, "diff", first, "live")
