"""What people agree to, and what they agree to no longer."""

from collections.abc import Callable
from datetime import datetime

from domain import commands
from domain.customers import (
    CUSTOMER,
    ContactChannel,
    Customer,
    confirm_consent,
    consent_given,
    give_consent,
    withdraw_consent,
)
from domain.events import Event
from domain.ledger import Circumstances, Command
from gateways.demo.cast import Party
from gateways.demo.market import WEB_FORM
from gateways.demo.steps import Script

_WORDING = "news 2024-01"


def agree(script: Script, party: Party, at: datetime, purpose: str, channel: ContactChannel) -> None:
    """On a form, by double opt-in."""
    given = consent_given(
        purpose=purpose,
        channel=channel,
        basis="consent",
        wording=_WORDING,
        captured_by="web form",
        form_id="footer",
        contact_point=party.email,
        double_opt_in=True,
    )
    _tell(script, party, at, WEB_FORM, lambda customer: give_consent(customer, given, at=at))


def confirm(script: Script, party: Party, at: datetime, purpose: str, channel: ContactChannel) -> None:
    def decide(customer: Customer) -> Event:
        return confirm_consent(customer, purpose=purpose, channel=channel, at=at, captured_by="link in a message")

    _tell(script, party, at, WEB_FORM, decide)


def withdraw(script: Script, party: Party, at: datetime, purpose: str, channel: ContactChannel) -> None:
    """On the phone, to whoever looks after the customer."""

    def decide(customer: Customer) -> Event:
        return withdraw_consent(customer, purpose=purpose, channel=channel, captured_by="call")

    _tell(script, party, at, party.owner, decide)


def _tell(script: Script, party: Party, at: datetime, actor: str, decide: Callable[[Customer], Event]) -> None:
    def command(by: Circumstances) -> Command:
        return commands.tell(CUSTOMER, party.id, decide, by)

    script.add(at, actor, command, party.stream)
