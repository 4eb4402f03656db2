"""What can have happened to a customer's consent to being contacted: for a purpose, on a channel."""

from datetime import datetime
from typing import ClassVar, Literal

from domain.events import Event, PersonalText

ContactChannel = Literal["email", "phone", "sms", "post", "messaging", "social", "push", "web"]
LawfulBasis = Literal[
    "consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"
]
"""Art. 6 (1) of the General Data Protection Regulation, a to f."""


class _OfPurpose(Event, frozen=True, kw_only=True):
    purpose: str
    channel: ContactChannel

    @property
    def subject(self) -> str:
        """What it is about, as the customer's state names it."""
        return f"{self.purpose}/{self.channel}"


class CustomerConsentGiven(_OfPurpose, frozen=True, kw_only=True):
    """The customer may be contacted for a purpose on a channel, on a lawful basis, from then on or from
    `effective_from`, until `effective_to` where that is named.

    `wording` is the version of the text that was shown, `text_hash` its SHA-256 (hex), `form_id` where it was
    shown; `captured_by` is how it was caught (web form, call, paper, …), `contact_point` the address or number
    that it was given for. Under `double_opt_in` it holds once it was confirmed.
    """

    TYPE: ClassVar[str] = "customer.consent_given"
    basis: LawfulBasis
    wording: str
    captured_by: str
    form_id: str | None = None
    text_hash: str | None = None
    contact_point: PersonalText | None = None
    brand: str | None = None
    jurisdiction: str | None = None
    effective_from: datetime | None = None
    effective_to: datetime | None = None
    double_opt_in: bool = False


class CustomerConsentConfirmed(_OfPurpose, frozen=True, kw_only=True):
    """The second half of a double opt-in: who holds the contact point said yes once more."""

    TYPE: ClassVar[str] = "customer.consent_confirmed"
    captured_by: str | None = None


class CustomerConsentWithdrawn(_OfPurpose, frozen=True, kw_only=True):
    """Consent withdrawn (Art. 7), or objected to what rests on a legitimate interest or public task (Art. 21)."""

    TYPE: ClassVar[str] = "customer.consent_withdrawn"
    captured_by: str | None = None


EVENTS: tuple[type[Event], ...] = (CustomerConsentGiven, CustomerConsentConfirmed, CustomerConsentWithdrawn)
