"""A deal's buying committee: who takes part in the customer's decision, and how."""

from uuid import UUID

from fastapi import Response
from pydantic import BaseModel

from api.http.asking import Asking
from api.http.dependencies import CustomerId, DealId
from api.http.examples import CUSTOMER_ID
from api.http.fields import CommandBody, Line, ReceiptAnswer
from api.http.outlook import OutlookDep
from api.http.records import record_seen
from api.http.route import make_router, permits
from api.http.sparse import fields_of
from domain import commands, deals
from domain.deals import DEAL, ContactRole, Deal

router = make_router("/v1/deals/{deal_id}/contacts", "deals")


class AddContact(CommandBody):
    """A person, who is a customer too. The same one may have several roles."""

    customer_id: UUID
    role: ContactRole
    note: Line | None = None

    model_config = {
        "json_schema_extra": {
            "examples": [{"customer_id": str(CUSTOMER_ID), "role": "champion", "note": "met at the fair"}]
        }
    }


class ChangeContactRole(CommandBody):
    role: ContactRole
    to: ContactRole

    model_config = {"json_schema_extra": {"examples": [{"role": "champion", "to": "decision_maker"}]}}


class RemoveContact(CommandBody):
    role: ContactRole

    model_config = {
        "json_schema_extra": {"examples": [{"role": "decision_maker", "reason": "has left the company"}]}
    }


class ContactAnswer(BaseModel):
    customer_id: UUID
    role: ContactRole
    note: str | None


class ContactsAnswer(BaseModel):
    items: list[ContactAnswer]


@router.get("", dependencies=[fields_of(ContactAnswer)], summary="A deal's buying committee")
@permits("deal:read")
def get_contacts(deal_id: DealId, asked: Asking, response: Response, outlook: OutlookDep) -> ContactsAnswer:
    stream = record_seen(asked, response, DEAL, deal_id, outlook)
    assert stream.state is not None
    contacts = stream.state.contacts
    return ContactsAnswer(items=[ContactAnswer.model_validate(each, from_attributes=True) for each in contacts])


@router.post("", response_model=ReceiptAnswer, summary="Add a person in a role to a deal's buying committee")
@permits("deal:change")
async def add_contact(deal_id: DealId, body: AddContact, asked: Asking) -> Response:
    command = commands.add_contact(deal_id, body.customer_id, body.role, asked.by(body), note=body.note)
    return await asked.done(command)


@router.post("/{customer_id}/role", response_model=ReceiptAnswer, summary="Give a contact another role in a deal")
@permits("deal:change")
async def change_contact_role(
    deal_id: DealId, customer_id: CustomerId, body: ChangeContactRole, asked: Asking
) -> Response:
    def decide(deal: Deal) -> deals.DealContactRoleChanged:
        return deals.change_contact_role(deal, customer_id, role=body.role, to=body.to)

    return await asked.done(commands.tell(DEAL, deal_id, decide, asked.by(body)))


@router.post("/{customer_id}/remove", response_model=ReceiptAnswer, summary="Take a role in a deal from a contact")
@permits("deal:change")
async def remove_contact(deal_id: DealId, customer_id: CustomerId, body: RemoveContact, asked: Asking) -> Response:
    def decide(deal: Deal) -> deals.DealContactRemoved:
        return deals.remove_contact(deal, customer_id, role=body.role)

    return await asked.done(commands.tell(DEAL, deal_id, decide, asked.by(body)))
