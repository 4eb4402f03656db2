"""The documents of scoring models in docs/scores: each means something, and the demo goes by them."""

import tomllib
from pathlib import Path

import pytest

from domain.scoring import ScoringModel, check_model, model_of
from gateways.demo.scoring_models import ENGAGEMENT, HEALTH, TRIED

DOCUMENTS = Path(__file__).parents[3] / "docs" / "scores"


def document(name: str) -> ScoringModel:
    model = model_of(tomllib.loads((DOCUMENTS / name).read_text()))
    check_model(model)
    return model


@pytest.mark.parametrize("name", sorted(path.name for path in DOCUMENTS.glob("*.toml")))
def test_each_document_means_something(name: str) -> None:
    assert document(name).id


def test_the_demo_scores_by_the_documents() -> None:
    assert document("engagement.toml") == ENGAGEMENT
    assert document("health.toml") == HEALTH
    assert document("engagement_v2.toml") == TRIED
