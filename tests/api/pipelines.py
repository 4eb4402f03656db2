"""Pipelines for tests of the API: each test defines one of its own."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from .asking import Caller

TALKS: dict[str, Any] = {"id": "talks", "name": "Talks", "probability": 20, "category": "pipeline"}
TERMS: dict[str, Any] = {
    "id": "terms",
    "name": "Terms",
    "probability": 60,
    "category": "commit",
    "rotting_days": 7,
    "max_days": 30,
    "required_fields": ["owner", "expected_close_date"],
    "exit_criteria": ["Budget"],
}
WON: dict[str, Any] = {"id": "won", "name": "Won", "kind": "won", "probability": 100, "category": "closed"}
LOST: dict[str, Any] = {"id": "lost", "name": "Lost", "kind": "lost", "probability": 0, "category": "omitted"}
NO_ANSWER: dict[str, Any] = {**LOST, "id": "no_answer", "name": "No answer"}


def definition(*stages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "Partners", "stages": list(stages) or [TALKS, TERMS, WON, LOST, NO_ANSWER], **more}


def defined(crm: Caller, *stages: dict[str, Any], **more: Any) -> str:
    """The id of a pipeline that was not there before."""
    pipeline = f"p-{uuid4().hex[:12]}"
    crm.told(f"/v1/pipelines/{pipeline}", definition(*stages, **more), method="PUT")
    return pipeline
