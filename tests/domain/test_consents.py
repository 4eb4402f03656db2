"""Consent to being contacted: given, confirmed, withdrawn, by purpose and channel."""

from datetime import datetime
from typing import Any

import pytest
from hypothesis import given as any_of
from hypothesis import strategies as st

from domain.customers import (
    CUSTOMER,
    Customer,
    CustomerConsentConfirmed,
    CustomerConsentGiven,
    CustomerConsentWithdrawn,
    CustomerRegistered,
    Standing,
    confirm_consent,
    consent_given,
    give_consent,
    standing,
    strictest,
    withdraw_consent,
)
from domain.customers.consent_refusals import (
    BasisCannotBeWithdrawn,
    ConsentAlreadyGiven,
    ConsentAlreadyWithdrawn,
    ConsentEndsBeforeItBegins,
    ConsentNeverGiven,
    NotAPurpose,
    NotATextHash,
    NothingToConfirm,
    OnlyConsentIsConfirmed,
)
from domain.customers.consents import Consent, Given
from domain.events import Event
from domain.texts import BlankText
from tests.support.facts import ADA, DAY, MINUTE, NOON, fact, given

MAIL: dict[str, Any] = {"purpose": "newsletter", "channel": "email"}
LATER = NOON + DAY


def consent(**more: Any) -> CustomerConsentGiven:
    said = {"basis": "consent", "wording": "2026-03", "captured_by": "web form"}
    return consent_given(**(MAIL | said | more))


def ada(*events: Event) -> Customer:
    return given(CUSTOMER, CustomerRegistered(kind="person"), *events, stream_id=ADA)


def stands(*events: Event, at: datetime = LATER) -> Standing:
    return standing(ada(*events).consents["newsletter/email"], at)


GIVEN, CONFIRMED = consent(), CustomerConsentConfirmed(**MAIL)
TWICE, WITHDRAWN = consent(double_opt_in=True), CustomerConsentWithdrawn(**MAIL)


def test_a_consent_stands_as_was_said_last() -> None:
    assert stands(GIVEN) == "given"
    assert stands(GIVEN, WITHDRAWN) == "withdrawn"
    assert stands(GIVEN, WITHDRAWN, GIVEN) == "given"


def test_a_double_opt_in_holds_once_it_is_confirmed_and_anew_for_other_words() -> None:
    assert stands(TWICE) == "unconfirmed"
    assert stands(TWICE, CONFIRMED) == "given"
    assert stands(TWICE, CONFIRMED, consent(double_opt_in=True, wording="2026-09")) == "unconfirmed"


def test_a_consent_holds_within_its_time() -> None:
    bounded = consent(effective_from=NOON + 2 * DAY, effective_to=NOON + 9 * DAY)

    found = [stands(bounded, at=NOON + days * DAY) for days in (1, 2, 9)]

    assert found == ["upcoming", "given", "lapsed"]


def test_purposes_and_channels_stand_each_by_itself() -> None:
    by_phone = consent(channel="phone")
    consents = ada(GIVEN, by_phone, WITHDRAWN).consents

    assert {subject: standing(each, LATER) for subject, each in consents.items()} == {
        "newsletter/email": "withdrawn",
        "newsletter/phone": "given",
    }


_SAID = st.lists(
    st.tuples(st.sampled_from([GIVEN, TWICE, CONFIRMED, WITHDRAWN]), st.integers(0, 9)),
    unique_by=lambda each: each[1],
)


@any_of(said=_SAID, data=st.data())
def test_what_is_told_late_stands_where_it_belongs_in_time(
    said: list[tuple[Event, int]], data: st.DataObject
) -> None:
    def told(order: list[tuple[Event, int]]) -> dict[str, Consent]:
        customer = ada()
        for event, minute in order:
            customer = CUSTOMER.evolve(customer, fact(event, stream_id=ADA, at=NOON + minute * MINUTE))
        return customer.consents

    in_order = sorted(said, key=lambda each: each[1])

    assert told(data.draw(st.permutations(said))) == told(in_order)


def test_of_several_who_are_one_the_strictest_counts() -> None:
    agreed, refused = (ada(*said).consents["newsletter/email"] for said in ([GIVEN], [GIVEN, WITHDRAWN]))

    assert strictest([agreed, refused], LATER) == "withdrawn"
    assert strictest([agreed], LATER) == "given"


def test_the_proof_is_kept() -> None:
    proof = {"form_id": "f-7", "text_hash": "0" * 64, "contact_point": "a@b.se", "jurisdiction": "SE"}
    kept = ada(consent(**proof)).consents["newsletter/email"].given

    assert isinstance(kept, Given)
    assert {name: getattr(kept, name) for name in proof} == proof
    assert (kept.at, kept.basis, kept.wording, kept.captured_by) == (
        NOON + MINUTE, "consent", "2026-03", "web form",
    )  # fmt: skip


def test_what_stands_is_not_given_again_in_the_same_words() -> None:
    for known in ([GIVEN], [TWICE]):
        with pytest.raises(ConsentAlreadyGiven):
            give_consent(ada(*known), known[0], at=LATER)
    assert give_consent(ada(GIVEN), consent(wording="2026-09"), at=LATER)
    assert give_consent(ada(GIVEN, WITHDRAWN), GIVEN, at=LATER)
    assert give_consent(ada(consent(effective_to=LATER)), consent(effective_to=LATER + DAY), at=LATER)


@pytest.mark.parametrize("of", [withdraw_consent, confirm_consent])
def test_only_what_was_given_is_withdrawn_or_confirmed(of: Any) -> None:
    at = {} if of is withdraw_consent else {"at": LATER}

    with pytest.raises(ConsentNeverGiven):
        of(ada(consent(channel="phone")), **MAIL, **at)
    with pytest.raises(ConsentAlreadyWithdrawn):
        of(ada(GIVEN, WITHDRAWN), **MAIL, **at)
    assert of(ada(TWICE), **MAIL, **at)


def test_what_waits_for_no_confirmation_is_not_confirmed() -> None:
    for known, at in (([GIVEN], LATER), ([TWICE, CONFIRMED], LATER), ([TWICE], NOON)):
        with pytest.raises(NothingToConfirm):
            confirm_consent(ada(*known), **MAIL, at=at)


def test_what_rests_on_the_law_stands_whatever_is_said() -> None:
    for basis in ("contract", "legal_obligation", "vital_interests"):
        with pytest.raises(BasisCannotBeWithdrawn):
            withdraw_consent(ada(consent(basis=basis)), **MAIL)
    for basis in ("consent", "legitimate_interests", "public_task"):
        assert withdraw_consent(ada(consent(basis=basis)), **MAIL) == WITHDRAWN


def test_a_consent_makes_sense_by_itself() -> None:
    for wrong, rule in (
        ({"purpose": "News letter"}, NotAPurpose),
        ({"text_hash": "abc"}, NotATextHash),
        ({"double_opt_in": True, "basis": "contract"}, OnlyConsentIsConfirmed),
        ({"effective_from": LATER, "effective_to": NOON}, ConsentEndsBeforeItBegins),
        ({"wording": " "}, BlankText),
        ({"captured_by": " "}, BlankText),
    ):
        with pytest.raises(rule):
            consent(**wrong)
    with pytest.raises(ConsentEndsBeforeItBegins):
        give_consent(ada(), consent(effective_to=NOON), at=LATER)
