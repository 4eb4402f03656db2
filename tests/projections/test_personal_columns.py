"""What events mark as personal is marked in the columns of read models too: an export can leave it out."""

from typing import Any

import msgspec
import pytest

from domain.events import Event, personal_fields
from projections.catalogue import FOLDS
from projections.engine.fold import Fold
from tests.support.every_event import WHOLE
from tests.support.facts import fact

_TRACE = "zyxwtrace"


@pytest.mark.parametrize("fold", FOLDS, ids=lambda fold: fold.name)
def test_exactly_the_columns_that_show_marked_fields_are_marked(fold: Fold[Any]) -> None:
    shown: set[str] = set()
    for event in WHOLE:
        if type(event) in fold.types and (traced := _traced(event)) != event:
            shown |= _columns_with_the_trace(fold, traced)

    assert shown == fold.personal


def _columns_with_the_trace(fold: Fold[Any], event: Event) -> set[str]:
    """The columns that tell what the event's marked fields said, told behind the first event of its kind."""
    first = next(each for each in WHOLE if type(each) in fold.types and each.TYPE.startswith(_kind(event)))
    state = None
    for place, told in enumerate((first, event)):
        state = fold.evolve(state, fact(told, version=place + 1))
    rows = [(tuple(fold.columns), fold.row(state))]
    if fold.history:
        rows += [(tuple(fold.history.columns), row) for row in fold.history.rows(state)]
    return {name for names, row in rows for name, value in zip(names, row, strict=True) if _TRACE in repr(value)}


def _kind(event: Event) -> str:
    return event.TYPE.partition(".")[0] + "."


def _traced(event: Event) -> Event:
    trace = f"{_TRACE}@{_TRACE}.example"
    told = {name: getattr(event, name) for name in personal_fields(type(event))}
    texts = {name: trace for name, value in told.items() if isinstance(value, str)}
    named = {name: {"some": trace} for name, value in told.items() if isinstance(value, dict)}
    return msgspec.structs.replace(event, **texts, **named)
