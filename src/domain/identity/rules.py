"""The configuration `identity_rules`."""

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Literal, get_args

import msgspec

from domain.configuration import Configuration
from domain.events import PERSONAL, Event
from domain.facts import Fact
from domain.identifiers import Identifier, identifier
from domain.identity.refusals import (
    GroupLimitOutOfRange,
    HoldersLimitOutOfRange,
    NotAMailbox,
    TrustedSourcesMissing,
    UnknownPolicy,
    UnknownProfileField,
)
from domain.phones import country_code
from domain.texts import WHITE, filled

Policy = Literal["most_recent", "most_trusted_source", "longest", "oldest", "manual"]
"""Whose value a group shows. `manual`: the canonical member's, until somebody chooses. What somebody chose is
shown under every policy."""

POLICIES: tuple[str, ...] = get_args(Policy)
PROFILE_FIELDS = ("name", "email", "phone", "owner")
OPEN_FIELDS = ("attributes", "custom_fields")
"""Those that hold fields of their own names: `attributes.language`."""
LARGEST_GROUP = (2, 500)
MOST_HOLDERS = (2, 1000)
MAILBOX = rf"[^{WHITE}\x00@]{{1,64}}"
"""A pattern that JSON Schema understands too."""

# The names of RFC 2142 (mailboxes for common services), and those that businesses use beside them.
_ROLES = (
    *("abuse", "accounts", "admin", "administrator", "billing", "booking", "bookings", "careers", "contact"),
    *("customerservice", "donotreply", "do-not-reply", "enquiries", "feedback", "finance", "ftp", "hello", "help"),
    *("helpdesk", "hostmaster", "hr", "info", "invoice", "invoices", "it", "jobs", "legal", "list", "mail"),
    *(
        "mailer-daemon",
        "marketing",
        "media",
        "news",
        "newsletter",
        "no-reply",
        "noc",
        "noreply",
        "nobody",
        "office",
    ),
    *("orders", "postmaster", "press", "privacy", "reception", "root", "sales", "security", "service", "shop"),
    *("support", "team", "usenet", "uucp", "webmaster", "www"),
)


class IdentityRules(msgspec.Struct, frozen=True, kw_only=True):
    """`role_mailboxes` (before the @) and the identifiers of `never_link` link nobody, nor does an identifier that
    more than `most_holders` customers hold, linked ones counted once. `largest_group` is how many customers may be
    one. `survivorship` tells by field whose value a group shows (most_recent, where it says nothing);
    `trusted_sources` begins with the most trusted. `phone_region` is the country of numbers without one.
    """

    role_mailboxes: frozenset[str] = frozenset(_ROLES)
    never_link: frozenset[Identifier] = frozenset()
    most_holders: int = 3
    largest_group: int = 50
    survivorship: dict[str, Policy] = {}
    trusted_sources: tuple[str, ...] = ()
    phone_region: str | None = None
    version: int = 0

    def is_listed(self, given: Identifier) -> bool:
        """Whether the identifier is one of those that link nobody, whoever holds it."""
        if given in self.never_link:
            return True
        # info+berlin@ is the mailbox info@, too.
        return given.kind == "email" and given.value.partition("@")[0].partition("+")[0] in self.role_mailboxes

    def policy(self, field: str) -> Policy:
        """The policy of a field, named as in `survivorship`."""
        of_all = self.survivorship.get(field.partition(".")[0], "most_recent")
        return self.survivorship.get(field, of_all)

    def trust(self, source: str) -> int:
        """The place of a source: 0 is the most trusted; all that are not listed come together, behind them."""
        listed = self.trusted_sources
        return listed.index(source) if source in listed else len(listed)


class IdentityRulesDefined(Event, frozen=True, kw_only=True):
    """The rules as a whole, from now on."""

    TYPE: ClassVar[str] = "identity_rules.defined"
    role_mailboxes: tuple[str, ...]
    never_link: Annotated[tuple[Identifier, ...], PERSONAL]
    most_holders: int
    largest_group: int
    survivorship: dict[str, Policy]
    trusted_sources: tuple[str, ...]
    phone_region: str | None = None


EVENTS: tuple[type[Event], ...] = (IdentityRulesDefined,)


def define_rules(
    *,
    role_mailboxes: Iterable[str],
    never_link: Iterable[Identifier],
    most_holders: int,
    largest_group: int,
    survivorship: Mapping[str, Policy],
    trusted_sources: Iterable[str],
    phone_region: str | None,
) -> IdentityRulesDefined:
    """The rules anew. A phone number of `never_link` without a plus sign is one of the new `phone_region`.

    Raises:
        Invalid: naming the field that cannot be.
    """
    country = None if phone_region is None else country_code(phone_region, field="phone_region")
    if not LARGEST_GROUP[0] <= largest_group <= LARGEST_GROUP[1]:
        raise GroupLimitOutOfRange(f"no group has room for {largest_group}", field="largest_group")
    if not MOST_HOLDERS[0] <= most_holders <= MOST_HOLDERS[1]:
        raise HoldersLimitOutOfRange(f"{most_holders} is no limit of holders", field="most_holders")
    sources = tuple(dict.fromkeys(filled(source, field="trusted_sources") for source in trusted_sources))
    _check_survivorship(survivorship, sources)
    return IdentityRulesDefined(
        role_mailboxes=tuple(sorted({_mailbox(name) for name in role_mailboxes})),
        never_link=tuple(sorted({_in_form(each, country) for each in never_link}, key=_order)),
        most_holders=most_holders,
        largest_group=largest_group,
        survivorship=dict(survivorship),
        trusted_sources=sources,
        phone_region=country,
    )


def _check_survivorship(survivorship: Mapping[str, Policy], sources: tuple[str, ...]) -> None:
    for field, policy in survivorship.items():
        whole, _, name = field.partition(".")
        known = field in (*PROFILE_FIELDS, *OPEN_FIELDS) or (whole in OPEN_FIELDS and name.strip())
        if not known:
            raise UnknownProfileField(f"{field!r} is no field of a profile", field=f"survivorship.{field}")
        if policy not in POLICIES:
            raise UnknownPolicy(f"{policy!r} is no policy", field=f"survivorship.{field}")
        if policy == "most_trusted_source" and not sources:
            raise TrustedSourcesMissing(f"whose {field} is trusted most is not said", field="trusted_sources")


def _mailbox(name: str) -> str:
    if not re.fullmatch(MAILBOX, name):
        raise NotAMailbox(f"{name!r} is no mailbox", field="role_mailboxes")
    return name.lower()


def _in_form(given: Identifier, country: str | None) -> Identifier:
    return identifier(
        given.kind, given.value, given.system, country=country, field="never_link", system_field="never_link"
    )


def _order(given: Identifier) -> tuple[str, str, str]:
    return given.kind, given.system or "", given.value


def _evolve(_: IdentityRules, fact: Fact) -> IdentityRules:
    event = fact.event
    assert isinstance(event, IdentityRulesDefined), "identity rules are defined, and nothing else"
    return IdentityRules(
        role_mailboxes=frozenset(event.role_mailboxes),
        never_link=frozenset(event.never_link),
        most_holders=event.most_holders,
        largest_group=event.largest_group,
        survivorship=event.survivorship,
        trusted_sources=event.trusted_sources,
        phone_region=event.phone_region,
        version=fact.version,
    )


IDENTITY_RULES: Configuration[IdentityRules] = Configuration("identity_rules", _evolve, IdentityRules())
