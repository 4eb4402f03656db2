"""`crm explain`: which events made a number, by which rule."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console

from api.cli import moments
from api.cli.problems import told_plainly
from api.cli.tables import table_of
from api.cli.wiring import Wiring
from api.outlook import Outlook
from api.ports import Services
from domain.access import Reach
from domain.events import stored_type
from domain.facts import Fact
from domain.problems import Problem
from projections.catalogue import fold_seen
from projections.customer_360.fold import CUSTOMER_360
from projections.customer_360.group import is_of_all
from projections.engine.explaining import Explanation, Together, UnknownField, explained, fields_there
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
        field: Annotated[
            str | None,
            typer.Option("--field", help="The number: orders.total.EUR, weighted, …; without it, all are named."),
        ] = None,
        as_of: moments.AsOf = None,
        known_at: moments.KnownAt = None,
    ) -> None:
        """Tell which events made a number of a read model, and by which rule; or which numbers there are."""
        with told_plainly():
            now = wiring.clock()
            horizon = moments.horizon(as_of, known_at, now)
            try:
                of = _subject(wiring.services(), read_model, key, Outlook(horizon, horizon.moment(now)), field)
                if field is None:
                    _name(console, fields_there(of.fold, of.facts, of.moment, together=of.together))
                else:
                    _show(console, explained(of.fold, key, of.facts, field, of.moment, together=of.together))
            except UnknownField as error:
                raise CannotExplain(f"{error}; leave out --field to see all") from error
            except CannotFold as error:
                raise CannotExplain(str(error)) from error


@dataclass(frozen=True)
class _Subject:
    """Whose number it is: of the 360 view, that of all who are linked."""

    fold: Fold[Any]
    facts: Sequence[Fact]
    moment: datetime
    together: Together[Any] | None = None


def _subject(services: Services, read_model: str, key: UUID, outlook: Outlook, field: str | None) -> _Subject:
    # Here, not above: the web framework is a third of what every command would load.
    from api.http.explained_groups import facts_of_group, together_by
    from api.http.groups import members_within

    fold = fold_seen(read_model, services.ledger, services.log, outlook.horizon, outlook.moment)
    facts = facts_of_key(services.log, fold, key, outlook.horizon)
    if not facts:
        raise CannotExplain(f"nothing of {fold.called} had happened to {key}")
    if fold.name == CUSTOMER_360.name and (field is None or is_of_all(field)):
        members = members_within(services, key, outlook, Reach(everything=True))
        if len(members) > 1:
            facts = facts_of_group(services, members, outlook)
            return _Subject(fold, facts, outlook.moment, together_by(services, outlook))
    return _Subject(fold, facts, outlook.moment)


def _name(console: Console, fields: Sequence[str]) -> None:
    for field in fields:
        console.print(field, soft_wrap=True)


def _show(console: Console, found: Explanation[Any]) -> None:
    fold = found.fold
    console.print(f"{fold.called}.{found.field} of {found.key}: {_told(found.value)}", soft_wrap=True)
    made = "" if fold.document is None else f", made from {fold.document}"
    console.print(f"{fold.rule} (version {fold.version}{made})", soft_wrap=True)
    table = table_of("position", "happened", "recorded", "event", "actor", "before", "after")
    for effect in found.effects:
        fact = effect.fact
        recorded = "" if fact.recorded_at is None else f"{fact.recorded_at:%Y-%m-%d %H:%M}"
        table.add_row(
            str(fact.position),
            f"{fact.occurred_at:%Y-%m-%d %H:%M}",
            recorded,
            stored_type(fact.event),
            fact.actor,
            _told(effect.before),
            _told(effect.after),
        )
    console.print(table)
    console.print(f"{len(found.effects)} of {found.facts} events changed it.")


def _told(value: Any) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
