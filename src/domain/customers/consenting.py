"""Giving, confirming and withdrawing consent to being contacted."""

import re
from datetime import datetime

from domain.customers.consent_events import (
    ContactChannel,
    CustomerConsentConfirmed,
    CustomerConsentGiven,
    CustomerConsentWithdrawn,
    LawfulBasis,
)
from domain.customers.consent_refusals import (
    BasisCannotBeWithdrawn,
    ConsentAlreadyGiven,
    ConsentAlreadyWithdrawn,
    ConsentEndsBeforeItBegins,
    ConsentNeverGiven,
    NotAPurpose,
    NotATextHash,
    NothingToConfirm,
    OnlyConsentIsConfirmed,
)
from domain.customers.consents import Consent, standing
from domain.customers.state import Customer
from domain.texts import filled

PURPOSE = r"[a-z][a-z0-9_.-]{0,39}"
TEXT_HASH = r"[0-9a-f]{64}"
_WITHDRAWABLE: frozenset[LawfulBasis] = frozenset({"consent", "legitimate_interests", "public_task"})


def consent_given(
    *,
    purpose: str,
    channel: ContactChannel,
    basis: LawfulBasis,
    wording: str,
    captured_by: str,
    form_id: str | None = None,
    text_hash: str | None = None,
    contact_point: str | None = None,
    brand: str | None = None,
    jurisdiction: str | None = None,
    effective_from: datetime | None = None,
    effective_to: datetime | None = None,
    double_opt_in: bool = False,
) -> CustomerConsentGiven:
    """A consent that makes sense by itself; see `give_consent`."""
    if not re.fullmatch(PURPOSE, purpose):
        raise NotAPurpose(f"{purpose!r} is no name of a purpose", field="purpose")
    if text_hash is not None and not re.fullmatch(TEXT_HASH, text_hash):
        raise NotATextHash(f"{text_hash!r} is no SHA-256 in hexadecimal digits", field="text_hash")
    if double_opt_in and basis != "consent":
        raise OnlyConsentIsConfirmed(f"the basis is {basis}", field="double_opt_in")
    _check_period(effective_from, effective_to)
    return CustomerConsentGiven(
        purpose=purpose,
        channel=channel,
        basis=basis,
        wording=filled(wording, field="wording"),
        captured_by=filled(captured_by, field="captured_by"),
        form_id=form_id,
        text_hash=text_hash,
        contact_point=contact_point,
        brand=brand,
        jurisdiction=jurisdiction,
        effective_from=effective_from,
        effective_to=effective_to,
        double_opt_in=double_opt_in,
    )


def give_consent(customer: Customer, given: CustomerConsentGiven, *, at: datetime) -> CustomerConsentGiven:
    """A consent given at a moment. In the same words it is given again once the one before does not stand."""
    _check_period(given.effective_from or at, given.effective_to)
    known = customer.consents.get(given.subject)
    if known is not None and standing(known, at) in ("given", "upcoming", "unconfirmed") and _same(known, given):
        raise ConsentAlreadyGiven(f"{given.subject} stands in these very words", field="purpose")
    return given


def confirm_consent(
    customer: Customer,
    *,
    purpose: str,
    channel: ContactChannel,
    at: datetime,
    captured_by: str | None = None,
) -> CustomerConsentConfirmed:
    event = CustomerConsentConfirmed(purpose=purpose, channel=channel, captured_by=captured_by)
    known = _known(customer, event.subject)
    if known.is_withdrawn:
        raise ConsentAlreadyWithdrawn(f"{event.subject} was withdrawn", field="purpose")
    if not known.is_unconfirmed or known.given is None or at < known.given.at:
        raise NothingToConfirm(f"{event.subject} waits for no confirmation then", field="purpose")
    return event


def withdraw_consent(
    customer: Customer, *, purpose: str, channel: ContactChannel, captured_by: str | None = None
) -> CustomerConsentWithdrawn:
    event = CustomerConsentWithdrawn(purpose=purpose, channel=channel, captured_by=captured_by)
    known = _known(customer, event.subject)
    if known.is_withdrawn:
        raise ConsentAlreadyWithdrawn(f"{event.subject} was withdrawn before", field="purpose")
    if known.given is not None and known.given.basis not in _WITHDRAWABLE:
        raise BasisCannotBeWithdrawn(f"{event.subject} rests on {known.given.basis}", field="purpose")
    return event


def _check_period(begins: datetime | None, ends: datetime | None) -> None:
    if begins is not None and ends is not None and ends <= begins:
        raise ConsentEndsBeforeItBegins(
            f"{ends.isoformat()} is not after {begins.isoformat()}", field="effective_to"
        )


def _known(customer: Customer, subject: str) -> Consent:
    known = customer.consents.get(subject)
    if known is None:
        raise ConsentNeverGiven(f"{customer.id} never gave {subject}", field="purpose")
    return known


def _same(known: Consent, given: CustomerConsentGiven) -> bool:
    """Whether it says what was agreed to already; how it came in may differ."""
    before = known.given
    return before is not None and all(
        getattr(before, field) == getattr(given, field)
        for field in before.__struct_fields__
        if field not in ("at", "captured_by", "form_id")
    )
