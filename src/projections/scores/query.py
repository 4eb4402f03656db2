"""Asks the live read models of scores."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

import msgspec
from psycopg2.extensions import cursor as Cursor

from domain.scoring import Known, Live, Scoring
from projections.scores.fold import model_version, table_of

_decoder = msgspec.json.Decoder(Known)
_VERSIONS = "SELECT fold, min(version) FROM fold_positions WHERE fold LIKE 'score\\_%' GROUP BY fold"
_KNOWN = "SELECT {place}, key, state FROM {table} WHERE key = ANY(%(keys)s)"


@dataclass(frozen=True)
class Rows:
    """Where the rows of a version of a model are."""

    table: str
    version: int


def versions_now(cursor: Cursor) -> dict[str, int]:
    """By table: the version of the model whose scores it holds now."""
    cursor.execute(_VERSIONS)
    return {fold: model_version(version) for fold, version in cursor.fetchall()}


def rows_now(there: Mapping[str, int], model_id: str, live: Live) -> Rows | None:
    """Those that answer for the live version: its own, or, while they are being built, those of the version whose
    place it took; None where there are none yet."""
    own = table_of(model_id, live.now.turn)
    before = table_of(model_id, live.before.turn) if live.before else own
    if there.get(own) != live.now.version and live.before and there.get(before) == live.before.version:
        return Rows(before, live.before.version)
    return Rows(own, there[own]) if own in there else None


def known_now(
    cursor: Cursor, scorings: Mapping[str, Scoring], customer_ids: Iterable[UUID]
) -> Mapping[tuple[str, UUID], Known]:
    """What each model, by the table of its rows, knows of each of the customers, in one statement; by the model's
    id and the customer's."""
    if not scorings:
        return {}
    parts = [_KNOWN.format(place=place, table=table) for place, table in enumerate(scorings)]
    cursor.execute(" UNION ALL ".join(parts), {"keys": list(customer_ids)})
    models = [each.model.id for each in scorings.values()]
    return {(models[place], key): _decoder.decode(state) for place, key, state in cursor.fetchall()}
