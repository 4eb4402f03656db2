"""Conversion of a lead: once, whole, into what is new and what exists."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import Field

from api.http.amounts import AmountBody
from api.http.asking import Asking, Prepared
from api.http.custom_values import CustomFieldsBody
from api.http.dependencies import LeadId
from api.http.fields import Body, CommandBody, Day, Label, Name, ReceiptAnswer
from api.http.lead_answers import MappedFieldAnswer
from api.http.route import make_router, permits
from api.http.stated import one_of
from domain import commands
from domain.access import Caller, NotPermitted, reach
from domain.customers import CUSTOMER, CustomerFieldsChanged, CustomerProfileChanged
from domain.customers.refusals import OrganisationNeedsName
from domain.deals import DEAL, Opening
from domain.inquiry import extended
from domain.leads import LEAD, LeadConverted
from domain.ledger import Command, Decision
from domain.texts import filled

router = make_router("/v1/leads", "leads")

_FILLING = (CustomerProfileChanged, CustomerFieldsChanged)


class DealOfLead(Body):
    """An open deal by `id`, whose empty fields are filled; or a new one by `name`."""

    id: UUID | None = None
    name: Name | None = None
    pipeline: Label | None = Field(
        default=None,
        description="the standard one, where not said; when it was retired, the only one that is left",
    )
    stage: Label | None = None
    amount: AmountBody | None = None
    expected_close_date: Day | None = None
    owner: Label | None = None
    number: Label | None = None
    custom_fields: CustomFieldsBody = {}

    model_config = {"json_schema_extra": one_of("id", "name")}


class OrganisationOfLead(Body):
    """An existing organisation by `id`, or a new one by `name`."""

    id: UUID | None = None
    name: Name | None = None
    custom_fields: CustomFieldsBody = {}

    model_config = {"json_schema_extra": one_of("id", "name")}


class ConvertLead(CommandBody):
    customer_id: UUID | None = Field(
        default=None,
        description="the person, where known as another customer already: whose empty fields are filled",
    )
    organisation: OrganisationOfLead | None = None
    deal: DealOfLead | None = None

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "organisation": {"name": "Lind & Co"},
                    "deal": {
                        "name": "Forty seats",
                        "amount": {"amount": "9600.00", "currency": "EUR"},
                        "expected_close_date": "2027-03-31",
                    },
                }
            ]
        }
    }


class ConvertedAnswer(ReceiptAnswer):
    """`customer_id` is the person: the lead's own, or the one that it was converted into."""

    customer_id: UUID
    organisation_id: UUID | None
    deal_id: UUID | None
    filled: list[MappedFieldAnswer]
    skipped: list[MappedFieldAnswer]


@router.post(
    "/{lead_id}/convert",
    response_model=ConvertedAnswer,
    summary="Convert a qualified lead, once, into a person, an organisation and a deal, each new or existing",
)
@permits("lead:change")
async def convert_lead(lead_id: LeadId, body: ConvertLead, asked: Asking) -> Response:
    organisation, deal = body.organisation, body.deal
    organisation_id = None if organisation is None else _organisation_id(organisation, asked)
    command = commands.convert_lead(
        lead_id,
        asked.by(body),
        customer_id=body.customer_id,
        organisation_id=organisation_id,
        organisation_name=organisation.name if organisation else None,
        organisation_owner=asked.owner(None, "customer"),
        organisation_fields=organisation.custom_fields if organisation else None,
        deal_id=(deal.id or asked.new_id()) if deal else None,
        deal=_opened(deal, asked) if deal else None,
        brought=_brought(deal) if deal else None,
        deal_fields=deal.custom_fields if deal else None,
    )
    told: dict[str, Any] = {"customer_id": body.customer_id}
    permitted = extended(command, _permitted(command, asked.caller, body.customer_id, organisation_id))
    return await asked.done(Prepared(extended(permitted, _telling(told)), told))


def _organisation_id(body: OrganisationOfLead, asked: Asking) -> UUID:
    if body.id is None and body.name is None:
        raise OrganisationNeedsName("an organisation was given neither id nor name", field="organisation.name")
    return body.id or asked.new_id()


def _opened(body: DealOfLead, asked: Asking) -> Opening | None:
    """The deal as it would be opened; None where it has no name, and is to be there already."""
    if body.name is None and body.id is not None:
        return None
    return Opening(
        pipeline=body.pipeline,
        name=filled(body.name or "", field="deal.name"),
        stage=body.stage,
        amount=body.amount.checked("deal.amount") if body.amount else None,
        expected_close_date=body.expected_close_date,
        owner=asked.owner(body.owner, "deal"),
        number=body.number,
    )


def _brought(body: DealOfLead) -> dict[str, Any]:
    """The fields that the request names, for a deal that is there already."""
    given = {name: getattr(body, name) for name in DealOfLead.model_fields if name in body.model_fields_set}
    for name in ("id", "custom_fields"):
        given.pop(name, None)
    if body.amount is not None:
        given["amount"] = body.amount.checked("deal.amount")
    return given


def _permitted(
    command: Command, caller: Caller, into: UUID | None, organisation: UUID | None
) -> Callable[..., Decision]:
    """The decision, for who may change what is there already: the deal, a customer other than the lead's, and the
    organisation where something is filled in. One that a person only joins need be in sight, as ever."""
    fields = {DEAL.name: "deal.id", CUSTOMER.name: "customer_id"}

    def permitted(deciding: Decision, *states: Any) -> Decision:
        changes = yield from deciding
        known = {read.stream_id: state for read, state in zip(command.reads, states, strict=True)}
        for change in changes:
            joined = change.stream_id == organisation
            filled = joined and any(isinstance(event, _FILLING) for event in change.events)
            if not change.birth and (change.aggregate is DEAL or change.stream_id == into or filled):
                kind = change.aggregate.name
                if not reach(caller, f"{kind}:change").allows(known[change.stream_id].owner):
                    message = f"{caller.principal} may not change {kind} {change.stream_id}"
                    raise NotPermitted(message, field="organisation.id" if joined else fields[kind])
        return changes

    return permitted


def _telling(told: dict[str, Any]) -> Callable[..., Decision]:
    """The decision, which notes down in `told` what to answer beside the receipt: it is known only then, and kept
    with the events for who asks again. Decided again after a collision, it is noted down again."""

    def telling(deciding: Decision, *_: Any) -> Decision:
        changes = yield from deciding
        lead = next(change for change in changes if change.aggregate is LEAD)
        [converted] = (event for event in lead.events if isinstance(event, LeadConverted))
        fields = [
            {"record": each.record, "field": each.field, "skipped_because": each.skipped_because}
            for each in converted.fields
        ]
        told.update(
            customer_id=converted.converted_into or lead.customer_id,
            organisation_id=converted.organisation_id,
            deal_id=converted.deal_id,
            filled=[each for each in fields if each["skipped_because"] is None],
            skipped=[each for each in fields if each["skipped_because"] is not None],
        )
        return changes

    return telling
