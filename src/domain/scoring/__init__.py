"""Scores: how well a customer fits, how much a customer does, how well both get on; by models that are facts."""

from domain.scoring.configuration import (
    EVENTS,
    SCORING_MODELS,
    ScoringModelDefined,
    ScoringModelPromoted,
    ScoringModelRetired,
)
from domain.scoring.defining import check_model, define_model
from domain.scoring.documented import model_of
from domain.scoring.documents import MODEL_ID, NOT_A_MODEL_ID, Kind, ScoringModel
from domain.scoring.known import Known
from domain.scoring.predictive import Feature, Predictive
from domain.scoring.promoting import promote, retire
from domain.scoring.rules import Band, Combined, EngagementRule, FitRule, Health
from domain.scoring.score import Contribution, Score
from domain.scoring.scoring import Scoring, scored
from domain.scoring.together import together
from domain.scoring.turns import Live, Stood
from domain.scoring.versions import InForce, ModelVersion, ScoringModels

__all__ = [
    "EVENTS",
    "MODEL_ID",
    "NOT_A_MODEL_ID",
    "SCORING_MODELS",
    "Band",
    "Combined",
    "Contribution",
    "EngagementRule",
    "Feature",
    "FitRule",
    "Health",
    "InForce",
    "Kind",
    "Known",
    "Live",
    "ModelVersion",
    "Predictive",
    "Score",
    "Scoring",
    "ScoringModel",
    "ScoringModelDefined",
    "ScoringModelPromoted",
    "ScoringModelRetired",
    "ScoringModels",
    "Stood",
    "check_model",
    "define_model",
    "model_of",
    "promote",
    "retire",
    "scored",
    "together",
]
