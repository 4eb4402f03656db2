"""Customers who are found to be one, and found not to be; and whose values they show together."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from api.http.asking import Asking
from api.http.dependencies import CustomerId, OtherCustomerId
from api.http.examples import OTHER_CUSTOMER_ID
from api.http.fields import Line, ReasonedBody, ReceiptAnswer
from api.http.groups import check_change, sees
from api.http.identifier_fields import IdentifierBody, KnownIdentifier
from api.http.outlook import OutlookDep
from api.http.records import record_seen
from api.http.route import make_router, permits
from api.http.stated import NOT_BLANK
from api.ports import Services
from domain import commands, customers
from domain.commands import NamedIdentifier
from domain.customers import CUSTOMER, Customer
from domain.identity import IDENTITY_RULES
from projections.identities.query import holders_of

router = make_router("/v1/customers", "identity")

_MORE_THAN_ANY_GROUP = 2_000
ProfileField = Annotated[Line, Field(min_length=1, max_length=120)]


class Link(ReasonedBody):
    """The ground is an identifier that both hold, or the reason."""

    customer_id: UUID = Field(description="who is the same as this one")
    identifier: IdentifierBody | None = None

    model_config = {
        "json_schema_extra": {
            "anyOf": [
                {"required": ["reason"], "properties": {"reason": {"type": "string", "pattern": NOT_BLANK}}},
                {"required": ["identifier"], "properties": {"identifier": {"type": "object"}}},
            ],
            "examples": [{"customer_id": str(OTHER_CUSTOMER_ID), "reason": "told us that she registered twice"}],
        }
    }


class Unlink(ReasonedBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "mother and daughter"}]}}


class ChooseSurvivor(ReasonedBody):
    field: ProfileField = Field(description="name, email, phone, owner, attributes.<name> or custom_fields.<name>")

    model_config = {"json_schema_extra": {"examples": [{"field": "name", "reason": "as in her passport"}]}}


class LinkAnswer(BaseModel):
    """A link to one other customer, and its ground: an identifier that both held, or the reason."""

    customer_id: UUID
    since: datetime
    identifier: KnownIdentifier | None
    reason: str | None
    rules_version: int | None = Field(description="of the identity rules that held then")


class LinksAnswer(BaseModel):
    items: list[LinkAnswer]


@router.get("/{customer_id}/links", summary="Whom a customer was linked to directly, and why")
@permits("customer:read")
def get_links(customer_id: CustomerId, asked: Asking, response: Response, outlook: OutlookDep) -> LinksAnswer:
    """Those to customers whom the caller may see."""
    stream = record_seen(asked, response, CUSTOMER, customer_id, outlook)
    assert stream.state is not None
    links = _links(stream.state)
    return LinksAnswer(items=[link for link in links if sees(asked, link.customer_id)])


@router.post("/{customer_id}/links", response_model=ReceiptAnswer, summary="Two customers are found to be one")
@permits("customer:change")
async def link_customers(customer_id: CustomerId, body: Link, asked: Asking) -> Response:
    """A link changes both stories: who makes it may change both customers."""
    await run_in_threadpool(check_change, asked, body.customer_id)
    because = None if body.identifier is None else body.identifier.named
    holders = [] if because is None else await run_in_threadpool(_holders, asked.services, because)
    return await asked.done(
        commands.link_customers(customer_id, body.customer_id, asked.by(body), because=because, holders=holders)
    )


@router.post(
    "/{customer_id}/links/{other_id}/unlink",
    response_model=ReceiptAnswer,
    summary="Two customers are found not to be one: each has its own story again",
)
@permits("customer:change")
async def unlink_customers(
    customer_id: CustomerId, other_id: OtherCustomerId, body: Unlink, asked: Asking
) -> Response:
    return await asked.done(commands.unlink_customers(customer_id, other_id, asked.by(body)))


@router.post(
    "/{customer_id}/survivors",
    response_model=ReceiptAnswer,
    summary="Linked customers show this one's value of a field, whatever the identity rules say",
)
@permits("customer:change")
async def choose_survivor(customer_id: CustomerId, body: ChooseSurvivor, asked: Asking) -> Response:
    return await asked.done(
        commands.tell(
            CUSTOMER,
            customer_id,
            lambda customer: customers.choose_survivor(customer, field=body.field),
            asked.by(body),
        )
    )


@router.post(
    "/{customer_id}/survivors/release",
    response_model=ReceiptAnswer,
    summary="The identity rules say again whose value of a field is shown",
)
@permits("customer:change")
async def release_survivor(customer_id: CustomerId, body: ChooseSurvivor, asked: Asking) -> Response:
    return await asked.done(
        commands.tell(
            CUSTOMER,
            customer_id,
            lambda customer: customers.release_survivor(customer, field=body.field),
            asked.by(body),
        )
    )


def _holders(services: Services, named: NamedIdentifier) -> list[UUID]:
    """Who holds the identifier, as the read model knows it at this moment."""
    identifier = named.under(IDENTITY_RULES.now(services.ledger))
    with services.reads.statements() as cursor:
        return holders_of(cursor, identifier, most=_MORE_THAN_ANY_GROUP)


def _links(customer: Customer) -> list[LinkAnswer]:
    return [
        LinkAnswer(
            customer_id=other,
            since=link.since,
            identifier=None if link.because is None else KnownIdentifier.of(link.because),
            reason=link.reason,
            rules_version=link.rules_version,
        )
        for other, link in customer.links.items()
    ]
