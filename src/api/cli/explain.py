"""`crm explain`: which events made a number, by which rule."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console

from api.cli import moments
from api.cli.problems import told_plainly
from api.cli.tables import table_of
from api.cli.wiring import Wiring
from api.ports import Services
from domain.access import Reach
from domain.events import stored_type
from domain.facts import Fact
from domain.horizon import Horizon
from domain.problems import Problem
from projections.catalogue import fold_seen
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.group import is_of_all
from projections.engine.explaining import Explanation, UnknownField, explained
from projections.engine.fold import Fold
from projections.engine.folding import CannotFold
from projections.engine.log_source import facts_of_key


class CannotExplain(Problem):
    """There is no such key, or no such field; or an event of the key cannot be read."""


def add_explain(app: typer.Typer, wiring: Wiring, console: Console) -> None:
    @app.command()
    def explain(
        read_model: Annotated[str, typer.Argument(help="The read model.")],
        key: Annotated[UUID, typer.Argument(help="The customer, or the record.")],
        field: Annotated[str, typer.Option("--field", help="The number: orders.total.EUR, weighted, …")],
        as_of: moments.AsOf = None,
        known_at: moments.KnownAt = None,
    ) -> None:
        """Tell which events made a number of a read model, and by which rule."""
        with told_plainly():
            now = wiring.clock()
            horizon = moments.horizon(as_of, known_at, now)
            services = wiring.services()
            fold = fold_seen(read_model, services.ledger, services.log, horizon, horizon.moment(now))
            facts = facts_of_key(services.log, fold, key, horizon)
            if not facts:
                raise CannotExplain(f"nothing of {fold.called} had happened to {key}")
            try:
                found = _explained(services, fold, key, facts, field, horizon, horizon.moment(now))
            except (UnknownField, CannotFold) as error:
                raise CannotExplain(str(error)) from error
            _show(console, found)


def _explained(
    services: Services,
    fold: Fold[Any],
    key: UUID,
    facts: Sequence[Fact],
    field: str,
    horizon: Horizon,
    moment: datetime,
) -> Explanation[Any]:
    """A number of the 360 view is that of all who are linked."""
    # Here, not above: the web framework is a third of what every command would load.
    from api.http.explained_groups import explained_of_group, facts_of_group
    from api.http.groups import members_within
    from api.outlook import Outlook

    outlook = Outlook(horizon, moment)
    if fold.name == CUSTOMER_360.name and is_of_all(field):
        members = members_within(services, key, outlook, Reach(everything=True))
        if len(members) > 1:
            return explained_of_group(services, key, facts_of_group(services, members, outlook), field, outlook)
    return explained(fold, key, facts, field, moment)


def _show(console: Console, found: Explanation[Any]) -> None:
    fold = found.fold
    console.print(f"{fold.called}.{found.field} of {found.key}: {found.value}", soft_wrap=True)
    made = "" if fold.document is None else f", made from {fold.document}"
    console.print(f"{fold.rule} (version {fold.version}{made})", soft_wrap=True)
    table = table_of("position", "happened", "recorded", "event", "actor", "before", "after", whole="event")
    for effect in found.effects:
        fact = effect.fact
        recorded = "" if fact.recorded_at is None else f"{fact.recorded_at:%Y-%m-%d %H:%M}"
        table.add_row(
            str(fact.position),
            f"{fact.occurred_at:%Y-%m-%d %H:%M}",
            recorded,
            stored_type(fact.event),
            fact.actor,
            str(effect.before),
            str(effect.after),
        )
    console.print(table)
    console.print(f"{len(found.effects)} of {found.facts} events changed it.")
