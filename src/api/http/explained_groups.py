"""Numbers of the 360 view are those of all who are linked, and so are their explanations."""

from collections.abc import Collection, Sequence
from uuid import UUID

from api.http.records import rules_at
from api.outlook import Outlook
from api.ports import Services
from domain.facts import Fact
from domain.identity import IDENTITY_RULES
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.group import combine
from projections.customer_360.state import Customer360
from projections.engine.explaining import Explanation, explained


def facts_of_group(services: Services, members: Collection[UUID], outlook: Outlook) -> list[Fact]:
    """All facts that the view of these customers is made of, in order. Blocks."""
    facts = services.log.stories.of_customers(members, outlook.horizon)
    return [fact for fact in facts if CUSTOMER_360.concerns(fact)]


def explained_of_group(
    services: Services,
    key: UUID,
    facts: Sequence[Fact],
    field: str,
    outlook: Outlook,
    hidden: Collection[UUID] = (),
) -> Explanation[Customer360]:
    """A field of the view of customers together, from the facts of all of them. Blocks.

    Raises:
        UnknownField: the view has none of that name.
        CannotFold: a fact cannot be read.
    """
    rules = rules_at(services, IDENTITY_RULES, outlook)

    def together(views: Collection[Customer360]) -> Customer360:
        return combine(views, rules).view

    return explained(CUSTOMER_360, key, facts, field, outlook.moment, together=together, hidden=hidden)
