"""Numbers of the 360 view are those of all who are linked, and so are their explanations."""

from collections.abc import Collection
from uuid import UUID

from api.http.records import rules_at
from api.outlook import Outlook
from api.ports import Services
from domain.facts import Fact
from domain.identity import IDENTITY_RULES
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.group import combine
from projections.customer_360.state import Customer360
from projections.engine.explaining import Together


def facts_of_group(services: Services, members: Collection[UUID], outlook: Outlook) -> list[Fact]:
    """All facts that the view of these customers is made of, in order. Blocks."""
    facts = services.log.stories.of_customers(members, outlook.horizon)
    return [fact for fact in facts if CUSTOMER_360.concerns(fact)]


def together_by(services: Services, outlook: Outlook) -> Together[Customer360]:
    """How the views of customers become one, by the rules that held. Blocks."""
    rules = rules_at(services, IDENTITY_RULES, outlook)
    return lambda views: combine(views, rules).view
