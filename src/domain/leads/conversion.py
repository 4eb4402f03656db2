"""The conversion of a lead: once, whole, and without writing over anything."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from domain.aggregates import Aggregate, Change
from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerCameFromLead,
    CustomerProfileChanged,
    LifecycleStage,
    join_organisation,
    move_forward,
    register,
)
from domain.deals import DEAL, Deal, DealLeadLinked, DealOpened, change_amount, change_close_date, change_deal
from domain.deals.refusals import DealIsClosed
from domain.events import Event
from domain.leads.decisions import check_alive
from domain.leads.events import LeadConverted, MappedField
from domain.leads.filling import Fields, Record, empty_of, mapped
from domain.leads.refusals import DealOfAnotherCustomer, IdGivenTwice, LeadBecomesPerson, LeadNotQualified
from domain.leads.state import LEAD, Lead
from domain.leads.statuses import SHIPPED, LeadStatuses

_BECAUSE = "lead converted"
_FIXED = ("number",)
"""What a deal has from its opening on, or never."""


@dataclass(frozen=True)
class OrganisationChoice:
    """The organisation that a converted person belongs to: an existing one, or one to register by name."""

    id: UUID
    existing: Customer | None
    name: str | None = None
    owner: str | None = None


@dataclass(frozen=True)
class DealChoice:
    """The deal of a converted lead: an existing one, or one to open as `opened` says. `brought` tells the fields
    that were asked for, which an existing one gets where it has nothing in them."""

    id: UUID
    existing: Deal | None
    opened: DealOpened | None = None
    brought: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class _Conversion:
    """What a conversion changes, stream by stream in the order of the first event, and the map of its fields."""

    changes: dict[UUID, Change] = field(default_factory=dict)
    fields: list[MappedField] = field(default_factory=list)

    def tell(self, changes: Iterable[Change]) -> None:
        for change in changes:
            told = self.changes.get(change.stream_id)
            self.changes[change.stream_id] = (
                change if told is None else replace(told, events=(*told.events, *change.events))
            )

    def add(self, aggregate: Aggregate[Any], record: Customer | Deal, *events: Event) -> None:
        if events:
            self.tell([Change(aggregate, record.id, record.customer_id, events)])

    def map(
        self,
        record: Record,
        held: Fields,
        brought: Fields,
        *,
        private: bool = False,
        fixed: Collection[str] = (),
    ) -> None:
        self.fields += mapped(record, held, brought, private=private, fixed=fixed)


def convert(
    lead: Lead,
    person: Customer,
    *,
    into: Customer | None = None,
    organisation: OrganisationChoice | None = None,
    deal: DealChoice | None = None,
    under: LeadStatuses = SHIPPED,
) -> list[Change]:
    """End the lead: its person, or the existing customer that it is converted `into`, joins an organisation and
    gets a deal, where asked, all in one decision.

    A new deal is the organisation's where there is one, with the person as its contact; else the person's. Of
    what exists, only empty fields are filled; what became of each is in the lead's event, which comes last.
    """
    check_alive(lead)
    if lead.status_type != "qualified":
        raise LeadNotQualified(f"lead {lead.id} is {lead.status}")
    entered = under.entered(lead.status, "converted")
    target = into or person
    if target.kind != "person":
        raise LeadBecomesPerson(f"{target.id} is a {target.kind}", field="customer_id")
    _check_ids((lead, person, target), organisation, deal)
    conversion = _Conversion()
    _fill_person(conversion, lead, person, target)
    if organisation is not None:
        _belong(conversion, lead, target, organisation)
    if deal is not None:
        _sell(conversion, lead, target, organisation, deal)
    stage: LifecycleStage = "sales_qualified" if deal is None else "opportunity"
    conversion.add(CUSTOMER, target, *move_forward(target, stage, because=_BECAUSE))
    converted = LeadConverted(
        organisation_id=organisation.id if organisation else None,
        deal_id=deal.id if deal else None,
        converted_into=None if target.id == lead.customer_id else target.id,
        fields=tuple(conversion.fields),
        status=entered.id,
        statuses_version=under.version,
    )
    return [*conversion.changes.values(), Change(LEAD, lead.id, lead.customer_id, (converted,))]


def _check_ids(
    there: Iterable[Lead | Customer], organisation: OrganisationChoice | None, deal: DealChoice | None
) -> None:
    taken = {each.id for each in there}
    for place, choice in (("organisation.id", organisation), ("deal.id", deal)):
        if choice is not None:
            if choice.existing is None and choice.id in taken:
                raise IdGivenTwice(f"{choice.id} is the id of another record here", field=place)
            taken.add(choice.id)


def _fill_person(conversion: _Conversion, lead: Lead, person: Customer, target: Customer) -> None:
    brought: dict[str, Any] = {"owner": lead.owner}
    if target.id != person.id:
        brought = {
            "name": person.name,
            "email": person.email or lead.email,
            "phone": person.phone,
            "owner": person.owner or lead.owner,
            **{f"attributes.{key}": value for key, value in person.attributes.items()},
        }
    _fill_customer(conversion, "customer", target, brought)
    if target.id != person.id:
        conversion.add(CUSTOMER, target, CustomerCameFromLead(lead_id=lead.id))


def _fill_customer(conversion: _Conversion, record: Record, customer: Customer, brought: dict[str, Any]) -> None:
    held = {
        "name": customer.name,
        "email": customer.email,
        "phone": customer.phone,
        "owner": customer.owner,
        **{f"attributes.{key}": value for key, value in customer.attributes.items()},
    }
    conversion.map(record, held, brought, private=customer.kind == "person")
    empty = empty_of(held, brought)
    attributes = {name.partition(".")[2]: empty.pop(name) for name in list(empty) if "." in name}
    if empty or attributes:
        # Not checked again: it stood in a record, perhaps since before there were such checks.
        conversion.add(CUSTOMER, customer, CustomerProfileChanged(attributes=attributes, **empty))


def _belong(conversion: _Conversion, lead: Lead, target: Customer, choice: OrganisationChoice) -> None:
    came = CustomerCameFromLead(lead_id=lead.id)
    existing = choice.existing
    if existing is None:
        founded = register(kind="organisation", name=choice.name, owner=choice.owner or lead.owner)
        conversion.map("organisation", {}, {"name": founded.name, "owner": founded.owner})
        newcomer = Customer(id=choice.id, kind="organisation", name=founded.name, owner=founded.owner)
        persons_side, organisations_side = join_organisation(target, newcomer)
        birth = Change.begin(CUSTOMER, choice.id, choice.id, founded, *organisations_side.events, came)
        conversion.tell([persons_side, birth])
        return
    if existing.id not in target.organisations:
        conversion.tell(join_organisation(target, existing))
    _fill_customer(conversion, "organisation", existing, {"name": choice.name, "owner": lead.owner})
    conversion.add(CUSTOMER, existing, came)


def _sell(
    conversion: _Conversion,
    lead: Lead,
    target: Customer,
    organisation: OrganisationChoice | None,
    choice: DealChoice,
) -> None:
    if choice.existing is not None:
        _link(conversion, lead, target, organisation, choice.existing, choice.brought)
        return
    opened = choice.opened
    assert opened is not None, "a deal that does not exist is opened"
    opened = replace(
        opened,
        lead_id=lead.id,
        owner=opened.owner or lead.owner,
        contact_id=opened.contact_id or (target.id if organisation else None),
    )
    told = ("name", "amount", "expected_close_date", "owner", "contact_id", "product", "number")
    conversion.map("deal", {}, {name: getattr(opened, name) for name in told})
    customer_id = organisation.id if organisation else target.id
    conversion.tell([Change.begin(DEAL, choice.id, customer_id, opened)])


def _link(
    conversion: _Conversion,
    lead: Lead,
    target: Customer,
    organisation: OrganisationChoice | None,
    deal: Deal,
    given: Mapping[str, Any],
) -> None:
    theirs = {lead.customer_id, target.id, *target.organisations, *([organisation.id] if organisation else [])}
    if deal.customer_id not in theirs:
        raise DealOfAnotherCustomer(f"deal {deal.id} is of customer {deal.customer_id}", field="deal.id")
    if deal.status != "open":
        raise DealIsClosed(f"deal {deal.id} is {deal.status}", field="deal.id")
    brought = {
        **given,
        "owner": given.get("owner") or lead.owner,
        "contact_id": None if deal.customer_id == target.id else target.id,
    }
    held = {name: getattr(deal, name) for name in brought}
    # Line items alone say what their deal amounts to.
    fixed = _FIXED if deal.amount_source == "manual" else (*_FIXED, "amount")
    conversion.map("deal", held, brought, fixed=fixed)
    empty = {name: value for name, value in empty_of(held, brought).items() if name not in fixed}
    conversion.add(DEAL, deal, DealLeadLinked(lead_id=lead.id))
    if said := {name: empty[name] for name in ("owner", "contact_id", "product") if name in empty}:
        conversion.add(DEAL, deal, change_deal(deal, **said))
    if (amount := empty.get("amount")) is not None:
        conversion.add(DEAL, deal, change_amount(deal, amount=amount))
    if (day := empty.get("expected_close_date")) is not None:
        conversion.add(DEAL, deal, change_close_date(deal, expected_close_date=day))
