"""Line items of a deal, as they are asked for and answered."""

from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from api.http.amounts import AmountAnswer, AmountBody
from api.http.decimals import Percent, Quantity
from api.http.fields import WHOLE, CommandBody, Label, Name
from domain.deals import AmountSource, Deal, DealLineItemChanged, LineItem, deal_totals, priced
from domain.deals.line_items import LONGEST_TERM, Interval

_AMOUNTS = ("unit_price", "discount")
Term = Annotated[int, Field(ge=1, le=LONGEST_TERM), WHOLE]


class _Terms(CommandBody):
    product: Label | None = Field(default=None, description="what a list of products calls it")
    discount_percent: Percent | None = Field(default=None, description="of the price of the line")
    discount: AmountBody | None = Field(
        default=None, description="off the price of the line, for each interval; in place of a percentage"
    )
    tax_percent: Percent | None = Field(default=None, description="on top: prices are without tax")
    term: Term | None = Field(default=None, description="how many intervals are agreed; where it recurs")

    def stated(self) -> dict[str, Any]:
        """The fields that are given, as the domain has them."""
        names = [name for name in LineItem.__struct_fields__ if name in self.model_fields_set and name != "id"]
        found = {name: getattr(self, name) for name in names}
        for name in _AMOUNTS:
            if found.get(name) is not None:
                found[name] = found[name].checked(name)
        return found


class AddLineItem(_Terms):
    """The amounts are in the deal's currency."""

    id: UUID | None = None
    name: Name
    quantity: Quantity = Field(description='at most 6 decimal digits, a whole number or in quotes: "2.5"')
    unit_price: AmountBody = Field(description="without tax, for one interval")
    interval: Interval = "once"

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "name": "Seats",
                    "product": "seat",
                    "quantity": 200,
                    "unit_price": {"amount": "10.00", "currency": "EUR"},
                    "discount_percent": "7.5",
                    "tax_percent": 19,
                    "interval": "month",
                    "term": 12,
                }
            ]
        }
    }

    def item(self, item_id: UUID) -> LineItem:
        return LineItem(id=item_id, **self.stated())


class ChangeLineItem(_Terms):
    """What is left out stays as it is; null empties a field."""

    name: Name = Field(default="", description="a line item keeps a name")
    quantity: Quantity = Field(default=1, description="at most 6 decimal digits")
    unit_price: AmountBody = Field(default=None, description="without tax, for one interval")  # type: ignore[assignment]
    interval: Interval = "once"

    model_config = {"json_schema_extra": {"examples": [{"quantity": 220, "reason": "they grow"}]}}

    def change(self, item_id: UUID) -> DealLineItemChanged:
        return DealLineItemChanged(item_id=item_id, **self.stated())


class RemoveLineItem(CommandBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "they keep their scanners"}]}}


class SetAmountSource(CommandBody):
    """`line_items`: the amount is what the line items come to without tax, and follows them."""

    source: AmountSource

    model_config = {"json_schema_extra": {"examples": [{"source": "line_items"}]}}


class PricedAnswer(BaseModel):
    """For one interval: price less discount is net, net and tax are the total."""

    price: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal
    total: Decimal


class LineItemAnswer(BaseModel):
    id: UUID
    name: str
    product: str | None
    quantity: Decimal
    unit_price: AmountAnswer
    discount_percent: Decimal | None
    discount: AmountAnswer | None
    tax_percent: Decimal | None
    interval: Literal["once", "month", "quarter", "year"]
    term: int | None
    comes_to: PricedAnswer

    @classmethod
    def of(cls, item: LineItem) -> "LineItemAnswer":
        plain = {name: getattr(item, name) for name in LineItem.__struct_fields__ if name not in _AMOUNTS}
        return cls(
            unit_price=AmountAnswer(amount=item.unit_price.amount, currency=item.unit_price.currency),
            discount=AmountAnswer.of(item.discount),
            comes_to=PricedAnswer.model_validate(priced(item), from_attributes=True),
            **plain,
        )


class TotalsAnswer(BaseModel):
    """In the deal's currency; `net`, `tax` and `total` are for the whole term."""

    currency: str
    net: Decimal = Field(description="the total contract value, without tax")
    tax: Decimal
    total: Decimal
    one_off: Decimal = Field(description="what of the net is paid once")
    monthly: Decimal = Field(description="what recurs in a month (MRR): a twelfth of `yearly`")
    yearly: Decimal = Field(description="what recurs in a year (ARR)")


class LineItemsAnswer(BaseModel):
    amount_source: AmountSource
    items: list[LineItemAnswer]
    totals: TotalsAnswer | None = Field(description="null for a deal without line items")

    @classmethod
    def of(cls, deal: Deal) -> "LineItemsAnswer":
        found = deal_totals(deal)
        return cls(
            amount_source=deal.amount_source,
            items=[LineItemAnswer.of(item) for item in deal.line_items.values()],
            totals=None if found is None else TotalsAnswer.model_validate(found, from_attributes=True),
        )
