"""Tells the history to a ledger: once, however often it is called, or stopped in between."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

from domain.configuration import is_configuration
from domain.interactions import INTERACTION
from domain.ledger import Circumstances, Command, Ledger, Receipt
from domain.refusals import NotFound, Refusal
from gateways.demo.history import LENGTH, history
from gateways.demo.showcase import CLOSING_ID, OPENING_ID
from gateways.demo.steps import Step

SEED = 20_240_229
SOURCE = "demo"
BATCH = 1_000


@dataclass(frozen=True)
class Loaded:
    """What the history holds, by kind of record, and how many of its events this run added.

    `today` is the day at whose start it ends, as of the first run. Nothing is refused, unless somebody else wrote
    to the history's records before it was all there. Of an `older` history, which another release told and which
    is left as it is, nothing is counted.
    """

    today: date
    records: dict[str, int]
    events: int
    added: int
    refused: tuple[Refusal, ...]
    older: bool = False


def load(
    ledger: Ledger, *, today: date, now: datetime, seed: int = SEED, progress: Callable[[int, int], None]
) -> Loaded:
    """Tell the history of the two years before `today`, a day in UTC; or the rest of the one begun before.

    `progress` gets the number of events that are there and of all, after each batch.
    """
    day = _today_of_first_run(ledger) or min(today, now.astimezone(UTC).date())
    with _collector_off():
        steps = history(seed, day)
        missing = _missing(ledger, steps)
        # One that is all there is not mixed with another, which a later release tells.
        if missing and ledger.known([CLOSING_ID]):
            return Loaded(day, {}, 0, 0, (), older=True)
        total = _events(steps)
        there = before = total - _events([step for step, _ in missing])
        refused: list[Refusal] = []
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            answers = ledger.execute_all([_command(step, version, now) for step, version in batch])
            refused += [answer for answer in answers if isinstance(answer, Refusal)]
            told = [step for (step, _), answer in zip(batch, answers, strict=True) if isinstance(answer, Receipt)]
            there += _events(told)
            progress(there, total)
    return Loaded(day, _records(steps), total, there - before, tuple(refused))


@contextmanager
def _collector_off() -> Iterator[None]:
    """For these few seconds."""
    # All steps live until the end, and Python's collector would go through them again and again: half of the time.
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _today_of_first_run(ledger: Ledger) -> date | None:
    """The log remembers: the history starts with an interaction, and that is one fact for ever."""
    try:
        opening = ledger.read(INTERACTION, OPENING_ID)
    except NotFound:
        return None
    assert opening.last_occurred_at is not None
    return (opening.last_occurred_at.astimezone(UTC) + LENGTH).date()


def _missing(ledger: Ledger, steps: Sequence[Step]) -> list[tuple[Step, int]]:
    """The steps that are not in the log, with the version to which each brings the stream that it is about."""
    reached: Counter[UUID] = Counter()
    versioned: list[tuple[Step, int]] = []
    for step in steps:
        reached.update(stream_id for _, stream_id in step.touched)
        versioned.append((step, reached[step.about]))
    there = ledger.versions(list(reached))
    return [(step, version) for step, version in versioned if there.get(step.about, 0) < version]


def _command(step: Step, version: int, now: datetime) -> Command:
    command_id = uuid5(step.about, str(version))
    return step.command(
        Circumstances(
            now=now,
            actor=step.actor,
            source=SOURCE,
            command_id=command_id,
            correlation_id=command_id,
            occurred_at=step.at,
            reason=step.reason,
        )
    )


def _events(steps: Sequence[Step]) -> int:
    return sum(len(step.touched) for step in steps)


def _records(steps: Sequence[Step]) -> dict[str, int]:
    """How many streams of each kind; what the company set for itself is no record."""
    kinds = {stream_id: aggregate.name for step in steps for aggregate, stream_id in step.touched}
    return dict(Counter(kind for stream_id, kind in kinds.items() if not is_configuration(stream_id)))
