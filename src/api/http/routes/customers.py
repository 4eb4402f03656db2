"""Customers: register, change, belong, and everything about one in one view."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from msgspec import UNSET
from pydantic import BaseModel, Field

from api.http.dependencies import (
    AsOf,
    CircumstancesDep,
    CustomerId,
    Limit,
    MinPosition,
    MomentDep,
    OrganisationId,
    ServicesDep,
)
from api.http.examples import ORGANISATION_ID
from api.http.fields import AttributeValue, CommandBody, Label, Line, Name, ReceiptAnswer
from api.http.freshness import fresh, tell_position
from api.http.timeline import TimelinePage, timeline_page
from api.http.view_360 import Customer360Answer, view_as_of
from domain import commands
from domain.customers import CUSTOMER, Attribute, change_profile, register
from projections.customer_360.query import CustomerLine, customer_list

router = APIRouter(prefix="/v1/customers", tags=["customers"])


class RegisterCustomer(CommandBody):
    id: UUID | None = Field(default=None, description="your own id, where you have one; made here, where not")
    kind: Literal["person", "organisation"]
    name: Name | None = None
    email: Line | None = None
    phone: Line | None = None
    attributes: dict[Label, AttributeValue] = Field(default={}, max_length=100)

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "kind": "person",
                    "name": "Ada Nilsson",
                    "email": "ada.nilsson@example.com",
                    "attributes": {"language": "sv"},
                }
            ]
        }
    }


class ChangeProfile(CommandBody):
    """Only the fields given are changed; null empties a field."""

    name: Name | None = None
    email: Line | None = None
    phone: Line | None = None
    attributes: dict[Label, AttributeValue | None] = Field(default={}, max_length=100)

    model_config = {"json_schema_extra": {"examples": [{"phone": "+46 8 123 456", "reason": "told us by phone"}]}}


class JoinOrganisation(CommandBody):
    organisation_id: UUID
    role: Label | None = None

    model_config = {
        "json_schema_extra": {"examples": [{"organisation_id": str(ORGANISATION_ID), "role": "Head of IT"}]}
    }


class LeaveOrganisation(CommandBody):
    model_config = {"json_schema_extra": {"examples": [{"reason": "changed jobs"}]}}


class CustomerAnswer(BaseModel):
    id: UUID
    kind: str
    name: str | None
    email: str | None
    phone: str | None
    attributes: dict[str, Attribute]
    organisations: list[UUID]


class CustomerPage(BaseModel):
    """`next` is the cursor of the following page; null on the last."""

    items: list[CustomerLine]
    next: UUID | None


@router.post("", status_code=201, summary="Register a customer")
def register_customer(
    body: RegisterCustomer, services: ServicesDep, by: CircumstancesDep, response: Response
) -> ReceiptAnswer:
    customer_id = body.id or services.new_id()
    registered = register(
        kind=body.kind, name=body.name, email=body.email, phone=body.phone, attributes=body.attributes
    )
    receipt = services.ledger.execute(commands.register_customer(customer_id, registered, by(body)))
    response.headers["Location"] = f"/v1/customers/{customer_id}"
    return ReceiptAnswer.of(receipt)


@router.patch("/{customer_id}", summary="Change a customer's profile")
def change_customer(
    customer_id: CustomerId, body: ChangeProfile, services: ServicesDep, by: CircumstancesDep
) -> ReceiptAnswer:
    given = {name: getattr(body, name) for name in ("name", "email", "phone") if name in body.model_fields_set}
    told = commands.tell(
        CUSTOMER,
        customer_id,
        lambda customer: change_profile(
            customer,
            name=given.get("name", UNSET),
            email=given.get("email", UNSET),
            phone=given.get("phone", UNSET),
            attributes=body.attributes,
        ),
        by(body),
    )
    return ReceiptAnswer.of(services.ledger.execute(told))


@router.post("/{customer_id}/organisations", summary="A person joins an organisation")
def join_organisation(
    customer_id: CustomerId, body: JoinOrganisation, services: ServicesDep, by: CircumstancesDep
) -> ReceiptAnswer:
    told = commands.join_organisation(customer_id, body.organisation_id, body.role, by(body))
    return ReceiptAnswer.of(services.ledger.execute(told))


@router.post("/{customer_id}/organisations/{organisation_id}/leave", summary="A person leaves an organisation")
def leave_organisation(
    customer_id: CustomerId,
    organisation_id: OrganisationId,
    body: LeaveOrganisation,
    services: ServicesDep,
    by: CircumstancesDep,
) -> ReceiptAnswer:
    told = commands.leave_organisation(customer_id, organisation_id, by(body))
    return ReceiptAnswer.of(services.ledger.execute(told))


@router.get("", summary="List customers")
def list_customers(
    services: ServicesDep,
    response: Response,
    after: Annotated[UUID | None, Query(description="the cursor: the last id of the page before")] = None,
    kind: Literal["person", "organisation"] | None = None,
    email: Annotated[Line | None, Query(description="exactly this address")] = None,
    limit: Limit = 100,
    min_position: MinPosition = None,
) -> CustomerPage:
    with fresh(services, response, "customer_360", min_position) as cursor:
        lines = customer_list(
            cursor, after=after, kind=kind, email=email.lower() if email else None, limit=limit + 1
        )
    return CustomerPage(items=lines[:limit], next=lines[limit - 1].id if len(lines) > limit else None)


@router.get("/{customer_id}", summary="A customer's own record, as it is now")
def get_customer(customer_id: CustomerId, services: ServicesDep, response: Response) -> CustomerAnswer:
    stream = services.ledger.read(CUSTOMER, customer_id)
    response.headers["ETag"] = f'"{stream.version}"'
    assert stream.state is not None
    return CustomerAnswer.model_validate(stream.state, from_attributes=True)


@router.get("/{customer_id}/360", summary="All that is known of a customer, for now or for any past moment")
def get_360(
    customer_id: CustomerId,
    services: ServicesDep,
    moment: MomentDep,
    response: Response,
    as_of: AsOf = None,
    min_position: MinPosition = None,
) -> Customer360Answer:
    return view_as_of(services, response, customer_id, moment, past=as_of is not None, min_position=min_position)


@router.get("/{customer_id}/timeline", summary="A customer's story: every event, newest recorded first")
def get_timeline(
    customer_id: CustomerId,
    services: ServicesDep,
    response: Response,
    before: Annotated[int, Query(ge=0, le=2**62, description="the cursor: events before this position")] = 2**62,
    limit: Limit = 100,
) -> TimelinePage:
    services.ledger.read(CUSTOMER, customer_id)
    tell_position(services, response)
    return timeline_page(services, customer_id, before, limit)
