"""Consent to being contacted: given, confirmed, withdrawn; and how it stands."""

from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import Field, StringConstraints

from api.http.asking import Asking
from api.http.consent_answers import ConsentAnswer, consents_of
from api.http.dependencies import CustomerId
from api.http.fields import CommandBody, Label, Moment, ReceiptAnswer
from api.http.outlook import OutlookDep, Seen
from api.http.records import record_seen
from api.http.route import make_router, permits
from api.http.stated import states
from domain import commands, customers
from domain.customers import CUSTOMER, PURPOSE, TEXT_HASH, ContactChannel, LawfulBasis

router = make_router("/v1/customers", "consent")

Purpose = Annotated[Label, states(pattern=f"^{PURPOSE}$")]
TextHash = Annotated[str, StringConstraints(max_length=64), states(pattern=f"^{TEXT_HASH}$")]
Jurisdiction = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]


class GiveConsent(CommandBody):
    purpose: Purpose = Field(description="what the customer is contacted for: newsletter, surveys, service, …")
    channel: ContactChannel
    basis: LawfulBasis = Field(default="consent", description="Art. 6 (1) of the GDPR, a to f")
    wording: Label = Field(description="the version of the text that was shown or read out")
    captured_by: Label = Field(description="how it was caught: web form, call, paper, …")
    form_id: Label | None = Field(default=None, description="the form that it was shown in")
    text_hash: TextHash | None = Field(default=None, description="SHA-256 of the text that was shown, in hex")
    contact_point: Label | None = Field(default=None, description="the address or number that it was given for")
    brand: Label | None = Field(default=None, description="on whose behalf it was asked for")
    jurisdiction: Jurisdiction | None = Field(default=None, description="a country (ISO 3166): SE, US-CA")
    effective_from: Moment | None = Field(default=None, description="from then on; at once, where not said")
    effective_to: Moment | None = Field(default=None, description="until then; until withdrawn, where not said")
    double_opt_in: bool = Field(default=False, description="it holds once it was confirmed")

    model_config = {
        "json_schema_extra": {
            # What rests on another basis needs no confirmation.
            "anyOf": [
                {"properties": {"basis": {"const": "consent"}}},
                {"properties": {"double_opt_in": {"const": False}}},
            ],
            "examples": [
                {
                    "purpose": "newsletter",
                    "channel": "email",
                    "wording": "newsletter 2026-03",
                    "captured_by": "web form",
                    "form_id": "footer",
                    "double_opt_in": True,
                }
            ],
        }
    }


class OfConsent(CommandBody):
    purpose: Purpose
    channel: ContactChannel
    captured_by: Label | None = Field(default=None, description="how it was caught: a link, a call, …")


class ConfirmConsent(OfConsent):
    model_config = {
        "json_schema_extra": {
            "examples": [{"purpose": "newsletter", "channel": "email", "captured_by": "link in a message"}]
        }
    }


class WithdrawConsent(OfConsent):
    model_config = {
        "json_schema_extra": {
            "examples": [{"purpose": "newsletter", "channel": "email", "captured_by": "unsubscribe link"}]
        }
    }


class ConsentsAnswer(Seen):
    """The customer's own; what counts for those who are one with it, the 360 view tells."""

    customer_id: UUID
    items: list[ConsentAnswer]


@router.get("/{customer_id}/consents", summary="What a customer agreed to, for now or for any past moment")
@permits("customer:read")
def get_consents(
    customer_id: CustomerId, asked: Asking, response: Response, outlook: OutlookDep
) -> ConsentsAnswer:
    customer = record_seen(asked, response, CUSTOMER, customer_id, outlook).state
    assert customer is not None
    return ConsentsAnswer(
        **outlook.named, customer_id=customer_id, items=consents_of(customer.consents, outlook.moment)
    )


@router.post(
    "/{customer_id}/consents", response_model=ReceiptAnswer, summary="A customer agreed to being contacted"
)
@permits("customer:change")
async def give_consent(customer_id: CustomerId, body: GiveConsent, asked: Asking) -> Response:
    by = asked.by(body)
    given = customers.consent_given(
        purpose=body.purpose,
        channel=body.channel,
        basis=body.basis,
        wording=body.wording,
        captured_by=body.captured_by,
        form_id=body.form_id,
        text_hash=body.text_hash,
        contact_point=body.contact_point,
        brand=body.brand,
        jurisdiction=body.jurisdiction,
        effective_from=body.effective_from,
        effective_to=body.effective_to,
        double_opt_in=body.double_opt_in,
    )
    return await asked.done(
        commands.tell(
            CUSTOMER, customer_id, lambda customer: customers.give_consent(customer, given, at=by.happened), by
        )
    )


@router.post(
    "/{customer_id}/consents/confirm", response_model=ReceiptAnswer, summary="The second half of a double opt-in"
)
@permits("customer:change")
async def confirm_consent(customer_id: CustomerId, body: ConfirmConsent, asked: Asking) -> Response:
    by = asked.by(body)
    return await asked.done(
        commands.tell(
            CUSTOMER,
            customer_id,
            lambda customer: customers.confirm_consent(
                customer,
                purpose=body.purpose,
                channel=body.channel,
                at=by.happened,
                captured_by=body.captured_by,
            ),
            by,
        )
    )


@router.post(
    "/{customer_id}/consents/withdraw", response_model=ReceiptAnswer, summary="A customer agrees no longer"
)
@permits("customer:change")
async def withdraw_consent(customer_id: CustomerId, body: WithdrawConsent, asked: Asking) -> Response:
    return await asked.done(
        commands.tell(
            CUSTOMER,
            customer_id,
            lambda customer: customers.withdraw_consent(
                customer, purpose=body.purpose, channel=body.channel, captured_by=body.captured_by
            ),
            asked.by(body),
        )
    )
