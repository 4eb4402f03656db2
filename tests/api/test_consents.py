"""Consent over HTTP: given, confirmed, withdrawn, as of any moment; and what counts for those who are one."""

from typing import Any

import pytest

from .asking import Caller, in_year
from .identity import link, unlink

NEWS: dict[str, Any] = {"purpose": "newsletter", "channel": "email"}
GIVEN = NEWS | {"wording": "2026-03", "captured_by": "web form"}


def consents(crm: Caller, customer: str, **asked: str) -> dict[str, str]:
    items = crm.asked(f"/v1/customers/{customer}/consents", **asked)["items"]
    return {f"{each['purpose']}/{each['channel']}": each["standing"] for each in items}


def give(crm: Caller, customer: str, **more: Any) -> dict[str, Any]:
    return crm.told(f"/v1/customers/{customer}/consents", GIVEN | more)


def withdraw(crm: Caller, customer: str, **more: Any) -> dict[str, Any]:
    return crm.told(f"/v1/customers/{customer}/consents/withdraw", NEWS | more)


def test_a_double_opt_in_is_confirmed_and_withdrawn_and_the_past_keeps_it(crm: Caller) -> None:
    ada = crm.person(occurred_at=in_year(2020))
    give(crm, ada, double_opt_in=True, occurred_at=in_year(2021))
    waiting = consents(crm, ada)
    crm.told(f"/v1/customers/{ada}/consents/confirm", NEWS | {"occurred_at": in_year(2022)})
    withdraw(crm, ada, occurred_at=in_year(2023))

    assert waiting == {"newsletter/email": "unconfirmed"}
    assert consents(crm, ada) == {"newsletter/email": "withdrawn"}
    assert consents(crm, ada, as_of=in_year(2022, 6)) == {"newsletter/email": "given"}
    assert consents(crm, ada, as_of=in_year(2020, 6)) == {}


def test_the_proof_is_answered_and_the_fact_keeps_the_client_s_address(crm: Caller) -> None:
    ada = crm.person()
    give(crm, ada, form_id="footer", text_hash="ab" * 32, contact_point="ada@b.se", jurisdiction="SE")
    (found,) = crm.asked(f"/v1/customers/{ada}/consents")["items"]
    (entry,) = crm.asked("/v1/audit", customer_id=ada, type="customer.consent_given")["items"]

    assert (found["given"]["form_id"], found["given"]["basis"]) == ("footer", "consent")
    assert found["given"]["text_hash"] == "ab" * 32
    assert entry["client"]


def test_what_was_never_given_and_what_stands_is_refused(crm: Caller) -> None:
    ada = crm.person()
    path = f"/v1/customers/{ada}/consents"
    crm.refused("POST", f"{path}/withdraw", 409, "ConsentNeverGiven", "purpose", json=NEWS)
    give(crm, ada)
    crm.refused("POST", path, 409, "ConsentAlreadyGiven", "purpose", json=GIVEN)
    crm.refused("POST", f"{path}/confirm", 409, "NothingToConfirm", "purpose", json=NEWS)
    withdraw(crm, ada)
    crm.refused("POST", f"{path}/withdraw", 409, "ConsentAlreadyWithdrawn", "purpose", json=NEWS)
    give(crm, ada, channel="phone", basis="contract")
    phone = NEWS | {"channel": "phone"}
    crm.refused("POST", f"{path}/withdraw", 409, "BasisCannotBeWithdrawn", "purpose", json=phone)


@pytest.mark.rule("Of linked customers the strictest consent counts, and it is told whose it is", area="customers")
def test_of_linked_customers_the_strictest_counts_in_the_open(crm: Caller) -> None:
    one, other = crm.person(), crm.person()
    give(crm, one)
    give(crm, other)
    withdraw(crm, other)
    before = crm.asked(f"/v1/customers/{one}/360")["consents"]
    link(crm, one, other)
    (together,) = crm.asked(f"/v1/customers/{one}/360")["consents"]
    unlink(crm, one, other)

    assert (together["purpose"], together["channel"], together["standing"]) == ("newsletter", "email", "withdrawn")
    assert {each["customer_id"]: each["standing"] for each in together["members"]} == {
        one: "given",
        other: "withdrawn",
    }
    assert crm.asked(f"/v1/customers/{one}/360")["consents"] == before
    assert [each["standing"] for each in before] == ["given"]
