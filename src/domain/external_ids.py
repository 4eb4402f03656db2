"""What a record is called in another system."""

import msgspec

from domain.claims import Claim
from domain.refusals import Conflict
from domain.texts import filled


class ExternalIdTaken(Conflict):
    """One record of a kind has an id of another system."""


class ExternalId(msgspec.Struct, frozen=True):
    """`id` is what `system` (hubspot, erp, …) calls the record."""

    system: str
    id: str


def external_id(system: str, id: str, *, field: str = "external_id") -> ExternalId:  # noqa: A002 - as the field
    return ExternalId(filled(system, field=f"{field}.system"), filled(id, field=f"{field}.id"))


def external_claim(kind: str, given: ExternalId | None) -> tuple[Claim, ...]:
    """The claim of a record of a kind on its id in another system, where it has one."""
    if given is None:
        return ()
    return (
        Claim(
            kind=f"{kind} external id",
            value=f"{given.system}\n{given.id}",
            what=f"the {kind} {given.id!r} of {given.system}",
            taken=ExternalIdTaken,
            field="external_id",
            record=kind,
        ),
    )
