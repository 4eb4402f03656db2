"""What can have happened to a deal."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from msgspec import UNSET, UnsetType

from domain.custom_fields.records import CustomFieldsChanged
from domain.deals import committee_events, item_events
from domain.events import Event, PersonalText
from domain.external_ids import ExternalId
from domain.money import Money
from domain.pipelines import ForecastCategory


class DealOpened(Event, frozen=True, kw_only=True):
    """`number` is what people call the deal; no two deals have the same.

    Here and below, `pipeline_version` is the version of the configuration under which it was decided. One unit of
    the amount's currency was worth `rate` units of `home_currency`: the rate of the day `rate_date`, the last one
    known on the day of the event. They are null where none was known.
    """

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
    pipeline_version: int | None = None
    rate: Decimal | None = None
    rate_date: date | None = None
    home_currency: str | None = None


class DealLeadLinked(Event, frozen=True, kw_only=True):
    """A lead was converted into the deal, which was there already."""

    TYPE: ClassVar[str] = "deal.lead_linked"
    lead_id: UUID


class DealStageMoved(Event, frozen=True, kw_only=True):
    """`probability` and `category` are the deal's from then on: those of the stage moved to, as they were then,
    or the probability that is pinned."""

    TYPE: ClassVar[str] = "deal.stage_moved"
    from_stage: str
    to_stage: str
    probability: int
    category: ForecastCategory
    pipeline_version: int | None = None


class DealPipelineChanged(Event, frozen=True, kw_only=True):
    """As a move, to a stage of another pipeline."""

    TYPE: ClassVar[str] = "deal.pipeline_changed"
    from_pipeline: str
    to_pipeline: str
    from_stage: str
    to_stage: str
    probability: int
    category: ForecastCategory
    pipeline_version: int | None = None


class DealCriterionMet(Event, frozen=True, kw_only=True):
    """An exit criterion of a stage is met; who says so is the event's actor."""

    TYPE: ClassVar[str] = "deal.criterion_met"
    stage: str
    criterion: str
    evidence: PersonalText | None = None


class DealCriterionWithdrawn(Event, frozen=True, kw_only=True):
    """An exit criterion that was taken for met is not."""

    TYPE: ClassVar[str] = "deal.criterion_withdrawn"
    stage: str
    criterion: str


class DealProbabilityPinned(Event, frozen=True, kw_only=True):
    """The deal keeps this probability, whatever its stage's is, until it is unpinned or the deal closes."""

    TYPE: ClassVar[str] = "deal.probability_pinned"
    probability: int
    because: PersonalText


class DealProbabilityUnpinned(Event, frozen=True, kw_only=True):
    """`probability` is again the stage's."""

    TYPE: ClassVar[str] = "deal.probability_unpinned"
    probability: int
    pipeline_version: int | None = None


class DealAmountChanged(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.amount_changed"
    amount: Money
    previous: Money | None = None
    rate: Decimal | None = None
    rate_date: date | None = None
    home_currency: str | None = None


class DealCloseDateChanged(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.close_date_changed"
    expected_close_date: date
    previous: date | None = None


class DealChanged(Event, frozen=True, kw_only=True):
    """Only the fields that changed are there; null empties a field."""

    TYPE: ClassVar[str] = "deal.changed"
    name: str | UnsetType = UNSET
    owner: str | None | UnsetType = UNSET
    contact_id: UUID | None | UnsetType = UNSET
    product: str | None | UnsetType = UNSET


class DealNextStepPlanned(Event, frozen=True, kw_only=True):
    """The task that the deal waits for, and when it is due; planned again, it is due at another time."""

    TYPE: ClassVar[str] = "deal.next_step_planned"
    task_id: UUID
    due_at: datetime


class DealNextStepDone(Event, frozen=True, kw_only=True):
    """The deal waits for the task no more: it was done, or dropped."""

    TYPE: ClassVar[str] = "deal.next_step_done"
    task_id: UUID


class DealWon(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.won"
    stage: str
    amount: Money
    pipeline_version: int | None = None
    rate: Decimal | None = None
    rate_date: date | None = None
    home_currency: str | None = None


class DealLost(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.lost"
    stage: str
    loss_reason: str
    competitor: str | None = None
    notes: PersonalText | None = None
    pipeline_version: int | None = None


class DealReopened(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.reopened"
    stage: str
    probability: int
    category: ForecastCategory
    pipeline_version: int | None = None


class DealFieldsChanged(CustomFieldsChanged, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "deal.custom_fields_changed"


EVENTS: tuple[type[Event], ...] = (
    DealOpened,
    DealLeadLinked,
    DealStageMoved,
    DealPipelineChanged,
    DealCriterionMet,
    DealCriterionWithdrawn,
    DealProbabilityPinned,
    DealProbabilityUnpinned,
    DealAmountChanged,
    DealCloseDateChanged,
    DealChanged,
    DealNextStepPlanned,
    DealNextStepDone,
    DealWon,
    DealLost,
    DealReopened,
    DealFieldsChanged,
    *item_events.EVENTS,
    *committee_events.EVENTS,
)
