"""By what customers are known, and the rules about it."""

from typing import Any
from uuid import uuid4

import pytest

from .asking import Caller
from .identity import RULES, an_address, ruled


def a_cookie() -> str:
    return f"c-{uuid4().hex}"


def test_a_profile_keeps_a_number_in_one_form_and_is_known_by_it(crm: Caller) -> None:
    person = crm.person(phone="+46 8 123 456", external_id={"system": "erp", "id": uuid4().hex})
    known = crm.asked(f"/v1/customers/{person}/identifiers")["items"]

    assert crm.asked(f"/v1/customers/{person}")["phone"] == "+468123456"
    assert [(each["kind"], each["sources"]) for each in known] == [
        ("phone", ["profile"]),
        ("external", ["profile"]),
    ]


@pytest.mark.parametrize("phone", ["+46 8 1", "+999 1234567", "+1 555 0100"])
def test_a_number_that_cannot_be_is_refused(crm: Caller, phone: str) -> None:
    body = {"kind": "person", "phone": phone}
    crm.refused("POST", "/v1/customers", 422, "NotAPhoneNumber", "phone", json=body)
    crm.refused("PATCH", f"/v1/customers/{crm.person()}", 422, "NotAPhoneNumber", "phone", json={"phone": phone})


def test_a_number_without_a_country_is_one_of_the_rules_country(crm: Caller) -> None:
    without = crm.person(phone="08 123 456")
    with ruled(crm, phone_region="SE"):
        within, leads = crm.person(phone="08 123 456"), crm.lead(phone="08 123 456")
        crm.told(f"/v1/customers/{without}", {"phone": "08 123 457"}, method="PATCH")
        body = {"kind": "person", "phone": "0123"}
        crm.refused("POST", "/v1/customers", 422, "NotAPhoneNumber", "phone", json=body)
        crm.told(f"/v1/customers/{within}/identifiers", {"kind": "phone", "value": "070 123 45 67"})
    person = crm.asked(f"/v1/leads/{leads}")["customer_id"]

    assert crm.asked(f"/v1/customers/{within}")["phone"] == "+468123456"
    assert crm.asked(f"/v1/customers/{person}")["phone"] == "+468123456"
    assert crm.asked(f"/v1/customers/{without}")["phone"] == "+468123457"
    crm.refused(
        "POST",
        f"/v1/customers/{within}/identifiers",
        422,
        "PhoneNeedsCountry",
        "value",
        json={"kind": "phone", "value": "070 123 45 67"},
    )


def test_an_identifier_is_told_verified_and_removed(crm: Caller) -> None:
    person, cookie = crm.person(), {"kind": "cookie", "value": a_cookie()}
    path = f"/v1/customers/{person}/identifiers"
    crm.told(path, {**cookie, "source": "tracker", "confidence": 60})
    crm.told(path, {**cookie, "confidence": 80})
    crm.told(f"{path}/verify", {**cookie, "how": "signed in"})
    (known,) = crm.asked(path)["items"]
    crm.told(f"{path}/remove", cookie)

    assert (known["sources"], known["confidence"], known["verified"]) == (["tracker", "api"], 80, "signed in")
    assert known["first_seen"] < known["last_seen"] == known["verified_at"]
    assert crm.asked(path)["items"] == []
    crm.refused("POST", f"{path}/remove", 409, "IdentifierNotHeld", "value", json=cookie)


def test_what_the_profile_says_is_changed_there(crm: Caller) -> None:
    mail = {"kind": "email", "value": an_address()}
    person = crm.person(email=mail["value"])

    crm.refused(
        "POST", f"/v1/customers/{person}/identifiers/remove", 409, "IdentifierInProfile", "value", json=mail
    )


def test_who_holds_an_identifier_is_found_in_any_way_of_writing_it(crm: Caller) -> None:
    address = an_address()
    holders = [crm.person(email=address) for _ in range(3)]
    first = crm.asked("/v1/identities", kind="email", value=address.upper(), limit=2)
    second = crm.asked("/v1/identities", kind="email", value=address.upper(), limit=2, after=first["next"])
    crm.told(f"/v1/customers/{holders[0]}", {"email": None}, method="PATCH")
    left = crm.asked("/v1/identities", kind="email", value=address)

    assert [each["customer_id"] for each in first["items"] + second["items"]] == holders
    assert (second["next"], first["links"]) == (None, True)
    assert [each["customer_id"] for each in left["items"]] == holders[1:]


def test_an_external_id_is_one_of_its_system(crm: Caller) -> None:
    own = uuid4().hex
    person = crm.person(external_id={"system": "erp", "id": own})

    found = crm.asked("/v1/identities", kind="external", value=own, system="erp")["items"]
    assert [each["customer_id"] for each in found] == [person]
    assert crm.asked("/v1/identities", kind="external", value=own, system="shop")["items"] == []


def test_rules_are_defined_on_the_version_that_was_read(crm: Caller) -> None:
    shown = crm.ask(RULES)
    rules = {name: value for name, value in shown.json().items() if name != "version"}
    told = crm.tell(RULES, {**rules, "reason": "as before"}, method="PUT", if_match=shown.headers["ETag"])

    assert crm.ask(RULES).headers["ETag"] == told.headers["ETag"] == f'"{shown.json()["version"] + 1}"'
    crm.refused(
        "PUT", RULES, 412, "VersionMismatch", "If-Match", json=rules, headers={"If-Match": shown.headers["ETag"]}
    )


@pytest.mark.parametrize(
    ("mistake", "rule", "field"),
    [
        ({"phone_region": "XX"}, "UnknownCountry", "phone_region"),
        ({"role_mailboxes": ["info@b.se"]}, "NotAMailbox", "role_mailboxes"),
        ({"never_link": [{"kind": "email", "value": "us"}]}, "NotAnEmailAddress", "never_link"),
        ({"survivorship": {"shoe": "oldest"}}, "UnknownProfileField", "survivorship.shoe"),
        ({"survivorship": {"name": "most_trusted_source"}}, "TrustedSourcesMissing", "trusted_sources"),
    ],
)
def test_a_mistake_in_the_rules_is_refused_when_they_are_made(
    crm: Caller, mistake: dict[str, Any], rule: str, field: str
) -> None:
    rules = {name: value for name, value in crm.asked(RULES).items() if name != "version"}

    crm.refused("PUT", RULES, 422, rule, field, json=rules | mistake)
