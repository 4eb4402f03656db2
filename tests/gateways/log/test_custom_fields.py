"""Custom fields on a real log: unique under concurrency, decided under the definitions as they are."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID, uuid4

import pytest

from domain import commands
from domain.custom_fields import (
    CUSTOM_FIELDS,
    CustomFieldDefined,
    CustomFields,
    Definition,
    Given,
    ReferenceField,
    TextField,
    define_field,
)
from domain.custom_fields.refusals import CustomFieldTaken, RequiredCustomField, UnknownCustomField
from domain.customers import CUSTOMER, change_profile, register
from domain.customers.refusals import CustomerNotFound, NothingChanges
from domain.ledger import Command, Receipt
from domain.refusals import Refusal
from gateways.log.ledger import PostgresLedger
from gateways.log.reader import LogReader
from tests.support.facts import ADA, BEN, by
from tests.support.told import whole_log

TAX_NUMBER = TextField(name="tax_number", label="Tax number", unique=True)


def define(ledger: PostgresLedger, *definitions: Definition) -> None:
    for each in definitions:
        ledger.execute(commands.define(CUSTOM_FIELDS, partial(_defined, each), by()))


def _defined(definition: Definition, fields: CustomFields) -> CustomFieldDefined:
    return define_field(fields, "customer", definition)


def person(customer_id: UUID, given: Given) -> Command:
    return commands.register_customer(customer_id, register(kind="person"), by(), custom_fields=given)


def change(customer_id: UUID, given: Given, *, name: str | None = None) -> Command:
    told = commands.tell(CUSTOMER, customer_id, lambda customer: change_profile(customer, name=name), by())
    return commands.changed_with(told, "customer", given, unchanged=NothingChanges)


def values(ledger: PostgresLedger, customer_id: UUID) -> Given:
    state = ledger.read(CUSTOMER, customer_id).state
    assert state is not None
    return state.custom_fields


def test_fifty_registrations_at_once_with_one_unique_value_make_one_customer(
    ledger: PostgresLedger, reader: LogReader
) -> None:
    define(ledger, TAX_NUMBER)

    def register_one(_: int) -> Receipt | Refusal:
        try:
            return ledger.execute(person(uuid4(), {"tax_number": "SE 1"}))
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(register_one, range(50)))

    [made] = [answer for answer in answers if isinstance(answer, Receipt)]
    refused = [answer for answer in answers if isinstance(answer, CustomFieldTaken)]
    assert len(refused) == 49
    assert {refusal.field for refusal in refused} == {"custom_fields.tax_number"}
    assert all(str(made.id) in refusal.message for refusal in refused)
    assert [fact.event.TYPE for fact in whole_log(reader)][1:] == [
        "customer.registered",
        "customer.custom_fields_changed",
    ]


def test_of_many_together_the_first_has_a_unique_value(ledger: PostgresLedger) -> None:
    define(ledger, TAX_NUMBER)

    first, second, third = ledger.execute_all([person(uuid4(), {"tax_number": each}) for each in ("1", "1", "2")])

    assert isinstance(first, Receipt)
    assert isinstance(second, CustomFieldTaken)
    assert isinstance(third, Receipt)


@pytest.mark.parametrize("given", [{"tax_number": "SE 2"}, {"tax_number": None}])
def test_a_unique_value_is_given_back_when_it_is_changed_or_emptied(ledger: PostgresLedger, given: Given) -> None:
    define(ledger, TAX_NUMBER)
    ledger.execute(person(ADA, {"tax_number": "SE 1"}))
    with pytest.raises(CustomFieldTaken):
        ledger.execute(person(BEN, {"tax_number": "SE 1"}))

    ledger.execute(change(ADA, given))

    assert ledger.execute(person(BEN, {"tax_number": "SE 1"})).version == 2


def test_two_processes_have_a_unique_value_once(ledger: PostgresLedger, other_process: PostgresLedger) -> None:
    define(ledger, TAX_NUMBER)
    ledger.execute(person(ADA, {"tax_number": "SE 1"}))

    with pytest.raises(CustomFieldTaken):
        other_process.execute(person(BEN, {"tax_number": "SE 1"}))


def test_a_definition_made_by_another_process_holds_for_the_next_command(
    ledger: PostgresLedger, other_process: PostgresLedger
) -> None:
    ledger.execute(person(ADA, {}))
    define(other_process, TextField(name="segment", label="Segment", required=True))

    with pytest.raises(RequiredCustomField):
        ledger.execute(person(BEN, {}))
    ledger.execute(person(BEN, {"segment": "a"}))

    assert values(ledger, BEN) == {"segment": "a"}


def test_an_old_record_stays_as_it_is_until_its_fields_are_touched(ledger: PostgresLedger) -> None:
    define(ledger, TextField(name="region", label="Region"))
    ledger.execute(person(ADA, {"region": "north"}))
    define(ledger, TextField(name="segment", label="Segment", required=True))

    ledger.execute(change(ADA, {}, name="Ada"))
    with pytest.raises(RequiredCustomField):
        ledger.execute(change(ADA, {"region": "south"}))

    assert values(ledger, ADA) == {"region": "north"}


def test_a_profile_and_custom_fields_are_changed_together_or_each_alone(
    ledger: PostgresLedger, reader: LogReader
) -> None:
    define(ledger, TextField(name="region", label="Region"))
    ledger.execute(person(ADA, {}))

    ledger.execute(change(ADA, {"region": "north"}, name="Ada"))
    ledger.execute(change(ADA, {"region": "south"}, name="Ada"))
    ledger.execute(change(ADA, {"region": "south"}, name="Ada L"))

    assert [(fact.stream_id == ADA, fact.version, fact.event.TYPE) for fact in whole_log(reader)][2:] == [
        (True, 2, "customer.profile_changed"),
        (True, 3, "customer.custom_fields_changed"),
        (True, 4, "customer.custom_fields_changed"),
        (True, 5, "customer.profile_changed"),
    ]
    with pytest.raises(NothingChanges):
        ledger.execute(change(ADA, {"region": "south"}, name="Ada L"))


def test_a_refused_value_leaves_nothing_of_the_command(ledger: PostgresLedger, reader: LogReader) -> None:
    with pytest.raises(UnknownCustomField):
        ledger.execute(person(ADA, {"region": "north"}))

    assert whole_log(reader) == []


def test_what_a_value_names_exists_and_is_of_that_kind(ledger: PostgresLedger) -> None:
    define(
        ledger,
        ReferenceField(name="partner", label="Partner", to="customer"),
        ReferenceField(name="origin", label="Origin", to="lead"),
    )
    ledger.execute(person(ADA, {}))

    ledger.execute(person(BEN, {"partner": str(ADA)}))
    for given, field in (
        ({"partner": str(uuid4())}, "partner"),
        ({"partner": str(BEN), "origin": str(BEN)}, "origin"),
    ):
        with pytest.raises(Refusal) as refused:
            ledger.execute(change(ADA, given))
        assert refused.value.field == f"custom_fields.{field}"
    with pytest.raises(CustomerNotFound):
        ledger.execute(person(uuid4(), {"partner": str(uuid4())}))
    with pytest.raises(Refusal):  # it is there, and no lead
        ledger.execute(change(BEN, {"origin": str(BEN)}))
    assert isinstance(ledger.execute(change(ADA, {"partner": str(ADA)})), Receipt)


def test_of_many_together_one_may_name_another_before_it(ledger: PostgresLedger) -> None:
    define(ledger, ReferenceField(name="partner", label="Partner", to="customer"))

    outcomes = ledger.execute_all([person(ADA, {}), person(BEN, {"partner": str(ADA)})])

    assert [type(outcome) for outcome in outcomes] == [Receipt, Receipt]
