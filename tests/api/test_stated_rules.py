"""What the description states of a value is what the domain asks of it: no more, no less."""

import sys
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from api.http import fields, stated
from api.http.amounts import MORE_THAN_NOTHING, AmountBody
from api.http.routes.customers import RegisterCustomer
from api.http.routes.interactions import RecordInteraction
from api.http.routes.leads import CaptureLead
from domain.interactions import record
from domain.money import DIGITS, money
from domain.refusals import Refusal
from domain.texts import WHITE, email_address, filled, phone_number
from tests.support.json_schema import fits

_BLANKS = st.text(alphabet=" \t\n\x1c\x85\xa0\u2003\ufeff", max_size=3)
_TEXTS = st.tuples(
    _BLANKS,
    st.one_of(
        st.text(max_size=12),
        st.text(alphabet="ab.@,;<>() \x00", max_size=12),
        st.text(alphabet="0123+-./() ", max_size=36),
        st.from_regex(stated.AN_EMAIL_ADDRESS),
        st.from_regex(stated.A_CHANNEL),
    ),
    _BLANKS,
).map("".join)


def says_no(check: Callable[[], object]) -> bool:
    try:
        check()
    except (Refusal, ValidationError):
        return True
    return False


def test_white_space_is_what_strip_takes_away() -> None:
    schema = {"pattern": f"^[{WHITE}]$"}
    every = map(chr, range(sys.maxunicode + 1))

    assert [each for each in every if fits(schema, each) != each.isspace()] == []


@pytest.mark.parametrize(
    ("kind", "ask"),
    [
        (fields.Name, lambda text: filled(text, field="it")),
        (fields.Email, email_address),
        (fields.Phone, phone_number),
    ],
    ids=["name", "email", "phone"],
)
def test_a_text_that_fits_is_one_that_the_domain_takes(kind: Any, ask: Callable[[str], object]) -> None:
    adapter = TypeAdapter[str](kind)
    schema = adapter.json_schema()

    @given(_TEXTS)
    @example("a" * 64 + "@" + "b" * 185 + ".com")
    @example(" 1234 ")
    @example("1234  ")
    @example("x" * 201)
    @example("+46 8 123 456\n")
    @example("+0000")
    def agree(text: str) -> None:
        taken = not says_no(lambda: adapter.validate_python(text))
        assert fits(schema, text) == taken
        assert not taken or not says_no(lambda: ask(text))

    agree()


@given(_TEXTS)
@example("web\n")
def test_a_channel_that_fits_is_one_that_the_domain_takes(text: str) -> None:
    schema = RecordInteraction.model_json_schema()["properties"]["channel"]

    assert fits(schema, text) != says_no(lambda: record(channel=text, direction="inbound"))


_NUMBERS = st.one_of(
    st.integers(-2, 10**16),
    st.decimals(-2, 10**12, places=3).map(float),
    st.sampled_from([0, -0.0, 0.1, 1200.1, 999999999999.99, 10**15 - 1, 10**15, 990617490378596.0, 1e15]),
)
_WRITTEN = st.from_regex(r"-?[0-9]{1,17}(\.[0-9]{1,5})?", fullmatch=True) | st.text(
    alphabet="-0159.e ", max_size=8
)


@given(_NUMBERS | _WRITTEN, st.sampled_from([*DIGITS, "XXX", "eur"]))
@example("-0.00", "EUR")
@example("0.10", "JPY")
@example("5.000", "JPY")
@example("0.0000", "KWD")
def test_an_amount_that_fits_is_one_that_the_domain_takes(value: Any, currency: str) -> None:
    body = {"amount": value, "currency": currency}
    taken = not says_no(lambda: AmountBody.model_validate(body).checked("amount"))

    if isinstance(value, float):  # the schema is of decimals, and this validator counts in floats
        assert not fits(AmountBody.model_json_schema(), {**body, "amount": str(Decimal(repr(value)))}) or taken
    else:
        assert fits(AmountBody.model_json_schema(), body) == taken
    if taken:
        worth = money(abs(AmountBody.model_validate(body).amount), currency)
        assert fits(MORE_THAN_NOTHING, body) == (worth.amount != 0)


@pytest.mark.parametrize(
    ("model", "body", "right"),
    [
        (RegisterCustomer, {"kind": "person"}, True),
        (RegisterCustomer, {"kind": "organisation"}, False),
        (RegisterCustomer, {"kind": "organisation", "name": None}, False),
        (RegisterCustomer, {"kind": "organisation", "name": "Fjord"}, True),
        (CaptureLead, {"channel": "web"}, False),
        (CaptureLead, {"channel": "web", "name": None}, False),
        (CaptureLead, {"channel": "web", "phone": "1234"}, True),
        (CaptureLead, {"channel": "web", "customer_id": "0197a000-0000-7000-8000-000000000001"}, True),
    ],
)
def test_what_belongs_together_is_asked_for_together(model: Any, body: dict[str, Any], right: bool) -> None:
    assert fits(model.model_json_schema(), body) == right
