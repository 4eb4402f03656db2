from typing import ClassVar

import msgspec
from msgspec.structs import replace

from domain.configuration import Configuration, ConfigurationExists, ConfigurationNotFound
from domain.events import Event
from domain.facts import Fact
from tests.support.facts import fact


class PatienceDefined(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "patience.defined"
    days: int


class Patience(msgspec.Struct, frozen=True):
    days: int = 7
    version: int = 0


def evolve(patience: Patience, told: Fact) -> Patience:
    assert isinstance(told.event, PatienceDefined)
    return replace(patience, days=told.event.days, version=told.version)


PATIENCE = Configuration("patience", evolve, Patience())


def test_what_is_shipped_holds_until_something_is_defined() -> None:
    assert PATIENCE.of(None) == Patience(7, version=0)
    assert not PATIENCE.read.required


def test_the_version_of_the_rules_is_that_of_their_stream() -> None:
    defined = PATIENCE.aggregate.evolve(None, fact(PatienceDefined(days=3), stream_id=PATIENCE.id))

    assert PATIENCE.of(defined) == Patience(3, version=1)


def test_each_configuration_has_a_stream_of_its_own_the_same_in_every_process() -> None:
    assert PATIENCE.id == Configuration("patience", evolve, Patience()).id
    assert PATIENCE.id != Configuration("haste", evolve, Patience()).id


def test_a_configuration_is_never_missing_and_never_begun_twice() -> None:
    assert (PATIENCE.aggregate.missing, PATIENCE.aggregate.exists) == (ConfigurationNotFound, ConfigurationExists)
