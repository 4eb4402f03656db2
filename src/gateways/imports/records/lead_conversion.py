"""A lead that was converted at its source: into whom, which organisation and which deal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.aggregates import Change
from domain.commands import carried_over, targets_of
from domain.custom_fields import CUSTOM_FIELDS, Given, Record, after, checked
from domain.customers import CUSTOMER, Customer
from domain.deals import DEAL, Deal
from domain.deals.refusals import DealNotFound
from domain.leads import (
    LEAD,
    DealChoice,
    Lead,
    LeadFieldsChanged,
    LeadStatuses,
    OrganisationChoice,
    convert,
    evolve,
    qualify,
)
from domain.ledger import Read
from gateways.imports.owners import Owners
from gateways.imports.records.draft import provisional
from gateways.imports.values import Values


@dataclass(frozen=True)
class Conversion:
    """`reads` are the custom fields, and the organisation and the deal that it names; `changes` gets their states.
    `custom_fields` are those that the row tells of the lead."""

    organisation_id: UUID | None
    organisation_name: str | None
    deal_id: UUID | None
    deal_named: str | None
    now: datetime
    custom_fields: Given

    @property
    def reads(self) -> tuple[Read, ...]:
        named = ((CUSTOMER, self.organisation_id), (DEAL, self.deal_id))
        reads = (Read(aggregate, each, required=False) for aggregate, each in named if each is not None)
        return (CUSTOM_FIELDS.read, *reads)

    def changes(
        self, lead: Lead, person: Customer, under: LeadStatuses, states: Sequence[Any], at: datetime
    ) -> Iterator[Change]:
        """Qualified and converted at that moment; what the lead has in custom fields is carried over.

        Raises:
            Refusal: the deal was not imported, or the conversion cannot be.
        """
        fields, *records = states
        found, defined = iter(records), CUSTOM_FIELDS.of(fields)
        organisation = deal = None
        if self.organisation_id is not None:
            known: Customer | None = next(found)
            organisation = OrganisationChoice(self.organisation_id, known, self.organisation_name)
        if self.deal_id is not None:
            deal = DealChoice(self.deal_id, self._deal(next(found)))
        if lead.status_type != "qualified":
            qualified = qualify(lead, under)
            yield Change(LEAD, lead.id, lead.customer_id, (qualified,), occurred_at=at)
            lead = evolve(lead, provisional(qualified, lead.id, lead.customer_id, at))
        told = checked(LeadFieldsChanged, defined, Record("lead"), self.custom_fields)
        lead = lead if told is None else replace(lead, custom_fields=after({}, told))
        changes = convert(lead, person, organisation=organisation, deal=deal, under=under)
        for change in carried_over(changes, defined, lead, targets_of(person, organisation, deal)):
            # A deal's story may have gone on since then: what the lead adds to it is told now.
            yield replace(change, occurred_at=self.now if change.aggregate is DEAL else at)

    def _deal(self, known: Deal | None) -> Deal:
        if known is None:
            raise DealNotFound(f"no deal {self.deal_named!r} of this source was imported", field="deal")
        return known


def conversion_of(values: Values, owners: Owners) -> Conversion:
    organisation, deal = values.text("organisation"), values.text("deal")
    return Conversion(
        organisation_id=None if organisation is None else owners.id_of("customer", organisation),
        organisation_name=values.text("company") or organisation,
        deal_id=None if deal is None else owners.id_of("deal", deal),
        deal_named=deal,
        now=values.now,
        custom_fields=values.custom_fields(),
    )
