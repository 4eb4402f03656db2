"""One search over persons, organisations, leads and deals."""

from typing import Annotated

from fastapi import Query, Response

from api.http.asking import Asking
from api.http.dependencies import MinPosition, ServicesDep
from api.http.outlook import OutlookDep
from api.http.pages import Page, paged
from api.http.route import KNOWN, make_router, permits
from api.http.search_answers import PLACES, HitAnswer, SearchPage, search_page
from api.http.seen_rows import seen_rows
from api.http.sparse import fields_of
from domain.access import Caller, Level, NotPermitted, reach
from domain.identity import IDENTITY_RULES
from projections.search.asked import asked, is_local_number
from projections.search.fold import SEARCH
from projections.search.query import Owners, Place, group, search
from projections.search.record import KINDS, Kind

router = make_router("/v1/search", "search")

LONGEST = 200
Limit = Annotated[int, Query(ge=1, le=200, description="how many at the most")]
SearchPageDep = Annotated[Page[Place], paged(PLACES, limit=Limit, most=50)]


@router.get("", dependencies=[fields_of(HitAnswer)], summary="Search persons, organisations, leads and deals")
@permits(KNOWN)
def search_records(
    asking: Asking,
    services: ServicesDep,
    response: Response,
    outlook: OutlookDep,
    page: SearchPageDep,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=LONGEST,
            description="a name, words or their beginnings, an address, a number, an id; slips of the pen are "
            "forgiven where little else is found; without letters and digits, nothing is",
            examples=["Jonh Smiht"],
        ),
    ],
    kind: Annotated[Kind | None, Query(description="only these; all that you may read, where not said")] = None,
    min_position: MinPosition = None,
) -> SearchPage:
    """What is exactly that first, then by its words, then by its likeness. Each kind is found by who has the
    permission to read it, as far as that reaches. A lead and a deal are found by their customer, too, by who may
    see the customer."""
    owners = _in_sight(asking.caller, kind)
    country = IDENTITY_RULES.now(services.ledger).phone_region if is_local_number(q) else None
    wanted = asked(q, country=country)
    kinds = [kind] if kind else [each for each in KINDS if group(each) in owners]
    with seen_rows(services, response, SEARCH, outlook, min_position) as cursor:
        if wanted is None:
            return SearchPage(**outlook.named, items=[], next=None)
        found = search(
            cursor, wanted, owners, kinds=kinds, after=page.after, past=outlook.past, limit=page.look_for
        )
    return search_page(found, wanted, page, outlook)


def _in_sight(caller: Caller, kind: Kind | None) -> Owners:
    """Raises:
    NotPermitted: the caller may not read that kind; where none is named, none of them.
    """
    reaches = {each: reach(caller, f"{each}:read") for each in ("customer", "lead", "deal")}
    granted = {each for each in reaches if caller.grants.get(f"{each}:read", Level.NONE) is not Level.NONE}
    asked_for = {group(kind)} if kind else set(reaches)
    if not asked_for & granted:
        lacking = " or ".join(f"{each}:read" for each in reaches if each in asked_for)
        raise NotPermitted(f"{caller.principal} lacks the permission {lacking}", field="kind" if kind else None)
    return {each: None if reaches[each].everything else reaches[each].owners for each in granted}
