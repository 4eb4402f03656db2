"""Any number of a read model, explained by the events, the rule and the version behind it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import StringConstraints

from api.http.asking import Asking
from api.http.examples import CUSTOMER_ID
from api.http.explained_groups import facts_of_group, together_by
from api.http.explanations import ExplanationAnswer, FieldsAnswer, explanation_answer, fields_link, fold_answer
from api.http.freshness import tell_position
from api.http.groups import members_within
from api.http.out_of_reach import unseen
from api.http.outlook import OutlookDep
from api.http.pages import POSITIONS, Page, paged
from api.http.records import by
from api.http.route import KNOWN, make_router, permits
from api.http.stated import CHARACTERS, states
from api.http.within_reach import WithinReach
from api.outlook import Outlook
from domain.access import Level, NotPermitted, Reach, reach
from domain.customers import CUSTOMER
from domain.events import stored_type
from domain.facts import Fact
from domain.refusals import NotFound
from domain.trail import AGGREGATES, kind_of
from projections.catalogue import UnknownFold, fold_seen
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.group import is_of_all
from projections.engine.explaining import Together, UnknownField, explained, fields_there
from projections.engine.fold import Fold
from projections.engine.log_source import facts_of_key

router = make_router("/v1/explain", "explain")

EffectPageDep = Annotated[Page[int], paged(POSITIONS)]


class ReadModelNotFound(NotFound):
    """What is explained is a number of a read model that there is."""


class NothingToExplain(NotFound):
    """Of what is explained something had happened that the read model is made of."""


ReadModel = Annotated[
    str,
    Path(max_length=63, examples=["customer_360"], json_schema_extra={"example": "customer_360"}),
]
Key = Annotated[
    UUID,
    Path(
        description="of the customer, or of the record",
        examples=[str(CUSTOMER_ID)],
        json_schema_extra={"example": str(CUSTOMER_ID)},
    ),
]
FieldName = Annotated[
    Annotated[str, StringConstraints(min_length=1, max_length=300), states(pattern=CHARACTERS)],
    Query(
        description="`orders.total.EUR`, `interactions.by_channel.email.count`, `weighted`; `…/fields` lists what "
        "there is",
        examples=["events"],
        json_schema_extra={"example": "events"},
    ),
]
Alone = Annotated[bool, Query(description="of the record alone, without those that are linked to it")]


@dataclass(frozen=True)
class _Subject:
    """Whose number it is, as far as the caller sees them: the `members` are those who make it."""

    fold: Fold[Any]
    facts: Sequence[Fact]
    members: set[UUID]
    linked: set[UUID]
    hidden: Collection[UUID]
    together: Together[Any] | None


@router.get("/{read_model}/{key}", summary="Which events made a number, by which rule")
@permits(KNOWN)
def explain(
    read_model: ReadModel,
    key: Key,
    field: FieldName,
    asked: Asking,
    response: Response,
    outlook: OutlookDep,
    page: EffectPageDep,
    alone: Alone = False,
) -> ExplanationAnswer:
    """The events of the key are folded once more, from the same horizon, and each that changed the field is told
    with the value before and after it; of a number of the 360 view the events of all who are linked, as the view
    has it. Asks for the permission to read the kind of record that the key names."""
    tell_position(asked.services, response)
    of = _subject(asked, read_model, key, outlook, of_all=not alone and is_of_all(field))
    try:
        found = explained(of.fold, key, of.facts, field, outlook.moment, together=of.together, hidden=of.hidden)
    except UnknownField as unknown:
        listed = fields_link(read_model, key, outlook, alone=alone)
        raise UnknownField(f"{unknown.message}; GET {listed} names all", field="field") from unknown
    return explanation_answer(found, outlook, page, members=of.members, linked=of.linked, hidden=of.hidden)


@router.get("/{read_model}/{key}/fields", summary="Which numbers there are to explain")
@permits(KNOWN)
def fields(
    read_model: ReadModel,
    key: Key,
    asked: Asking,
    response: Response,
    outlook: OutlookDep,
    alone: Alone = False,
) -> FieldsAnswer:
    """Asks for the same permission as the explanation of any of them."""
    tell_position(asked.services, response)
    of = _subject(asked, read_model, key, outlook, of_all=not alone)
    there = fields_there(of.fold, of.facts, outlook.moment, together=of.together, hidden=of.hidden)
    return FieldsAnswer(**outlook.named, key=key, fold=fold_answer(of.fold), fields=there)


def _subject(asked: Asking, read_model: str, key: UUID, outlook: Outlook, *, of_all: bool) -> _Subject:
    """Raises:
    NotFound: there is no such read model, no such key, or it is out of sight.
    NotPermitted: the caller may read no record that a key of the read model could name.
    """
    services = asked.services
    try:
        fold = fold_seen(read_model, services.ledger, services.log, outlook.horizon, outlook.moment)
    except UnknownFold as unknown:
        raise ReadModelNotFound(str(unknown), field="read_model") from unknown
    facts = _facts(asked, fold, key, _permitted(asked, fold), outlook)
    seen = _reach(asked, CUSTOMER.name)
    group = set(members_within(services, key, outlook, seen)) if _of_customers(fold) else set[UUID]()
    members, linked, together = {key}, group - {key}, None
    if fold.name == CUSTOMER_360.name and linked and of_all:
        members = linked = group
        facts = facts_of_group(services, group, outlook)
        together = together_by(services, outlook)
    return _Subject(fold, facts, members, linked, unseen(services, facts, seen), together)


def _permitted(asked: Asking, fold: Fold[Any]) -> set[str]:
    """The kinds of record that a key of the fold may name, as far as the caller may read any of them.

    Raises:
        NotPermitted: he may read none.
    """
    kinds = {CUSTOMER.name} if _of_customers(fold) else {kind_of(event.TYPE) for event in fold.types}
    granted = {kind for kind in kinds if asked.caller.grants.get(f"{kind}:read", Level.NONE) is not Level.NONE}
    if not granted:
        lacking = " or ".join(f"{kind}:read" for kind in sorted(kinds))
        raise NotPermitted(f"{asked.caller.principal} lacks the permission {lacking}", field="read_model")
    return granted


def _facts(asked: Asking, fold: Fold[Any], key: UUID, kinds: set[str], outlook: Outlook) -> list[Fact]:
    """The facts of a key that is in reach.

    Raises:
        NotFound: there is none, or it is out of sight; or nothing of the fold had happened to it.
    """
    nothing = NothingToExplain(f"nothing of {fold.called} had happened to {key} by {by(outlook)}", field="key")
    facts = facts_of_key(asked.services.log, fold, key, outlook.horizon)
    if not facts:
        raise nothing
    kind = CUSTOMER.name if _of_customers(fold) else kind_of(stored_type(facts[0].event))
    if kind not in kinds:
        raise nothing
    if not _reach(asked, kind).everything:
        try:
            WithinReach(asked.caller, f"{kind}:read", asked.services.ledger).check(AGGREGATES[kind], key)
        except NotFound:
            raise nothing from None
    return facts


def _reach(asked: Asking, kind: str) -> Reach:
    return reach(asked.caller, f"{kind}:read")


def _of_customers(fold: Fold[Any]) -> bool:
    return fold.keyed_by == "customer"
