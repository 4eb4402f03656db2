"""When duplicates are looked for, by what, and what follows: rules that an organisation sets for itself."""

from collections.abc import Container, Iterator, Mapping
from typing import ClassVar, Literal, cast, get_args

import msgspec

from domain.configuration import Configuration
from domain.duplicates.card import ATTRIBUTES, CARD_FIELDS, CUSTOM_FIELDS, CardField, Sources
from domain.duplicates.refusals import (
    ThresholdOutOfRange,
    ThresholdsOutOfOrder,
    UnknownAction,
    UnknownAttribute,
    UnknownCardField,
    UnknownIdentifier,
)
from domain.events import Event
from domain.facts import Fact

Action = Literal["register", "capture", "import"]
Answer = Literal["allow", "warn", "block"]
Identifier = Literal["email", "phone"]
ACTIONS: tuple[Action, ...] = get_args(Action)
IDENTIFIERS: tuple[Identifier, ...] = get_args(Identifier)


class Thresholds(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The scores from which on a likeness is told of, and is refused; None for never."""

    warn: float | None = None
    block: float | None = None

    def answer(self, score: float) -> Answer:
        if self.block is not None and score >= self.block:
            return "block"
        return "warn" if self.warn is not None and score >= self.warn else "allow"

    @property
    def lowest(self) -> float | None:
        return self.block if self.warn is None else self.warn


class DuplicateRules(msgspec.Struct, frozen=True, kw_only=True):
    """`actions` says what follows of which score; nothing, where an action is not named. `card` says which values
    feed which field of the card. No two customers have the same `exact` identifier, from the rules on, except
    where the duplicate was accepted.
    """

    version: int = 0
    actions: Mapping[Action, Thresholds] = {}
    card: Sources = {}
    exact: tuple[Identifier, ...] = ()

    def thresholds(self, action: Action) -> Thresholds:
        return self.actions.get(action, Thresholds())

    def looks(self, action: Action) -> bool:
        """Whether duplicates are looked for before the action."""
        return bool(self.exact) or self.thresholds(action).lowest is not None

    @property
    def paths(self) -> frozenset[str]:
        """The values that feed the card."""
        return frozenset(path for paths in self.card.values() for path in paths)


class DuplicateRulesDefined(Event, frozen=True, kw_only=True):
    TYPE: ClassVar[str] = "duplicate_rules.defined"
    actions: dict[str, Thresholds] = {}
    card: dict[str, tuple[str, ...]] = {}
    exact: tuple[str, ...] = ()


EVENTS: tuple[type[Event], ...] = (DuplicateRulesDefined,)


def define_rules(
    fields: Container[str],
    *,
    actions: Mapping[str, Thresholds],
    card: Mapping[str, tuple[str, ...]],
    exact: tuple[str, ...] = (),
) -> DuplicateRulesDefined:
    """`fields` are the names of the custom fields that customers have."""
    for action, thresholds in actions.items():
        _check_action(action, thresholds)
    for field, paths in card.items():
        _check_field(field, paths, fields)
    for identifier in exact:
        if identifier not in IDENTIFIERS:
            raise UnknownIdentifier(
                f"{identifier!r} is none of {', '.join(IDENTIFIERS)}", field=f"exact.{identifier}"
            )
    unrepeated = tuple(dict.fromkeys(exact))
    return DuplicateRulesDefined(actions=dict(actions), card=dict(card), exact=unrepeated)


def evolve(_: DuplicateRules, fact: Fact) -> DuplicateRules:
    event = fact.event
    assert isinstance(event, DuplicateRulesDefined)
    return DuplicateRules(
        version=fact.version,
        actions=cast(Mapping[Action, Thresholds], event.actions),
        card=cast(Sources, event.card),
        exact=cast(tuple[Identifier, ...], event.exact),
    )


def _check_action(action: str, thresholds: Thresholds) -> None:
    if action not in ACTIONS:
        raise UnknownAction(f"{action!r} is none of {', '.join(ACTIONS)}", field=f"actions.{action}")
    for name, score in _given(thresholds):
        if not 0 <= score <= 1:
            raise ThresholdOutOfRange(f"{name} of {action} is {score}", field=f"actions.{action}.{name}")
    warn, block = thresholds.warn, thresholds.block
    if warn is not None and block is not None and block < warn:
        raise ThresholdsOutOfOrder(
            f"{action} would be refused from {block} on, and warned of only from {warn} on",
            field=f"actions.{action}.block",
        )


def _given(thresholds: Thresholds) -> Iterator[tuple[str, float]]:
    for name in ("warn", "block"):
        score = getattr(thresholds, name)
        if score is not None:
            yield name, score


def _check_field(field: str, paths: tuple[str, ...], fields: Container[str]) -> None:
    if field not in CARD_FIELDS:
        raise UnknownCardField(f"{field!r} is none of {', '.join(CARD_FIELDS)}", field=f"card.{field}")
    for path in paths:
        of_customers = path.startswith(CUSTOM_FIELDS) and path.removeprefix(CUSTOM_FIELDS) in fields
        if not of_customers and not (path.startswith(ATTRIBUTES) and path.removeprefix(ATTRIBUTES).strip()):
            raise UnknownAttribute(
                f"{path!r} is neither attributes.<name> nor a custom field of customers", field=f"card.{field}"
            )


_OWN_NAMES: tuple[CardField, ...] = ("company", "date_of_birth", "house_number", "street", "city", "postcode")

DUPLICATE_RULES: Configuration[DuplicateRules] = Configuration(
    "duplicate_rules",
    evolve,
    # Nothing is looked for on the way in, which would cost every registration a question; what is alike is
    # proposed afterwards all the same.
    DuplicateRules(card={field: (f"{ATTRIBUTES}{field}",) for field in _OWN_NAMES}),
)
