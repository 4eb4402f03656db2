"""Phone numbers of files: in one form, in the country that the identity rules say, or refused with their row."""

from uuid import UUID

from domain.commands import define
from domain.customers import CUSTOMER
from domain.identity import IDENTITY_RULES, IdentityRules, define_rules
from gateways.imports.ids import record_id
from tests.support.facts import by

from .importing import CUSTOMERS, Importing

PEOPLE = CUSTOMERS.replace('email = "email"', 'email = "email"\nphone = "phone"')
LEADS = """
record = "lead"
source = "old"
timezone = "UTC"
[fields]
id = "id"
name = "name"
phone = "phone"
channel = { column = "channel", default = "web" }
captured_at = "at"
"""


def rows(*phones: str) -> str:
    return "id,kind,name,email,since,size,phone\n" + "".join(f"{n},,Ada,,,,{p}\n" for n, p in enumerate(phones))


def phone_of(importing: Importing, customer_id: UUID) -> str | None:
    customer = importing.ledger.read(CUSTOMER, customer_id).state
    assert customer is not None
    return customer.phone


def in_sweden(importing: Importing) -> None:
    shipped = IdentityRules()
    defined = define_rules(
        role_mailboxes=shipped.role_mailboxes,
        never_link=(),
        most_holders=shipped.most_holders,
        largest_group=shipped.largest_group,
        survivorship={},
        trusted_sources=(),
        phone_region="SE",
    )
    importing.ledger.execute(define(IDENTITY_RULES, lambda _: defined, by()))


def test_a_number_is_kept_in_one_form_and_one_that_cannot_be_is_refused_with_its_row(importing: Importing) -> None:
    done = importing(PEOPLE, rows("+46 8 123 456", "08 123 456", "+46 8 1"))
    kept = [phone_of(importing, record_id("old", "customer", each)) for each in "01"]

    assert kept == ["+468123456", "08 123 456"]
    assert [(each["row"], each["rule"], each["field"]) for each in done.rejects] == [
        ("3", "NotAPhoneNumber", "phone")
    ]


def test_a_number_without_a_country_is_one_of_the_rules_country(importing: Importing) -> None:
    in_sweden(importing)
    done = importing(PEOPLE, rows("08 123 456", "+49 30 12345", "0123"))
    leads = importing(LEADS, "id,name,phone,channel,at\n7,Ada,070 123 45 67,,2027-01-01\n", name="leads.csv")
    kept = [phone_of(importing, record_id("old", "customer", each)) for each in "01"]

    assert kept == ["+468123456", "+493012345"]
    assert [each["rule"] for each in done.rejects] == ["NotAPhoneNumber"]
    assert leads.rejects == []
    assert phone_of(importing, record_id("old", "person of lead", "7")) == "+46701234567"
