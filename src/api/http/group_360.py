"""The 360 view of a customer, with those whom it is linked to: a few statements, however many they are."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import Response
from starlette.concurrency import run_in_threadpool

from api.http.asking import Asking
from api.http.freshness import fresh, hold_back, hold_back_by, tell, tell_oldest, tell_position
from api.http.groups import in_sight
from api.http.records import by, rules_at
from api.outlook import Outlook
from api.ports import Services
from domain.customers.refusals import CustomerNotFound
from domain.horizon import PRESENT
from domain.identity import IDENTITY_RULES, IdentityRules
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.group import Group360, combine, group_in, linked_to
from projections.customer_360.query import group_now
from projections.customer_360.state import Customer360
from projections.engine.database import Cursor
from projections.engine.past.states import Folds
from projections.segments.fold import SEGMENTS, segment_fold
from projections.segments.query import Member, segments_at, segments_of
from projections.view_now import ViewNow, question, view_now

Views = dict[UUID, Customer360]
_FOLDS: Folds = (CUSTOMER_360, *(segment_fold(rule) for rule in SEGMENTS.values()))
InSegments = list[tuple[str, Member]]
_SEGMENT_FOLDS = [segment_fold(rule).name for rule in SEGMENTS.values()]


@dataclass(frozen=True)
class Whole360:
    """A view, and what other read models say of the same customers."""

    group: Group360
    segments: InSegments


def whole_360(
    asked: Asking, response: Response, customer_id: UUID, outlook: Outlook, min_position: int | None
) -> Whole360:
    """The view now, from the read models; or from a horizon, folded from the events of the group as it was then.
    Of the other members, those whom the caller sees. Blocks.

    Raises:
        CustomerNotFound: nothing was known of the customer then.
    """
    services = asked.services
    if outlook.past:
        tell_position(services, response, min_position)
        views, *behaviours = services.past_states.of_group(customer_id, _FOLDS, outlook.horizon)
        shown = _shown(asked, customer_id, group_in(customer_id, views), outlook)
        segments = segments_of(
            {
                segment: {each: known[each] for each in shown if each in known}
                for segment, known in zip(SEGMENTS, behaviours, strict=True)
            },
            outlook.moment,
        )
    else:
        with fresh(services, response, CUSTOMER_360.name, min_position, key=customer_id) as cursor:
            views = _now(services, response, cursor, customer_id, min_position)
            shown = _shown(asked, customer_id, views, outlook)
            tell_oldest(cursor, services, response, _SEGMENT_FOLDS, min_position, shown)
            segments = segments_at(cursor, SEGMENTS.values(), shown, outlook.moment)
    return Whole360(_group(asked, shown, outlook), segments)


def group_from_log(asked: Asking, customer_id: UUID, outlook: Outlook) -> Group360:
    """The customer with those linked to it then whom the caller sees, out of their own events. Blocks.

    Raises:
        CustomerNotFound: nothing had happened to the customer then.
    """
    [views] = asked.services.past_states.of_group(customer_id, _FOLDS[:1], outlook.horizon)
    return _group(asked, _shown(asked, customer_id, group_in(customer_id, views), outlook), outlook)


async def whole_360_now(
    asked: Asking, response: Response, customer_id: UUID, outlook: Outlook
) -> tuple[Whole360, bool]:
    """The view now, in one statement with those whom others ask for at the same moment; and whether it is sure
    that no model scores anybody.

    Raises:
        CustomerNotFound: nothing is known of the customer.
    """
    services = asked.services
    found = view_now(await services.reads.together(question(services.topic)).rows(customer_id))
    tell(response, found.position, found.lag_seconds)
    if found.waiting is not None:
        hold_back_by(found.waiting, response, CUSTOMER_360.name, None, found.views.keys())
    if len(found.views) == 1 and _is_whole(customer_id, found.views):
        whole = _whole(found, combine(found.views.values(), IdentityRules()), outlook)
    else:  # needs more than is found there: in a thread, which may wait
        whole = await run_in_threadpool(_with_others, asked, customer_id, found, outlook)
    return whole, found.models == 0


def _with_others(asked: Asking, customer_id: UUID, found: ViewNow, outlook: Outlook) -> Whole360:
    views = found.views
    if not _is_whole(customer_id, views):
        # Somebody of a moment ago, whom the read model does not know yet.
        views = _from_log(asked.services, customer_id) | views
    shown = _shown(asked, customer_id, views, outlook)
    return _whole(found, _group(asked, shown, outlook), outlook)


def _group(asked: Asking, shown: Views, outlook: Outlook) -> Group360:
    rules = IdentityRules() if len(shown) == 1 else rules_at(asked.services, IDENTITY_RULES, outlook)
    return combine(shown.values(), rules)


def _whole(found: ViewNow, group: Group360, outlook: Outlook) -> Whole360:
    return Whole360(group, found.segments(group.members, outlook.moment))


def _is_whole(customer_id: UUID, views: Views) -> bool:
    return customer_id in views and all(views.keys() >= {*linked_to(view)} for view in views.values())


def _shown(asked: Asking, customer_id: UUID, views: Views, outlook: Outlook) -> Views:
    if customer_id not in views:
        raise CustomerNotFound(
            f"nothing had happened to customer {customer_id} by {by(outlook)}", field="customer_id"
        )
    seen = in_sight(asked, customer_id, views)
    return {id_: view for id_, view in views.items() if id_ in seen}


def _now(
    services: Services, response: Response, cursor: Cursor, customer_id: UUID, min_position: int | None
) -> Views:
    views = group_now(cursor, customer_id)
    if len(views) > 1:
        hold_back(cursor, response, CUSTOMER_360.name, min_position, views.keys())
    if _is_whole(customer_id, views):
        return views
    # Somebody of a moment ago, whom the read model does not know yet.
    return _from_log(services, customer_id) | views


def _from_log(services: Services, customer_id: UUID) -> Views:
    [known] = services.past_states.of_group(customer_id, _FOLDS[:1], PRESENT)
    return group_in(customer_id, known)
