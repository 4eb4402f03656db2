from typing import Any

import pytest

from domain.identifiers import Identifier, SystemOfExternalIdOnly
from domain.identity import IDENTITY_RULES, IdentityRules, IdentityRulesDefined, define_rules
from domain.identity.refusals import (
    GroupLimitOutOfRange,
    HoldersLimitOutOfRange,
    NotAMailbox,
    TrustedSourcesMissing,
    UnknownPolicy,
    UnknownProfileField,
)
from domain.phones import PhoneNeedsCountry, UnknownCountry
from domain.refusals import Invalid
from domain.texts import BlankText, NotAnEmailAddress, NotAPhoneNumber
from tests.support.facts import fact

SHIPPED = IdentityRules()
FAMILY = Identifier("phone", "+468123456")


def defined(**changes: Any) -> IdentityRulesDefined:
    rules: dict[str, Any] = {
        "role_mailboxes": ["info"],
        "never_link": [],
        "most_holders": 3,
        "largest_group": 50,
        "survivorship": {},
        "trusted_sources": [],
        "phone_region": None,
    }
    return define_rules(**(rules | changes))


def rules(**changes: Any) -> IdentityRules:
    return IDENTITY_RULES.aggregate.evolve(None, fact(defined(**changes), stream_id=IDENTITY_RULES.id))


@pytest.mark.parametrize("address", ["info@b.se", "sales@b.se", "no-reply@b.se", "postmaster@b.se", "info+x@b.se"])
def test_the_mailbox_of_a_role_links_nobody(address: str) -> None:
    assert SHIPPED.is_listed(Identifier("email", address))


def test_a_person_s_address_links_and_so_does_what_only_looks_like_a_role() -> None:
    assert not SHIPPED.is_listed(Identifier("email", "ada.info@b.se"))
    assert not SHIPPED.is_listed(Identifier("cookie", "info@b.se"))


def test_what_is_listed_links_nobody_however_it_was_written() -> None:
    listed = rules(
        never_link=[Identifier("phone", "08 123 456"), Identifier("email", "Us@B.se"), FAMILY], phone_region="SE"
    )

    assert listed.never_link == {FAMILY, Identifier("email", "us@b.se")}
    assert listed.is_listed(FAMILY)
    assert not SHIPPED.is_listed(FAMILY)


def test_rules_are_told_in_one_order_and_each_once() -> None:
    told = defined(role_mailboxes=["Sales", "info", "sales"], trusted_sources=["erp", " api ", "erp"])

    assert told.role_mailboxes == ("info", "sales")
    assert told.trusted_sources == ("erp", "api")


def test_a_field_follows_its_own_policy_or_that_of_all_attributes_or_the_latest() -> None:
    told = rules(survivorship={"name": "longest", "attributes": "oldest", "attributes.tier": "manual"})

    assert [told.policy(field) for field in ("name", "email", "attributes.size", "attributes.tier")] == [
        "longest",
        "most_recent",
        "oldest",
        "manual",
    ]


def test_sources_are_trusted_in_the_order_of_the_list() -> None:
    told = rules(trusted_sources=["erp", "api"], survivorship={"name": "most_trusted_source"})

    assert [told.trust(source) for source in ("erp", "api", "a form")] == [0, 1, 2]


@pytest.mark.parametrize(
    ("changes", "rule", "field"),
    [
        ({"role_mailboxes": ["info@b.se"]}, NotAMailbox, "role_mailboxes"),
        ({"role_mailboxes": [""]}, NotAMailbox, "role_mailboxes"),
        ({"never_link": [Identifier("email", "us")]}, NotAnEmailAddress, "never_link"),
        ({"never_link": [Identifier("phone", "+46 8 1")]}, NotAPhoneNumber, "never_link"),
        ({"never_link": [Identifier("phone", "08 123 456")]}, PhoneNeedsCountry, "never_link"),
        ({"never_link": [Identifier("external", "7")]}, SystemOfExternalIdOnly, "never_link"),
        ({"most_holders": 1}, HoldersLimitOutOfRange, "most_holders"),
        ({"most_holders": 1001}, HoldersLimitOutOfRange, "most_holders"),
        ({"largest_group": 1}, GroupLimitOutOfRange, "largest_group"),
        ({"largest_group": 501}, GroupLimitOutOfRange, "largest_group"),
        ({"survivorship": {"shoe": "oldest"}}, UnknownProfileField, "survivorship.shoe"),
        ({"survivorship": {"attributes.": "oldest"}}, UnknownProfileField, "survivorship.attributes."),
        ({"survivorship": {"name": "best"}}, UnknownPolicy, "survivorship.name"),
        ({"survivorship": {"name": "most_trusted_source"}}, TrustedSourcesMissing, "trusted_sources"),
        ({"trusted_sources": [" "]}, BlankText, "trusted_sources"),
        ({"phone_region": "XX"}, UnknownCountry, "phone_region"),
    ],
)
def test_a_mistake_is_refused_when_the_rules_are_made(
    changes: dict[str, Any], rule: type[Invalid], field: str
) -> None:
    with pytest.raises(rule) as refused:
        defined(**changes)

    assert refused.value.field == field


def test_the_rules_are_what_was_defined_last() -> None:
    told = rules(most_holders=5, largest_group=10, phone_region="SE")

    assert (told.most_holders, told.largest_group, told.phone_region, told.version) == (5, 10, "SE", 1)
    assert (SHIPPED.most_holders, SHIPPED.largest_group, SHIPPED.phone_region) == (3, 50, None)
