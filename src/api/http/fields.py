"""The fields that requests and answers are made of."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from domain.ledger import Receipt
from domain.money import Money, money


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the calendar") from None


Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
"""A time with a zone; kept in UTC."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Line = Annotated[str, StringConstraints(max_length=500)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Body(BaseModel):
    """A request's body: what it does not know, it refuses."""

    model_config = ConfigDict(extra="forbid")


class CommandBody(Body):
    """What every command may say beside its own fields."""

    occurred_at: Moment | None = Field(
        default=None, description="when it happened in the world, with a time zone; now, where not said"
    )
    reason: Line | None = Field(default=None, description="why; kept with the events")


class AmountBody(Body):
    amount: Decimal = Field(description='a number, or better a string: "1200.00"', max_digits=20)
    currency: Annotated[str, StringConstraints(min_length=3, max_length=3)] = Field(description="ISO 4217")

    def checked(self, field: str) -> Money:
        return money(self.amount, self.currency, field=field)


class AmountAnswer(BaseModel):
    amount: Decimal
    currency: str

    @classmethod
    def of(cls, value: Money | None) -> "AmountAnswer | None":
        return None if value is None else cls(amount=value.amount, currency=value.currency)


class ReceiptAnswer(BaseModel):
    """What a command achieved. A question with the header `Min-Position` waits until it sees this position."""

    id: UUID = Field(description="the record that the command was about")
    version: int = Field(description="its version: how many events it has")
    position: int = Field(description="the place of the command's last event in the one order of all events")

    @classmethod
    def of(cls, receipt: Receipt, **more: Any) -> "ReceiptAnswer":
        return cls(id=receipt.id, version=receipt.version, position=receipt.position, **more)
