"""Customers: people and organisations. A person may belong to organisations."""

from domain.customers.consent_events import (
    EVENTS as _CONSENT_EVENTS,
)
from domain.customers.consent_events import (
    ContactChannel,
    CustomerConsentConfirmed,
    CustomerConsentGiven,
    CustomerConsentWithdrawn,
    LawfulBasis,
)
from domain.customers.consenting import (
    PURPOSE,
    TEXT_HASH,
    confirm_consent,
    consent_given,
    give_consent,
    withdraw_consent,
)
from domain.customers.consents import Consent, Consents, Given, Standing, purpose_and_channel, standing, strictest
from domain.customers.decisions import change_profile, join_organisation, leave_organisation, register
from domain.customers.duplicate_events import (
    EVENTS as _DUPLICATE_EVENTS,
)
from domain.customers.duplicate_events import (
    CustomerDuplicateDismissed,
    CustomerDuplicatesFound,
    FoundAlike,
)
from domain.customers.events import (
    EVENTS as _EVENTS,
)
from domain.customers.events import (
    Attribute,
    CustomerCameFromLead,
    CustomerFieldsChanged,
    CustomerJoinedOrganisation,
    CustomerLeftOrganisation,
    CustomerLifecycleChanged,
    CustomerMemberJoined,
    CustomerMemberLeft,
    CustomerProfileChanged,
    CustomerRegistered,
    Kind,
    LifecycleStage,
)
from domain.customers.groups import canonical_id, gathered, group_of, unread
from domain.customers.identifiers import Held, Told
from domain.customers.identifying import held, remove_identifier, tell_identifier, verify_identifier
from domain.customers.identity_events import (
    EVENTS as _IDENTITY_EVENTS,
)
from domain.customers.identity_events import (
    CustomerIdentifierAdded,
    CustomerIdentifierRemoved,
    CustomerIdentifierSeen,
    CustomerIdentifierVerified,
    CustomerLinked,
    CustomerSurvivorChosen,
    CustomerSurvivorReleased,
    CustomerUnlinked,
)
from domain.customers.lifecycle import change_lifecycle, move_forward
from domain.customers.linking import is_shared, link, unlink
from domain.customers.links import Link
from domain.customers.state import CUSTOMER, Customer, evolve
from domain.customers.survivorship import Survivor, choose_survivor, release_survivor, survived
from domain.customers.telling_apart import dismiss_duplicate
from domain.customers.unique import kept_unique, same_identifier

EVENTS = (*_EVENTS, *_IDENTITY_EVENTS, *_DUPLICATE_EVENTS, *_CONSENT_EVENTS)

__all__ = [
    "CUSTOMER",
    "EVENTS",
    "PURPOSE",
    "TEXT_HASH",
    "Attribute",
    "Consent",
    "Consents",
    "ContactChannel",
    "Customer",
    "CustomerCameFromLead",
    "CustomerConsentConfirmed",
    "CustomerConsentGiven",
    "CustomerConsentWithdrawn",
    "CustomerDuplicateDismissed",
    "CustomerDuplicatesFound",
    "CustomerFieldsChanged",
    "CustomerIdentifierAdded",
    "CustomerIdentifierRemoved",
    "CustomerIdentifierSeen",
    "CustomerIdentifierVerified",
    "CustomerJoinedOrganisation",
    "CustomerLeftOrganisation",
    "CustomerLifecycleChanged",
    "CustomerLinked",
    "CustomerMemberJoined",
    "CustomerMemberLeft",
    "CustomerProfileChanged",
    "CustomerRegistered",
    "CustomerSurvivorChosen",
    "CustomerSurvivorReleased",
    "CustomerUnlinked",
    "FoundAlike",
    "Given",
    "Held",
    "Kind",
    "LawfulBasis",
    "LifecycleStage",
    "Link",
    "Standing",
    "Survivor",
    "Told",
    "canonical_id",
    "change_lifecycle",
    "change_profile",
    "choose_survivor",
    "confirm_consent",
    "consent_given",
    "dismiss_duplicate",
    "evolve",
    "gathered",
    "give_consent",
    "group_of",
    "held",
    "is_shared",
    "join_organisation",
    "kept_unique",
    "leave_organisation",
    "link",
    "move_forward",
    "purpose_and_channel",
    "register",
    "release_survivor",
    "remove_identifier",
    "same_identifier",
    "standing",
    "strictest",
    "survived",
    "tell_identifier",
    "unlink",
    "unread",
    "verify_identifier",
    "withdraw_consent",
]
