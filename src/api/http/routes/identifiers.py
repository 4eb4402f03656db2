"""By what customers are known: told, verified, removed; and who holds an identifier."""

from typing import Annotated

from fastapi import Query, Response
from pydantic import BaseModel, Field

from api.http.asking import Asking
from api.http.dependencies import CustomerId, MinPosition, ServicesDep
from api.http.fields import WHOLE, CommandBody, Label, ReasonedBody, ReceiptAnswer
from api.http.identifier_fields import ONE_FORM, HeldIdentifier, IdentifierBody, Value
from api.http.outlook import OutlookDep, Seen
from api.http.pages import PageById
from api.http.records import record_seen, rules_at
from api.http.route import make_router, permits
from api.http.seen_rows import seen_rows
from domain import commands, customers
from domain.commands import NamedIdentifier
from domain.customers import CUSTOMER, is_shared
from domain.identifiers import IdentifierKind
from domain.identity import IDENTITY_RULES
from projections.identities.fold import IDENTITIES
from projections.identities.query import Holder, holder_list, holders_of

router = make_router("/v1/customers", "identity")
lookup = make_router("/v1/identities", "identity")


class TellIdentifier(IdentifierBody, CommandBody):
    source: Label | None = Field(default=None, description="who says so: a form, a tracker, …")
    confidence: Annotated[int, Field(ge=0, le=100), WHOLE] | None = Field(
        default=None, description="how sure that one is, in percent"
    )
    verified: Label | None = Field(default=None, description="how it was made sure, where it was")

    model_config = {
        "json_schema_extra": {
            **ONE_FORM,
            "examples": [{"kind": "cookie", "value": "c-7f3a9d", "source": "web tracker", "confidence": 60}],
        }
    }


class VerifyIdentifier(IdentifierBody, CommandBody):
    how: Label = Field(description="how it was made sure that it is the customer's")

    model_config = {
        "json_schema_extra": {
            **ONE_FORM,
            "examples": [{"kind": "cookie", "value": "c-7f3a9d", "how": "signed in"}],
        }
    }


class RemoveIdentifier(IdentifierBody, ReasonedBody):
    model_config = {
        "json_schema_extra": {
            **ONE_FORM,
            "examples": [{"kind": "cookie", "value": "c-7f3a9d", "reason": "a shared computer"}],
        }
    }


class IdentifiersAnswer(BaseModel):
    items: list[HeldIdentifier]


class HoldersPage(Seen):
    """`links`: whether the identity rules let the identifier be the ground of a link. `next` is the cursor of the
    following page; null on the last."""

    items: list[Holder]
    links: bool
    next: str | None


@router.get("/{customer_id}/identifiers", summary="By what a customer is known")
@permits("customer:read")
def get_identifiers(
    customer_id: CustomerId, asked: Asking, response: Response, outlook: OutlookDep
) -> IdentifiersAnswer:
    stream = record_seen(asked, response, CUSTOMER, customer_id, outlook)
    assert stream.state is not None
    return IdentifiersAnswer(items=[HeldIdentifier.held(held) for held in stream.state.identifiers])


@router.post(
    "/{customer_id}/identifiers",
    response_model=ReceiptAnswer,
    summary="Tell by what a customer is known, the first time or again",
)
@permits("customer:change")
async def tell_identifier(customer_id: CustomerId, body: TellIdentifier, asked: Asking) -> Response:
    return await asked.done(
        commands.tell_of_identifier(
            customer_id,
            body.named,
            lambda customer, identifier: customers.tell_identifier(
                customer, identifier, told_by=body.source, confidence=body.confidence, verified=body.verified
            ),
            asked.by(body),
        )
    )


@router.post(
    "/{customer_id}/identifiers/verify", response_model=ReceiptAnswer, summary="An identifier was made sure"
)
@permits("customer:change")
async def verify_identifier(customer_id: CustomerId, body: VerifyIdentifier, asked: Asking) -> Response:
    return await asked.done(
        commands.tell_of_identifier(
            customer_id,
            body.named,
            lambda customer, identifier: customers.verify_identifier(customer, identifier, how=body.how),
            asked.by(body),
        )
    )


@router.post(
    "/{customer_id}/identifiers/remove",
    response_model=ReceiptAnswer,
    summary="A customer is no longer known by it",
)
@permits("customer:change")
async def remove_identifier(customer_id: CustomerId, body: RemoveIdentifier, asked: Asking) -> Response:
    return await asked.done(
        commands.tell_of_identifier(customer_id, body.named, customers.remove_identifier, asked.by(body))
    )


@lookup.get("", summary="The customers who are known by an identifier")
@permits("customer:read")
def find_holders(
    asked: Asking,
    services: ServicesDep,
    response: Response,
    outlook: OutlookDep,
    page: PageById,
    kind: Annotated[IdentifierKind, Query(examples=["email"])],
    value: Annotated[
        Value, Query(min_length=1, description="in any way of writing it", examples=["ada.nilsson@example.com"])
    ],
    system: Annotated[Label | None, Query(description="of an external id")] = None,
    min_position: MinPosition = None,
) -> HoldersPage:
    rules, owners, past = rules_at(services, IDENTITY_RULES, outlook), asked.within_reach.owners, outlook.past
    identifier = NamedIdentifier(kind, value, system).under(rules)
    with seen_rows(services, response, IDENTITIES, outlook, min_position) as cursor:
        found = holder_list(cursor, identifier, after=page.after, owners=owners, past=past, limit=page.look_for)
        holders = len(holders_of(cursor, identifier, most=rules.most_holders + 1))
    return HoldersPage(
        **outlook.named,
        items=page.shown(found),
        links=not is_shared(identifier, rules, holders),
        next=page.next(found, lambda holder: holder.customer_id),
    )
