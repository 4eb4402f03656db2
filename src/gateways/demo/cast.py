"""The people and the companies in the stories."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID

from domain.customers import CUSTOMER, CustomerRegistered, Kind, register
from gateways.demo.market import OWNER_SHARES, OWNERS
from gateways.demo.steps import Script, Touched
from gateways.demo.words import COUNTRIES, FIRST, INDUSTRIES, LAST, ROOTS, SHARES, SUFFIXES, Country


@dataclass(frozen=True)
class Party:
    """A customer of either kind, and who looks after it."""

    id: UUID
    kind: Kind
    name: str
    country: Country
    owner: str
    email: str | None = None
    phone: str | None = None

    @property
    def stream(self) -> Touched:
        return (CUSTOMER, self.id)

    def registered(self, **attributes: str | int | bool) -> CustomerRegistered:
        country = {"country": self.country.code, "language": self.country.language}
        return register(
            kind=self.kind,
            name=self.name,
            email=self.email,
            phone=self.phone,
            attributes={**country, **attributes},
        )


@dataclass(frozen=True)
class Member:
    """A person in an organisation, from a moment on, perhaps up to another."""

    person: Party
    since: datetime
    until: datetime | None = None


@dataclass
class Account:
    """Who buys: an organisation with its people, or a person alone."""

    party: Party
    members: list[Member] = field(default_factory=list)

    def contact(self, rng: Random, at: datetime) -> Party | None:
        """Somebody to talk to at that moment; nobody where a person buys alone."""
        present = [m.person for m in self.members if m.since < at and (m.until is None or m.until > at)]
        return rng.choice(present) if present else None


class Casting:
    """Makes up parties; no two companies and no two addresses are the same."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._rng = script.rng
        self._companies = [f"{root} {suffix}" for root in ROOTS for suffix in SUFFIXES]
        self._rng.shuffle(self._companies)
        self._addresses: dict[str, int] = {}

    def country(self) -> Country:
        return self._rng.choices(COUNTRIES, SHARES)[0]

    def owner(self) -> str:
        return self._rng.choices(OWNERS, OWNER_SHARES)[0]

    def company_name(self) -> str:
        return self._companies.pop()

    def industry(self) -> str:
        return self._rng.choice(INDUSTRIES)

    def organisation(
        self, name: str, *, country: Country, owner: str, organisation_id: UUID | None = None
    ) -> Party:
        made = organisation_id or self._script.new_id("organisation")
        return Party(made, "organisation", name, country, owner)

    def person(self, *, country: Country, owner: str, company: str | None = None) -> Party:
        name = f"{self._rng.choice(FIRST)} {self._rng.choice(LAST)}"
        domain = f"{_plain(company, '-')}.example.com" if company else "example.org"
        phone = self.phone(country) if self._rng.random() < 0.7 else None
        return Party(
            self._script.new_id("person"), "person", name, country, owner, self._address(name, domain), phone
        )

    def phone(self, country: Country) -> str:
        return "".join(str(self._rng.randrange(10)) if sign == "#" else sign for sign in country.phone)

    def _address(self, name: str, domain: str) -> str:
        address = f"{_plain(name, '.')}@{domain}"
        self._addresses[address] = taken = self._addresses.get(address, 0) + 1
        return address if taken == 1 else address.replace("@", f"{taken}@")


def _plain(text: str, separator: str) -> str:
    letters = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return separator.join(letters.split())
