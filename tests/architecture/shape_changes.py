"""What may become of a released shape, and what may not."""

import json
from collections.abc import Iterator
from typing import Any

from tests.architecture.shapes import Shape

REMEDY = "a released shape is not changed: undo it, make a new event type, or raise SCHEMA and write an upcaster"


def broken(old: Shape, new: Shape) -> Iterator[str]:
    """What the new shape would do to what was written in the old one, or to those who read it."""
    for name, field in old.items():
        if name not in new:
            yield f"field {name!r} is gone (a field that was renamed is gone too)"
        else:
            yield from (f"field {name!r}: {change}" for change in _of_field(field, new[name]))
    for name, field in new.items():
        if name not in old and "required" in field:
            yield f"field {name!r} is new and required: stored events lack it; give it a default"


def unrecorded(old: Shape, new: Shape) -> Iterator[str]:
    """What is new and does no harm."""
    for name, field in new.items():
        if name not in old:
            yield f"field {name!r} is new"
        elif field != old[name]:
            yield f"field {name!r} takes more than before, or is marked as personal"


def merged(old: Shape, new: Shape) -> Shape:
    """The old shape with what is new; nothing of the old one is lost."""
    return {**old, **new}


def _of_field(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    lost = [each for each in old["type"] if not any(_covers(other, each) for other in new["type"])]
    if lost:
        yield f"its type no longer takes {', '.join(str(each) for each in lost)}"
    if "default" in old and "default" not in new:
        yield "it had a default and is required now: stored events lack it"
    elif "default" in new and "default" not in old:
        yield "it was required and has a default now: readers count on it"
    elif json.dumps(old.get("default")) != json.dumps(new.get("default")):
        yield (
            f"its default was {old['default']!r} and is {new['default']!r} now: defaults are not stored, so what "
            "was recorded would change"
        )
    if old.get("personal") and not new.get("personal"):
        yield "it is no longer marked as personal"


def _covers(new: Any, old: Any) -> bool:
    """Whether all that the old alternative took is taken by the new one, and means the same."""
    if isinstance(old, str) or isinstance(new, str):
        return bool(old == new) or (isinstance(old, str) and old.startswith("='") and new == "text")
    if "fields" in old and "fields" in new:
        return not any(broken(old["fields"], new["fields"]))
    for inner in ("list of", "mapping to"):
        if inner in old and inner in new:
            limits_alike = _without(old, inner) == _without(new, inner)
            return limits_alike and all(any(_covers(n, o) for n in new[inner]) for o in old[inner])
    return False


def _without(alternative: dict[str, Any], inner: str) -> dict[str, Any]:
    return {name: value for name, value in alternative.items() if name != inner}
