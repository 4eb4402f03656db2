"""Holds every event shape that was ever released against the events as they are now.

Run by `make check`: one line for each finding, exits 1 on any. `make shapes` (`--add`) adds to the file of
released shapes what is new and does no harm; it never alters or removes what is there.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from domain.catalogue import EVENT_TYPES
from domain.events import Event
from domain.upcasting import UpcastersMissing, check_upcasters
from tests.architecture.shape_changes import REMEDY, broken, merged, unrecorded
from tests.architecture.shape_samples import misread, reading, samples_of
from tests.architecture.shapes import shape_of

RELEASED = Path(__file__).with_name("released_events.json")

Released = dict[str, dict[str, Any]]
"""By type and schema version: the fields, and samples with what each is read as in each later version."""

Events = Mapping[str, type[Event]]


def main(arguments: list[str]) -> int:
    released = read()
    found = list(incompatible(released, EVENT_TYPES))
    if not found and "--add" in arguments:
        released = with_what_is_new(released, EVENT_TYPES)
        RELEASED.write_text(written(released), encoding="utf-8")
    found += missing(released, EVENT_TYPES)
    for finding in found:
        print(finding)
    print(f"event shapes: {len(released)} types released, {len(found)} findings")
    return 1 if found else 0


def read() -> Released:
    released: Released = json.loads(RELEASED.read_text(encoding="utf-8")) if RELEASED.exists() else {}
    return released


def written(released: Released) -> str:
    """The file's text: a line for each field and each sample."""
    types = (
        f"{_json(name)}: {{{', '.join(_version(number, entry) for number, entry in versions.items())}}}"
        for name, versions in released.items()
    )
    return "{\n" + ",\n".join(types) + "\n}\n"


def incompatible(released: Released, events: Events) -> Iterator[str]:
    """What would make history unreadable, or read otherwise than it was written; each with what to do."""
    for name, versions in released.items():
        if name not in events:
            yield f"{name}: the type is gone; stored events bear its name for ever: put its class back"
        else:
            yield from (f"{name}: {finding}" for finding in _of_type(versions, events[name]))
    for name, event in events.items():
        if name not in released:
            yield from (f"{name}: {finding}" for finding in _upcasters(event))


def missing(released: Released, events: Events) -> Iterator[str]:
    """What the file does not hold yet."""
    for name, event in events.items():
        versions = released.get(name, {})
        entry = versions.get(str(event.SCHEMA))
        new = ["the type is new"] if not versions else [f"schema version {event.SCHEMA} is new"]
        if entry is not None:
            new = list(unrecorded(entry["fields"], shape_of(event)))
        for each in new:
            yield f"{name}: {each}; add it to the released shapes: make shapes"


def with_what_is_new(released: Released, events: Events) -> Released:
    """The released shapes with all that is new; what was there stays as it was."""
    after = deepcopy(released)
    for name, event in events.items():
        versions = after.setdefault(name, {})
        entry = versions.setdefault(str(event.SCHEMA), {"fields": {}, "samples": []})
        shape = shape_of(event)
        if list(unrecorded(entry["fields"], shape)) or not entry["samples"]:
            entry["fields"] = merged(entry["fields"], shape)
            known = {sample["stored"] for sample in entry["samples"]}
            entry["samples"] += [{"stored": each, "read": {}} for each in samples_of(shape) if each not in known]
        _add_readings(events, name, versions)
    return after


def _version(number: str, entry: dict[str, Any]) -> str:
    fields = (f"    {_json(name)}: {_json(field)}" for name, field in entry["fields"].items())
    samples = (f"    {_json(sample)}" for sample in entry["samples"])
    return '{}: {{\n  "fields": {{\n{}\n  }},\n  "samples": [\n{}\n  ]}}'.format(
        _json(number), ",\n".join(fields), ",\n".join(samples)
    )


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _of_type(versions: dict[str, Any], event: type[Event]) -> Iterator[str]:
    last = max(int(version) for version in versions)
    if last > event.SCHEMA:
        yield f"its schema version is lowered from {last} to {event.SCHEMA}; stored events are of {last}: undo it"
        return
    stopped = list(_upcasters(event))
    yield from stopped
    entry = versions.get(str(event.SCHEMA))
    if entry is not None:
        yield from (f"{change}; {REMEDY}" for change in broken(entry["fields"], shape_of(event)))
    if not stopped:
        yield from _misread(versions, event)


def _upcasters(event: type[Event]) -> Iterator[str]:
    try:
        check_upcasters(event)
    except UpcastersMissing as error:
        yield str(error)


def _misread(versions: dict[str, Any], event: type[Event]) -> Iterator[str]:
    for version, entry in versions.items():
        for sample in entry["samples"]:
            stored, expected = sample["stored"], sample["read"].get(str(event.SCHEMA), {})
            try:
                wrong = misread(expected, reading({event.TYPE: event}, event.TYPE, int(version), stored))
            except Exception as error:  # noqa: BLE001 - whatever it is, history cannot be read
                yield f"{stored} of schema version {version} cannot be read ({error}); {REMEDY}"
                continue
            if wrong:
                yield f"{stored} of schema version {version} is read otherwise in {', '.join(wrong)}; {REMEDY}"


def _add_readings(events: Events, name: str, versions: dict[str, Any]) -> None:
    present = str(events[name].SCHEMA)
    for version, entry in versions.items():
        for sample in entry["samples"]:
            sample["read"].setdefault(present, reading(events, name, int(version), sample["stored"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
