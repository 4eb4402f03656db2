"""Keeps of each customer, lead and deal what it is found by. A lead and a deal are found through their customer
too: by the query, for who sees the customer."""

from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from domain.custom_fields.records import CustomFieldsChanged
from domain.customers import (
    CustomerFieldsChanged,
    CustomerIdentifierAdded,
    CustomerIdentifierRemoved,
    CustomerProfileChanged,
    CustomerRegistered,
)
from domain.deals import DealChanged, DealFieldsChanged, DealOpened
from domain.events import Event
from domain.external_ids import ExternalId
from domain.facts import Fact
from domain.leads import LeadCaptured, LeadChanged, LeadFieldsChanged, LeadQualified
from domain.leads.assignment_events import LeadAssigned, LeadReleased
from projections.engine.fold import Fold, Row
from projections.search.record import Kind, Record, outline, vector

# Not the address that a lead came in with: that is its customer's, whom not all see who see the lead.
_FIELDS: dict[Kind, tuple[str, ...]] = {
    "person": ("name", "email", "phone", "external_id"),
    "organisation": ("name", "email", "phone", "external_id"),
    "lead": ("company", "interest", "campaign", "channel", "external_id"),
    "deal": ("name", "number", "product", "external_id"),
}


def evolve(record: Record | None, fact: Fact) -> Record:
    if record is None:
        kind = _kind(fact.event)
        return _told(Record(kind, fact.customer_id), fact.event) if kind else Record("unborn", fact.customer_id)
    return record if record.kind == "unborn" else _after(record, fact.event)


def _after(record: Record, event: Event) -> Record:
    match event:
        case CustomerIdentifierAdded():
            if event.kind == "cookie" or event.identifier in record.identifiers:
                return record
            return replace(record, identifiers=(*record.identifiers, event.identifier))
        case CustomerIdentifierRemoved():
            gone = event.identifier
            return replace(record, identifiers=tuple(each for each in record.identifiers if each != gone))
        case CustomFieldsChanged():
            return _with_values(record, event)
        case LeadQualified():
            return replace(record, owner=event.owner or record.owner)
        case LeadReleased():
            return replace(record, owner=None)
        case _:
            return _told(record, event)


def _kind(event: Event) -> Kind | None:
    """Of what it is the birth."""
    match event:
        case CustomerRegistered():
            return event.kind
        case LeadCaptured():
            return "lead"
        case DealOpened():
            return "deal"
        case _:
            return None


def _told(record: Record, event: Event) -> Record:
    names = () if record.kind == "unborn" else _FIELDS[record.kind]
    said: dict[str, Any] = {name: getattr(event, name, UNSET) for name in names}
    attributes: dict[str, Any] = getattr(event, "attributes", {})
    said |= {f"attributes.{name}": value for name, value in attributes.items()}
    owner = getattr(event, "owner", UNSET)
    return replace(record, fields=_with(record.fields, said), owner=record.owner if owner is UNSET else owner)


def _with_values(record: Record, event: CustomFieldsChanged) -> Record:
    values = {**dict.fromkeys(event.cleared), **event.values, **event.personal_values}
    return replace(
        record, fields=_with(record.fields, {f"custom_fields.{name}": value for name, value in values.items()})
    )


def _with(fields: dict[str, str], said: dict[str, Any]) -> dict[str, str]:
    """Texts alone: nobody searches for a yes, or for a number that counts something."""
    kept = {name: text for name, text in fields.items() if said.get(name, UNSET) is UNSET}
    for name, value in said.items():
        text = value.id if isinstance(value, ExternalId) else value
        if isinstance(text, str):
            kept[name] = text
    return kept


def _row(record: Record) -> Row:
    title = record.title
    return record.kind, record.customer_id, record.owner, title, outline(title), vector(record.lexemes)


SEARCH: Fold[Record] = Fold(
    name="search",
    version=3,
    rule="The texts of the record's own facts, as they are after the last of them, in plain spelling.",
    keyed_by="stream",
    types=frozenset(
        {
            *(CustomerRegistered, CustomerProfileChanged, CustomerFieldsChanged),
            *(CustomerIdentifierAdded, CustomerIdentifierRemoved),
            *(LeadCaptured, LeadChanged, LeadFieldsChanged, LeadQualified, LeadAssigned, LeadReleased),
            *(DealOpened, DealChanged, DealFieldsChanged),
        }
    ),
    state=Record,
    evolve=evolve,
    columns={
        "kind": "text NOT NULL",
        "customer_id": "uuid NOT NULL",
        "owner": "text",
        "title": "text",
        "outline": "text NOT NULL",
        "words": "tsvector NOT NULL",
    },
    row=_row,
    indexes=("customer_id", "gin:words", "gin:outline public.gin_trgm_ops"),
    personal=frozenset({"title", "outline", "words"}),
)
