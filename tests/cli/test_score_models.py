"""`crm score`: models out of files, and which version is live. A mistake is told by its line."""

import json
import tomllib
from pathlib import Path

import pytest

from domain.scoring import SCORING_MODELS
from gateways.log.ledger import PostgresLedger
from process import now
from tests.cli.test_access import printed, refused

DOCUMENTS = Path(__file__).parents[2] / "docs" / "scores"
FIRST, SECOND = str(DOCUMENTS / "engagement.toml"), str(DOCUMENTS / "engagement_v2.toml")


def test_a_model_is_defined_promoted_shown_and_retired(dsn: str, ledger: PostgresLedger, tmp_path: Path) -> None:
    assert "version 1 of engagement" in printed(dsn, "score", "define", FIRST, "--reason", "agreed with sales")
    assert "version 2 of engagement" in printed(dsn, "score", "define", SECOND)
    printed(dsn, "score", "promote", "engagement", "1")

    listed = printed(dsn, "score", "list")
    shown = printed(dsn, "score", "show", "engagement")
    (tmp_path / "again.toml").write_text(shown)
    printed(dsn, "score", "define", str(tmp_path / "again.toml"))
    known = SCORING_MODELS.now(ledger)

    again = printed(dsn, "score", "promote", "engagement", "2", "--from", "2999-01-01")
    assert "Version 2 of engagement goes live at 2999-01-01T00:00:00+00:00" in again
    assert "2 at 2999-01-01 00:00" in printed(dsn, "score", "list")

    assert "engagement" in listed
    assert shown.startswith("# Version 1, live: ")
    assert known.named("engagement", 3).model == known.at(now()).named("engagement").model
    assert known.versions("engagement")[0].defined_by.startswith("cli:")
    printed(dsn, "score", "retire", "engagement")
    assert not SCORING_MODELS.now(ledger).at(now()).live


def test_who_defines_a_version_that_is_effective_later_is_told_from_when(dsn: str, tmp_path: Path) -> None:
    later = tmp_path / "later.toml"
    later.write_text("effective_from = 2999-01-01T00:00:00Z\n" + Path(FIRST).read_text())

    told = printed(dsn, "score", "define", str(later))
    assert "Defined as version 1 of engagement; it goes live at 2999-01-01T00:00:00+00:00." in told


@pytest.mark.parametrize(
    ("written", "line", "named"),
    [
        ("points = 8", "points = 0", "line 9, engagement.0.points: "),
        ("points = 8", 'points = "eight"', "line 9, engagement.0.points: "),
        ('event = "order.placed"', 'event = "order.dreamt"', "line 28, engagement.3.event: "),
        ("max_per_day = 2", "most_a_day = 2", "line 10, engagement.0.most_a_day: "),
        ('label = "2"', 'label = "1"', "line 45, bands.1.label: "),
        ('kind = "engagement"', 'kind = "engagement', "line 3"),
    ],
)
def test_a_mistake_in_a_file_is_told_by_its_line(
    dsn: str, tmp_path: Path, written: str, line: str, named: str
) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(Path(FIRST).read_text().replace(written, line, 1))

    assert named in " ".join(refused(dsn, "score", "define", str(wrong)).split())


@pytest.mark.parametrize(
    ("changed", "line", "named"),
    [
        ('"points": 8', '"points": 0', "line 15, engagement.0.points: "),
        ('"label": "2"', '"label": "1"', "line 59, bands.1.label: "),
        ('"value": "inbound"', '"value": ["inbound"]', "line 12, engagement.0.where.0.value: "),
        ('"kind": "engagement"', '"kind": "engagement', "line 3"),
    ],
)
def test_a_mistake_in_a_file_of_json_is_told_by_its_line_too(
    dsn: str, tmp_path: Path, changed: str, line: str, named: str
) -> None:
    text = json.dumps(tomllib.loads(Path(FIRST).read_text()), indent=1)
    assert changed in text
    (tmp_path / "wrong.json").write_text(text.replace(changed, line, 1))

    assert named in " ".join(refused(dsn, "score", "define", str(tmp_path / "wrong.json")).split())


def test_what_only_the_log_can_tell_of_a_mistake_is_told_by_its_line_too(dsn: str, tmp_path: Path) -> None:
    printed(dsn, "score", "define", FIRST)
    other = tmp_path / "other.toml"
    grade = (DOCUMENTS / "lead_grade.toml").read_text()
    other.write_text(grade.replace("lead_grade", "engagement"))
    of_another_kind = refused(dsn, "score", "define", str(other))
    other.write_text(grade.replace("bant.need", "custom.nosuch"))

    assert (
        "other.toml: line 3, kind: engagement is a model of kind engagement (ModelKindChanged)" in of_another_kind
    )
    assert "other.toml: line 29, fit.3.attribute: neither leads nor" in refused(dsn, "score", "define", str(other))


def test_a_model_that_was_not_trained_is_neither_defined_nor_replayed(dsn: str, tmp_path: Path) -> None:
    untrained = tmp_path / "untrained.toml"
    text = (DOCUMENTS.parents[1] / "examples" / "scoring" / "order_again.toml").read_text()
    untrained.write_text(text.partition("[training]")[0])
    told = "untrained.toml: line 14, predictive.learnt: nothing was learnt yet: train it first (ModelNotTrained)"

    assert told in refused(dsn, "score", "define", str(untrained))
    printed(dsn, "score", "define", FIRST)
    assert told in refused(dsn, "replay", "scores", "--model", str(untrained), "--as-of", f"{now():%Y-%m-%d}")


def test_what_is_not_there_is_refused_by_name(dsn: str) -> None:
    assert "ScoringModelNotFound" in refused(dsn, "score", "promote", "engagement", "1")
    assert "ScoringModelNotFound" in refused(dsn, "score", "show", "engagement")
