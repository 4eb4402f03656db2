"""Asks the live read models of scores."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import msgspec
from psycopg2.extensions import cursor as Cursor

from domain.scoring import Known, Scoring
from projections.scores.fold import model_version, table_of

_decoder = msgspec.json.Decoder(Known)
_VERSIONS = "SELECT fold, min(version) FROM fold_positions WHERE fold LIKE 'score\\_%' GROUP BY fold"
_KNOWN = "SELECT {place}, key, state FROM {table} WHERE key = ANY(%(keys)s)"


def versions_now(cursor: Cursor) -> dict[str, int]:
    """By the id of a model: the version whose scores the tables hold now. It is an earlier one than the live one
    while the tables are built anew."""
    cursor.execute(_VERSIONS)
    return {fold.removeprefix(table_of("")): model_version(version) for fold, version in cursor.fetchall()}


def known_now(
    cursor: Cursor, scorings: Sequence[Scoring], customer_ids: Iterable[UUID]
) -> Mapping[tuple[str, UUID], Known]:
    """What each model knows of each of the customers, in one statement; by the model's id and the customer's."""
    if not scorings:
        return {}
    parts = [_KNOWN.format(place=place, table=table_of(each.model.id)) for place, each in enumerate(scorings)]
    cursor.execute(" UNION ALL ".join(parts), {"keys": list(customer_ids)})
    return {(scorings[place].model.id, key): _decoder.decode(state) for place, key, state in cursor.fetchall()}
