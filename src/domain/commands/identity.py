"""Commands about who a customer is."""

from collections.abc import Callable, Collection, Sequence
from uuid import UUID

import msgspec

from domain import customers
from domain.aggregates import Change
from domain.customers import CUSTOMER, Customer
from domain.events import Event
from domain.identifiers import Identifier, IdentifierKind, identifier
from domain.identity import IDENTITY_RULES, IdentityRules
from domain.ledger import Circumstances, Command, Decision, Read


class NamedIdentifier(msgspec.Struct, frozen=True):
    """An identifier as somebody wrote it."""

    kind: IdentifierKind
    value: str
    system: str | None = None

    def under(self, rules: IdentityRules) -> Identifier:
        """In its one form; a phone number without a country is one of the rules' country."""
        return identifier(self.kind, self.value, self.system, country=rules.phone_region)


def tell_of_identifier(
    customer_id: UUID,
    named: NamedIdentifier,
    decide: Callable[[Customer, Identifier], Event | Sequence[Event]],
    by: Circumstances,
) -> Command:
    """A command on one identifier of a customer, in its one form under the rules."""

    def changes(rules: IdentityRules | None, customer: Customer) -> list[Change]:
        events = decide(customer, named.under(IDENTITY_RULES.of(rules)))
        together = (events,) if isinstance(events, Event) else tuple(events)
        return [Change(CUSTOMER, customer.id, customer.id, together)]

    return Command(customer_id, (IDENTITY_RULES.read, Read(CUSTOMER, customer_id)), changes, by)


def link_customers(
    customer_id: UUID,
    other_id: UUID,
    by: Circumstances,
    *,
    because: NamedIdentifier | None = None,
    holders: Collection[UUID] = (),
) -> Command:
    """Find two customers to be one: because of an identifier that both hold, or for the reason that is given.

    `holders` are the customers that hold the identifier, as far as they are known.
    """

    def linked(state: IdentityRules | None, one: Customer, other: Customer) -> Decision:
        rules = IDENTITY_RULES.of(state)
        known: list[Customer] = [one, other]
        while unread := customers.unread(known, most=rules.largest_group):
            known += yield [Read(CUSTOMER, each, followed=True) for each in unread]
        ground = None if because is None else because.under(rules)
        return customers.link(one, other, known[2:], rules, because=ground, holders=holders, reason=by.reason)

    reads = (IDENTITY_RULES.read, Read(CUSTOMER, customer_id), Read(CUSTOMER, other_id))
    return Command(customer_id, reads, linked, by)


def unlink_customers(customer_id: UUID, other_id: UUID, by: Circumstances) -> Command:
    reads = (Read(CUSTOMER, customer_id), Read(CUSTOMER, other_id))
    return Command(customer_id, reads, customers.unlink, by)
