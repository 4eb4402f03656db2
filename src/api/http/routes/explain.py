"""Any number of a read model, explained by the events, the rule and the version behind it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query, Response
from pydantic import StringConstraints

from api.http.asking import Asking
from api.http.dependencies import Limit, ServicesDep
from api.http.examples import CUSTOMER_ID
from api.http.explained_groups import explained_of_group, facts_of_group
from api.http.explanations import ExplanationAnswer, explanation_answer
from api.http.freshness import tell_position
from api.http.groups import members_within
from api.http.out_of_reach import unseen
from api.http.outlook import OutlookDep
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
from domain.stories import NEWEST
from domain.trail import AGGREGATES, kind_of
from projections.catalogue import UnknownFold, fold_seen
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.group import is_of_all
from projections.engine.explaining import explained
from projections.engine.fold import Fold
from projections.engine.log_source import facts_of_key

router = make_router("/v1/explain", "explain")


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
        description="`orders.total.EUR`, `interactions.by_channel.email.count`, `weighted`; a refusal lists what "
        "there is",
        examples=["events"],
        json_schema_extra={"example": "events"},
    ),
]


@router.get("/{read_model}/{key}", summary="Which events made a number, by which rule")
@permits(KNOWN)
def explain(
    read_model: ReadModel,
    key: Key,
    field: FieldName,
    asked: Asking,
    services: ServicesDep,
    response: Response,
    outlook: OutlookDep,
    alone: Annotated[bool, Query(description="of the record alone, without those that are linked to it")] = False,
    after: Annotated[int, Query(ge=0, le=NEWEST, description="the cursor: events behind this position")] = 0,
    limit: Limit = 100,
) -> ExplanationAnswer:
    """The events of the key are folded once more, from the same horizon, and each that changed the field is told
    with the value before and after it; of a number of the 360 view the events of all who are linked, as the view
    has it. Asks for the permission to read the kind of record that the key names."""
    try:
        fold = fold_seen(read_model, services.ledger, services.log, outlook.horizon, outlook.moment)
    except UnknownFold as unknown:
        raise ReadModelNotFound(str(unknown), field="read_model") from unknown
    kinds = _permitted(asked, fold)
    facts = _facts(asked, fold, key, kinds, outlook)
    tell_position(services, response)
    seen = _reach(asked, CUSTOMER.name)
    group = members_within(services, key, outlook, seen).keys() if _of_customers(fold) else set[UUID]()
    members, linked = {key}, group - {key}
    if fold.name == CUSTOMER_360.name and linked and not alone and is_of_all(field):
        members = linked = set(group)
        facts = facts_of_group(services, group, outlook)
    hidden = unseen(services, facts, seen)
    if len(members) > 1:
        found = explained_of_group(services, key, facts, field, outlook, hidden)
    else:
        found = explained(fold, key, facts, field, outlook.moment, hidden=hidden)
    return explanation_answer(
        found, outlook, after=after, limit=limit, members=members, linked=linked, hidden=hidden
    )


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
