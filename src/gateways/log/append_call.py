"""The call of `crm.append`: units as its arrays, and its answer as their outcomes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from domain.once import Answered, Once
from gateways.log.stored import COLUMNS, columns_of
from gateways.log.unit import ClaimTaken, Outcome, Unit, VersionConflict, net_claims
from gateways.log.wire import binary_array

_KINDS = (
    *(*COLUMNS.values(), "integer"),
    *("uuid", "bigint", "integer"),  # free
    *("text", "bytea", "uuid", "integer"),  # claims
    *("text", "uuid", "integer"),  # returned
    *("text", "text", "integer", "bytea", "text", "integer", "integer"),  # answers
)
_PARAMETERS = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(_KINDS, 1))
STATEMENT = f"SELECT * FROM crm.append({_PARAMETERS})".encode()
FORMATS = [1] * len(_KINDS)
_encode = msgspec.json.Encoder().encode

Group = Sequence[Unit]
"""Units that are appended together or not at all."""


class Failure(msgspec.Struct):
    """Why a group was left out, as the function tells it; for a conflict of versions the group's number alone."""

    unit: int
    kind: str | None = None
    digest: str | None = None
    holder: UUID | None = None
    item: int = 0
    answer: Any = None
    fingerprint: str = ""
    position: int = 0


_failures = msgspec.json.Decoder(list[Failure])


def arguments(groups: Sequence[Group]) -> list[bytes]:
    """The function's arguments, in PostgreSQL's binary format."""
    columns = [*_row_columns(groups), *_free_columns(groups), *_claim_columns(groups), *_answer_columns(groups)]
    return [binary_array(kind, column) for kind, column in zip(_KINDS, columns, strict=True)]


def outcomes(groups: Sequence[Group], last: int, failures: bytes | None) -> list[list[Outcome] | Failure]:
    """What became of each group: positions for each unit, or why the group was left out."""
    left_out = _first_reasons(_failures.decode(failures)) if failures else {}
    answers: list[list[Outcome] | Failure] = []
    for number, group in enumerate(groups):
        if number in left_out:
            answers.append(left_out[number])
            continue
        told: list[Outcome] = []
        for unit in group:
            told.append(list(range(last + 1, last + 1 + len(unit.rows))))
            last += len(unit.rows)
        answers.append(told)
    return answers


def outcome_of(failure: Failure) -> Outcome:
    """What a failure means for a unit that is alone in its group."""
    if failure.answer is not None:
        return answered(failure.item, bytes.fromhex(failure.fingerprint), failure.answer, failure.position)
    if failure.kind is not None and failure.digest is not None and failure.holder is not None:
        return ClaimTaken(failure.kind, bytes.fromhex(failure.digest), failure.holder)
    return VersionConflict("another command was faster")


def answered(item: int, fingerprint: bytes, kept: Any, position: int) -> Answered:
    """An answer as it is kept."""
    return Answered(item, fingerprint, UUID(kept["id"]), kept["version"], position, kept["answer"])


def _first_reasons(failures: Sequence[Failure]) -> dict[int, Failure]:
    """One reason a group: that it was carried out before, rather than what follows from that."""
    reasons: dict[int, Failure] = {}
    for failure in failures:
        if failure.unit not in reasons or failure.answer is not None:
            reasons[failure.unit] = failure
    return reasons


def _row_columns(groups: Sequence[Group]) -> list[Sequence[Any]]:
    rows = [row for group in groups for unit in group for row in unit.rows]
    numbers = [number for number, group in enumerate(groups) for unit in group for _ in unit.rows]
    return [*columns_of(rows), numbers]


def _free_columns(groups: Sequence[Group]) -> list[Sequence[Any]]:
    free = [(*place, number) for number, group in enumerate(groups) for unit in group for place in unit.free]
    return _columns(free, 3)


def _claim_columns(groups: Sequence[Group]) -> list[Sequence[Any]]:
    takes: list[tuple[Any, ...]] = []
    returns: list[tuple[Any, ...]] = []
    for number, group in enumerate(groups):
        taken, given_back = net_claims(group)
        takes += ((*each.key, each.stream_id, number) for each in taken)
        returns += ((each.kind, each.stream_id, number) for each in given_back)
    return [*_columns(takes, 4), *_columns(returns, 3)]


def _answer_columns(groups: Sequence[Group]) -> list[Sequence[Any]]:
    kept: list[tuple[Any, ...]] = []
    place = 0
    for number, group in enumerate(groups):
        for unit in group:
            place += len(unit.rows)
            if unit.once is not None:
                kept.append((*_kept(unit, unit.once), place, number))
    return _columns(kept, 7)


def _kept(unit: Unit, once: Once) -> tuple[Any, ...]:
    answer = _encode({"id": unit.about, "version": unit.version, "answer": once.answer or {}}).decode()
    return once.principal, once.key, once.item, once.fingerprint, answer


def _columns(rows: Sequence[tuple[Any, ...]], number: int) -> list[Sequence[Any]]:
    return list(zip(*rows, strict=True)) if rows else [()] * number
