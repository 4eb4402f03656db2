"""The parameters that say which deals are meant."""

from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query
from pydantic import StringConstraints

from api.http.custom_field_filter import conditions_on
from api.http.fields import Day, Label
from api.http.stated import states
from domain.custom_fields import Condition
from domain.money import DIGITS, UnknownCurrency
from domain.pipelines import ForecastCategory
from domain.refusals import Invalid
from projections.deals.listing import Wanted

_Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}(\.[0-9]{1,4})?$")]


class AmountNeedsCurrency(Invalid):
    """Amounts are compared in one currency, which is named with them."""


def _filter(
    custom_fields: Annotated[tuple[Condition, ...], conditions_on("deal")],
    pipeline: Annotated[Label | None, Query(description="on this pipeline")] = None,
    stage: Annotated[Label | None, Query(description="in this stage")] = None,
    status: Literal["open", "won", "lost"] | None = None,
    category: Annotated[ForecastCategory | None, Query(description="of this forecast category")] = None,
    owner: Annotated[Label | None, Query(description="of this owner")] = None,
    customer_id: Annotated[UUID | None, Query(description="of this customer")] = None,
    expected_close_after: Annotated[Day | None, Query(description="expected on this day or later")] = None,
    expected_close_before: Annotated[Day | None, Query(description="expected on this day or earlier")] = None,
    currency: Annotated[
        Annotated[str, StringConstraints(min_length=3, max_length=3), states(enum=sorted(DIGITS))] | None,
        Query(description="in this currency (ISO 4217)"),
    ] = None,
    amount_from: Annotated[_Amount | None, Query(description="of this amount or more, in `currency`")] = None,
    amount_to: Annotated[_Amount | None, Query(description="of this amount or less, in `currency`")] = None,
    rotting: Annotated[
        bool | None, Query(description="whether nothing happened to it for as long as its stage allows")
    ] = None,
) -> Wanted:
    if currency is not None and currency not in DIGITS:
        raise UnknownCurrency(f"{currency!r} is no ISO 4217 currency code", field="currency")
    if currency is None and (amount_from is not None or amount_to is not None):
        raise AmountNeedsCurrency("an amount is asked for in no currency", field="currency")
    return Wanted(
        pipeline=pipeline,
        stage=stage,
        status=status,
        category=category,
        owner=owner,
        customer_id=customer_id,
        expected_close_after=expected_close_after,
        expected_close_before=expected_close_before,
        currency=currency,
        amount_from=None if amount_from is None else Decimal(amount_from),
        amount_to=None if amount_to is None else Decimal(amount_to),
        rotting=rotting,
        custom_fields=custom_fields,
    )


DealFilterDep = Annotated[Wanted, Depends(_filter)]
