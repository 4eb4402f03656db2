"""Where a customer's consents stand, folded from the customer's own events."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import msgspec
from msgspec.structs import replace

from domain.customers.consent_events import (
    ContactChannel,
    CustomerConsentConfirmed,
    CustomerConsentGiven,
    CustomerConsentWithdrawn,
    LawfulBasis,
)
from domain.events import Event
from domain.facts import Fact

Standing = Literal["withdrawn", "lapsed", "unconfirmed", "upcoming", "given"]

STRICTEST_FIRST: tuple[Standing, ...] = ("withdrawn", "lapsed", "unconfirmed", "upcoming", "given")
"""Only under `given` may the customer be contacted."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What was agreed to, `at` the moment when it was; see `customer.consent_given`."""

    at: datetime
    basis: LawfulBasis
    wording: str
    captured_by: str
    form_id: str | None = None
    text_hash: str | None = None
    contact_point: str | None = None
    brand: str | None = None
    jurisdiction: str | None = None
    effective_from: datetime | None = None
    effective_to: datetime | None = None
    double_opt_in: bool = False


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """The latest of each kind that was said about one purpose on one channel, by when it happened: what is told
    late changes nothing that was said after it."""

    given: Given | None = None
    confirmed_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def is_withdrawn(self) -> bool:
        """Of two things said at the same moment, the stricter one holds."""
        if self.withdrawn_at is None:
            return False
        return self.given is None or self.withdrawn_at >= self.given.at

    @property
    def is_unconfirmed(self) -> bool:
        given = self.given
        if given is None:
            return True
        return given.double_opt_in and (self.confirmed_at is None or self.confirmed_at < given.at)


Consents = dict[str, Consent]
"""By purpose and channel: `newsletter/email`."""


def standing(consent: Consent, moment: datetime) -> Standing:
    """Where a consent stands at a moment that lies behind all that the consent was folded from."""
    given = consent.given
    if consent.is_withdrawn:
        return "withdrawn"
    if given is not None and given.effective_to is not None and given.effective_to <= moment:
        return "lapsed"
    if given is None or consent.is_unconfirmed:
        return "unconfirmed"
    if given.effective_from is not None and given.effective_from > moment:
        return "upcoming"
    return "given"


def purpose_and_channel(subject: str) -> tuple[str, ContactChannel]:
    """The two halves of a key of `Consents`."""
    purpose, _, channel = subject.partition("/")
    return purpose, channel  # type: ignore[return-value]


def with_consent(known: Consents, event: Event, fact: Fact) -> Consents:
    """The consents after an event about one of them; the very same after any other event."""
    match event:
        case CustomerConsentGiven():
            before = known.get(event.subject, Consent())
            if before.given is not None and before.given.at > fact.occurred_at:
                return known
            return {**known, event.subject: replace(before, given=_given(event, fact.occurred_at))}
        case CustomerConsentConfirmed():
            before = known.get(event.subject, Consent())
            confirmed_at = _later(before.confirmed_at, fact.occurred_at)
            return {**known, event.subject: replace(before, confirmed_at=confirmed_at)}
        case CustomerConsentWithdrawn():
            before = known.get(event.subject, Consent())
            withdrawn_at = _later(before.withdrawn_at, fact.occurred_at)
            return {**known, event.subject: replace(before, withdrawn_at=withdrawn_at)}
        case _:
            return known


def strictest(each: Iterable[Consent], moment: datetime) -> Standing:
    """Where the consent of several who are one stands: as with the strictest of them."""
    return min((standing(consent, moment) for consent in each), key=STRICTEST_FIRST.index)


def _given(event: CustomerConsentGiven, at: datetime) -> Given:
    return Given(
        at=at,
        basis=event.basis,
        wording=event.wording,
        captured_by=event.captured_by,
        form_id=event.form_id,
        text_hash=event.text_hash,
        contact_point=event.contact_point,
        brand=event.brand,
        jurisdiction=event.jurisdiction,
        effective_from=event.effective_from,
        effective_to=event.effective_to,
        double_opt_in=event.double_opt_in,
    )


def _later(known: datetime | None, moment: datetime) -> datetime:
    return moment if known is None or moment > known else known
