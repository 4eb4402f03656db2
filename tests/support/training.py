"""Training specifications and stories for tests of predictive models."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from msgspec.structs import replace

from domain.events import Event
from domain.facts import Fact
from domain.scoring.moments import Moments
from domain.scoring.rows import Row
from domain.scoring.training_specification import TrainingSpecification, specification_of
from tests.support.facts import ADA, LEAD_ID, NOON, fact


def document(
    *features: dict[str, Any], training: dict[str, Any] | None = None, **predictive: Any
) -> dict[str, Any]:
    """Of a model that predicts, from the capture of a lead, whether it is converted within a month."""
    return {
        "id": "conversion",
        "kind": "predictive",
        "predictive": {
            "method": "logistic",
            "predict_from": "lead.captured",
            "outcome": "lead.converted",
            "within_days": 30,
            "features": list(features) or [attribute("job")],
            **predictive,
        },
        "training": training or {},
    }


def specification(*features: dict[str, Any], **predictive: Any) -> TrainingSpecification:
    return specification_of(document(*features, **predictive))


def attribute(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "attribute": f"attributes.{name}", **more}


def told(
    event: Event,
    at: datetime = NOON,
    *,
    position: int = 1,
    late: timedelta = timedelta(0),
    stream_id: UUID = LEAD_ID,
    customer_id: UUID = ADA,
    with_fact: Fact | None = None,
) -> Fact:
    """A fact that was recorded so much after it happened, by a command of its own or by that of another fact."""
    made = fact(event, stream_id=stream_id, customer_id=customer_id, at=at)
    causation_id = with_fact.causation_id if with_fact else uuid4()
    return replace(made, position=position, recorded_at=at + late, causation_id=causation_id)


def moments_of(*features: dict[str, Any], **predictive: Any) -> Moments:
    return Moments(specification(*features, **predictive).predictive)


def rows(told_of: list[Fact], *features: dict[str, Any], **predictive: Any) -> tuple[Moments, list[Row]]:
    """The rows of one customer's story."""
    moments = moments_of(*features, **predictive)
    return moments, list(moments.rows([each for each in told_of if type(each.event) in moments.types]))
