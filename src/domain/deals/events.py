"""What can have happened to a deal."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.events import Event
from domain.external_ids import ExternalId
from domain.money import Money
from domain.pipelines import ForecastCategory


class DealOpened(Event, frozen=True, kw_only=True):
    """`number` is what people call the deal; no two deals have the same."""

    TYPE: ClassVar[str] = "deal.opened"
    name: str
    pipeline: str
    stage: str
    probability: int
    category: ForecastCategory
    amount: Money | None = None
    expected_close_date: date | None = None
    owner: str | None = None
    contact_id: UUID | None = None
    lead_id: UUID | None = None
    product: str | None = None
    number: str | None = None
    external_id: ExternalId | None = None


class DealStageMoved(Event, frozen=True, kw_only=True):
    """`probability` and `category` are those of the stage moved to, as they were then."""

    TYPE: ClassVar[str] = "deal.stage_moved"
    from_stage: str
    to_stage: str
    probability: int
    category: ForecastCategory


class DealAmountChanged(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.amount_changed"
    amount: Money
    previous: Money | None = None


class DealCloseDateChanged(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.close_date_changed"
    expected_close_date: date
    previous: date | None = None


class DealWon(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.won"
    stage: str
    amount: Money


class DealLost(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.lost"
    stage: str
    loss_reason: str
    competitor: str | None = None


class DealReopened(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.reopened"
    stage: str
    probability: int
    category: ForecastCategory


EVENTS: tuple[type[Event], ...] = (
    DealOpened,
    DealStageMoved,
    DealAmountChanged,
    DealCloseDateChanged,
    DealWon,
    DealLost,
    DealReopened,
)
