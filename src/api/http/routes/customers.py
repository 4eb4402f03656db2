"""Customers: register, change, belong, and everything about one in one view."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query, Response
from msgspec import UNSET
from pydantic import BaseModel, Field

from api.http.asking import Asking, Prepared
from api.http.batch import Batch, BatchAnswer
from api.http.custom_field_filter import conditions_on
from api.http.custom_values import CustomFieldsAnswer, CustomFieldsBody
from api.http.dependencies import (
    CustomerId,
    MinPosition,
    OrganisationId,
    ServicesDep,
)
from api.http.examples import ORGANISATION_ID
from api.http.fields import (
    AttributeName,
    AttributeValue,
    CommandBody,
    Email,
    ExternalIdAnswer,
    ExternalIdBody,
    Label,
    Line,
    Name,
    Phone,
    ReceiptAnswer,
)
from api.http.groups import GroupAnswer, group_answer, members_of
from api.http.likeness import created_unless_duplicate, looker, telling
from api.http.likeness_answers import AcceptDuplicates, RegisteredAnswer
from api.http.outlook import OutlookDep, Seen
from api.http.pages import PageById
from api.http.records import record_seen
from api.http.route import make_router, permits
from api.http.seen_rows import seen_rows
from api.http.sparse import fields_of
from api.http.stated import given
from domain import commands
from domain.custom_fields import Condition
from domain.customers import CUSTOMER, Attribute, LifecycleStage, change_profile, register
from domain.customers.refusals import NothingChanges
from domain.duplicates import Action, Check, profile_of
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.query import CustomerLine, customer_list
from projections.duplicates.looking import Found

router = make_router("/v1/customers", "customers")
batches = make_router("/v1", "customers")


_PROFILE = ("name", "email", "phone", "owner")


class RegisterCustomer(CommandBody):
    id: UUID | None = Field(default=None, description="your own id, where you have one; made here, where not")
    kind: Literal["person", "organisation"]
    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    attributes: dict[AttributeName, AttributeValue] = Field(default={}, max_length=100)
    owner: Label | None = Field(default=None, description="who looks after the customer")
    external_id: ExternalIdBody | None = None
    custom_fields: CustomFieldsBody = {}
    accept_duplicates: AcceptDuplicates = False

    model_config = {
        "json_schema_extra": {
            "anyOf": [{"properties": {"kind": {"const": "person"}}}, given("name")],
            "examples": [
                {
                    "kind": "person",
                    "name": "Ada Nilsson",
                    "email": "ada.nilsson@example.com",
                    "attributes": {"language": "sv"},
                }
            ],
        }
    }


class ChangeProfile(CommandBody):
    """Only the fields given are changed; null empties a field."""

    name: Name | None = None
    email: Email | None = None
    phone: Phone | None = None
    attributes: dict[AttributeName, AttributeValue | None] = Field(default={}, max_length=100)
    owner: Label | None = None
    custom_fields: CustomFieldsBody = {}

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
    owner: str | None
    external_id: ExternalIdAnswer | None
    custom_fields: CustomFieldsAnswer
    lifecycle_stage: LifecycleStage | None
    came_from_leads: list[UUID]
    group: GroupAnswer | None = Field(
        default=None, description="those who were found to be the same; null for one alone"
    )


class CustomerPage(Seen):
    """`next` is the cursor of the following page; null on the last."""

    items: list[CustomerLine]
    next: str | None


def _registered(
    body: RegisterCustomer, asked: Asking, found: Found | None = None, action: Action = "register"
) -> Prepared:
    customer_id = body.id or asked.new_id()
    registered = register(
        kind=body.kind,
        name=body.name,
        email=body.email,
        phone=body.phone,
        attributes=body.attributes,
        owner=asked.owner(body.owner, "customer"),
        external_id=ExternalIdBody.checked(body.external_id),
    )
    check = Check(action=action, found=found, accepted=body.accept_duplicates)
    command = commands.register_customer(
        customer_id, registered, asked.by(body), custom_fields=body.custom_fields, check=check
    )
    return Prepared(command, location=f"/v1/customers/{customer_id}")


_batch = Batch(
    "customers",
    RegisterCustomer,
    lambda body, asked, found: telling(_registered(body, asked, found, "import"), found),
    example={"kind": "organisation", "name": "Fjord AS"},
    look=looker("import", lambda body: profile_of(body, body.custom_fields)),
)


@router.post("", status_code=201, response_model=RegisteredAnswer, summary="Register a customer")
@permits("customer:create")
async def register_customer(body: RegisterCustomer, asked: Asking) -> Response:
    """Where the rules about duplicates say so, the answer tells of customers that are likely the same, or it is
    refused for them (PossibleDuplicate)."""
    return await created_unless_duplicate(asked, "register", lambda found: _registered(body, asked, found))


@batches.post(
    "/customers:batch",
    status_code=207,
    response_model=BatchAnswer,
    openapi_extra=_batch.openapi,
    summary="Register up to 1,000 customers",
)
@permits("customer:create")
async def register_customers(asked: Asking) -> Response:
    return await _batch.answer(asked)


@router.patch("/{customer_id}", response_model=ReceiptAnswer, summary="Change a customer's profile")
@permits("customer:change")
async def change_customer(customer_id: CustomerId, body: ChangeProfile, asked: Asking) -> Response:
    given = {name: getattr(body, name) for name in _PROFILE if name in body.model_fields_set}
    told = commands.change_customer(
        customer_id,
        lambda customer, country: change_profile(
            customer,
            name=given.get("name", UNSET),
            email=given.get("email", UNSET),
            phone=given.get("phone", UNSET),
            attributes=body.attributes,
            owner=given.get("owner", UNSET),
            country=country,
        ),
        body.phone,
        asked.by(body),
    )
    complete = commands.changed_with(told, "customer", body.custom_fields, unchanged=NothingChanges)
    return await asked.done(commands.under_duplicate_rules(complete))


@router.post(
    "/{customer_id}/organisations", response_model=ReceiptAnswer, summary="A person joins an organisation"
)
@permits("customer:change")
async def join_organisation(customer_id: CustomerId, body: JoinOrganisation, asked: Asking) -> Response:
    return await asked.done(
        commands.join_organisation(customer_id, body.organisation_id, body.role, asked.by(body))
    )


@router.post(
    "/{customer_id}/organisations/{organisation_id}/leave",
    response_model=ReceiptAnswer,
    summary="A person leaves an organisation",
)
@permits("customer:change")
async def leave_organisation(
    customer_id: CustomerId, organisation_id: OrganisationId, body: LeaveOrganisation, asked: Asking
) -> Response:
    return await asked.done(commands.leave_organisation(customer_id, organisation_id, asked.by(body)))


@router.get("", dependencies=[fields_of(CustomerLine)], summary="List customers")
@permits("customer:read")
def list_customers(
    asked: Asking,
    services: ServicesDep,
    response: Response,
    outlook: OutlookDep,
    page: PageById,
    conditions: Annotated[tuple[Condition, ...], conditions_on("customer")],
    kind: Literal["person", "organisation"] | None = None,
    email: Annotated[Line | None, Query(description="exactly this address")] = None,
    min_position: MinPosition = None,
) -> CustomerPage:
    with seen_rows(services, response, CUSTOMER_360, outlook, min_position) as cursor:
        lines = customer_list(
            cursor,
            after=page.after,
            kind=kind,
            email=email.lower() if email else None,
            conditions=conditions,
            owners=asked.within_reach.owners,
            past=outlook.past,
            limit=page.look_for,
        )
    following = page.next(lines, lambda line: line.id)
    return CustomerPage(**outlook.named, items=page.shown(lines), next=following)


@router.get(
    "/{customer_id}",
    dependencies=[fields_of(CustomerAnswer)],
    summary="A customer's own record, as it is, or as it was",
)
@permits("customer:read")
def get_customer(
    customer_id: CustomerId, asked: Asking, response: Response, outlook: OutlookDep
) -> CustomerAnswer:
    stream = record_seen(asked, response, CUSTOMER, customer_id, outlook)
    assert stream.state is not None
    members = members_of(asked, stream.state, outlook)
    answer = CustomerAnswer.model_validate(stream.state, from_attributes=True)
    return answer.model_copy(update={"group": group_answer(members.values())})
