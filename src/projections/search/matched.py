"""Why a record was found: which of its fields, and what stands there."""

from projections.search.asked import Asked
from projections.search.query import Hit
from projections.search.record import Record, key_of, words

_LONGEST = 200


def matched(hit: Hit, wanted: Asked) -> tuple[str, str]:
    """The field (`customer`, where it was the customer that was found; `id`; a field's own name) and its text, of
    which the first 200 signs."""
    if hit.theirs:
        return "customer", (hit.customer or "")[:_LONGEST]
    if hit.id == wanted.id:
        return "id", str(hit.id)
    field, text = _best(hit.record, wanted) or ("", hit.title or "")
    return field, text[:_LONGEST]


def _best(record: Record, wanted: Asked) -> tuple[str, str] | None:
    """The first of the fields that hold most of what was asked; of none, the title's."""

    def weight(named: tuple[str, str]) -> tuple[bool, int, bool]:
        field, text = named
        key, there = key_of(field, text) or "", words(text)
        begun = sum(any(other.startswith(word) for other in there) for word in wanted.words)
        return key in wanted.keys, begun, text == record.title

    return max(record.named, key=weight, default=None)
