"""The 360 view of a customer, with those whom it is linked to."""

from collections.abc import Callable
from uuid import UUID

from fastapi import Response

from api.http.freshness import fresh, hold_back, tell_position
from api.http.outlook import Outlook
from api.http.records import by, rules_at
from api.ports import Services
from domain.customers.refusals import CustomerNotFound
from domain.horizon import PRESENT, Horizon
from domain.identity import IDENTITY_RULES, IdentityRules
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.group import Group360, combine, group_in, linked_to
from projections.customer_360.query import group_now
from projections.customer_360.state import Customer360
from projections.engine.folding import states_of

Views = dict[UUID, Customer360]


def group_view(
    services: Services,
    response: Response,
    customer_id: UUID,
    outlook: Outlook,
    *,
    min_position: int | None,
    sees: Callable[[UUID], bool],
) -> Group360:
    """The view now, from the read model; or from a horizon, folded from the events of the group as it was then.

    Of the other members, those whom the caller `sees`.

    Raises:
        CustomerNotFound: nothing was known of the customer then.
    """
    if outlook.past:
        tell_position(services, response, min_position)
        views = _then(services, customer_id, outlook.horizon)
    else:
        views = _now(services, response, customer_id, min_position)
    if customer_id not in views:
        raise CustomerNotFound(
            f"nothing had happened to customer {customer_id} by {by(outlook)}", field="customer_id"
        )
    shown = [view for id_, view in views.items() if id_ == customer_id or sees(id_)]
    return combine(shown, IdentityRules() if len(shown) == 1 else rules_at(services, IDENTITY_RULES, outlook))


def _now(services: Services, response: Response, customer_id: UUID, min_position: int | None) -> Views:
    fold = CUSTOMER_360.name
    with fresh(services, response, fold, min_position, key=customer_id) as cursor:
        views = group_now(cursor, customer_id)
        if len(views) > 1:
            hold_back(cursor, response, fold, min_position, views.keys())
    if customer_id in views and all(views.keys() >= set(linked_to(view)) for view in views.values()):
        return views
    # Somebody of a moment ago, whom the read model does not know yet.
    return _then(services, customer_id, PRESENT) | views


def _then(services: Services, customer_id: UUID, horizon: Horizon) -> Views:
    return group_in(customer_id, states_of(CUSTOMER_360, services.log.of_group(customer_id, horizon)))
