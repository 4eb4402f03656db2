"""`crm score train`: a model out of the log, into a file and as a version of a scoring model."""

import sys
import tomllib
from pathlib import Path

import pytest

from api.cli.document_lines import line_of, lines_of_toml
from api.cli.model_files import written
from domain.scoring import SCORING_MODELS, ScoringModel, model_of
from domain.scoring.training_specification import specification_of
from gateways.log.ledger import PostgresLedger
from tests.cli.test_access import printed, refused, run
from tests.support.leads_that_convert import tell_of_leads
from tests.support.scoring_models import COMBINED, ENGAGEMENT, FIT, HEALTH, PREDICTIVE

SPECIFICATION = """\
id = "qualifying"
kind = "predictive"
bands = [{ label = "cold", at_least = 0 }, { label = "warm", at_least = 40 }]

[predictive]
method = "naive_bayes"
subject = "lead"
predict_from = "lead.captured"
outcome = "lead.qualified"
within_days = 5
known = "occurred"

[[predictive.features]]
name = "job"
attribute = "attributes.job"

[[predictive.features]]
name = "mails"
event = "interaction.recorded"
where = [{ attribute = "channel", operator = "equals", value = "email" }]

[training]
least_rows = 40
least_outcomes = 10
"""


@pytest.fixture
def leads(ledger: PostgresLedger) -> None:
    tell_of_leads(ledger)


def specified(folder: Path, text: str = SPECIFICATION) -> str:
    (folder / "spec.toml").write_text(text)
    return str(folder / "spec.toml")


@pytest.mark.usefixtures("leads")
def test_a_model_is_trained_written_and_defined(dsn: str, ledger: PostgresLedger, tmp_path: Path) -> None:
    out = tmp_path / "model.toml"
    told = printed(dsn, "score", "train", specified(tmp_path), "--out", str(out), "--define")

    for word in ("Learnt from", "AUC", "log-loss", "without a model", "predicted", "job", "Defined as version 1"):
        assert word in told
    known = SCORING_MODELS.now(ledger)
    assert known.promoted == {}
    (version,) = known.versions("qualifying")
    assert version.model == model_of(tomllib.loads(out.read_text()))
    assert version.model.predictive is not None
    assert version.model.predictive.learnt is not None
    assert [band.label for band in version.model.bands] == ["cold", "warm"]


@pytest.mark.usefixtures("leads")
@pytest.mark.parametrize(
    ("mistake", "words"),
    [
        (('"naive_bayes"', '"bayes"'), ["spec.toml", "line 6", "predictive.method"]),
        (("attributes.job", "atributes.job"), ["line 15", "predictive.features.0.attribute", "atributes.job"]),
        (("within_days = 5", "within_days = 0"), ["line 10", "PaceOutOfRange"]),
        (("least_rows = 40", "least_rows = 400"), ["line 23", "TooFewRows", "400"]),
        (("[training]", "[trainin]"), ["line 22", "perhaps 'training' is meant"]),
        (('"occurred"', '"recorded"'), ["line 13", "FeatureFromTheFuture", "job"]),
        (('outcome = "lead.qualified"', 'outcome = "interaction.recorded"'), ["line 19", "FeatureIsTheOutcome"]),
        (("kind =", "kind"), ["no TOML", "line 2"]),
    ],
)
def test_what_cannot_be_learnt_is_refused_by_the_line(
    dsn: str, tmp_path: Path, mistake: tuple[str, str], words: list[str]
) -> None:
    out = tmp_path / "model.toml"
    done = run(dsn, "score", "train", specified(tmp_path, SPECIFICATION.replace(*mistake)), "--out", str(out))

    assert done.exit_code == 1
    for word in words:
        assert word in done.stderr
    assert not out.exists()


def test_a_file_that_cannot_be_read_or_written_is_told(dsn: str, tmp_path: Path) -> None:
    assert "cannot be read" in refused(dsn, "score", "train", str(tmp_path / "none.toml"), "--define")
    (tmp_path / "list.json").write_text("[]")
    assert "a model is a table" in refused(dsn, "score", "train", str(tmp_path / "list.json"), "--define")
    (tmp_path / "broken.json").write_text("{")
    assert "no JSON" in refused(dsn, "score", "train", str(tmp_path / "broken.json"), "--define")


def test_it_is_said_where_the_model_goes(dsn: str, tmp_path: Path) -> None:
    done = run(dsn, "score", "train", specified(tmp_path))

    assert done.exit_code == 2
    assert "--define" in done.stderr


def test_a_folder_that_is_not_there_is_told_before_anything_is_learnt(dsn: str, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "model.toml"

    done = run(dsn, "score", "train", specified(tmp_path), "--out", str(out))

    assert done.exit_code == 2
    assert "there is no folder" in done.stderr.replace("\n", " ")


def test_without_scikit_learn_the_extra_is_named(
    dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [each for each in sys.modules if each.startswith(("projections.training", "sklearn"))]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "sklearn", None)

    done = run(dsn, "score", "train", specified(tmp_path), "--define")

    assert done.exit_code == 1
    assert "is not installed: install touchledger with its extra `analysis`" in done.stderr


@pytest.mark.parametrize("model", [FIT, ENGAGEMENT, COMBINED, HEALTH, PREDICTIVE], ids=lambda each: each.kind)
def test_a_model_that_was_written_is_read_as_it_was(model: ScoringModel) -> None:
    assert model_of(tomllib.loads(written(model))) == model


def test_a_mistake_is_found_where_it_stands_or_in_what_it_is_in() -> None:
    toml = 'id = "it"\n[[a.b]]\nx = 1\n[[a.b]]\n[[a.b.c]]\ny.z = 1\n"q" = 2\n'
    found = {
        field: line_of(lines_of_toml(toml), field)
        for field in ("id", "a.b.0.x", "a.b.1", "a.b.1.c.0.y.z", "a.b.0.q", "w")
    }
    assert found == {"id": 1, "a.b.0.x": 3, "a.b.1": 4, "a.b.1.c.0.y.z": 6, "a.b.0.q": 2, "w": 1}


def test_the_example_is_a_specification() -> None:
    example = Path(__file__).parents[2] / "examples" / "scoring" / "order_again.toml"

    assert specification_of(tomllib.loads(example.read_text())).model.id == "order_again"
