"""Definitions as they are read: what is told beside a definition may stand in what is written back.

It is compared, never passed over: whoever changes it learns that it is not changed so.
"""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, StrictBool

from api.http.fields import WHOLE, Label
from api.http.stated import states
from domain.configuration import C, Configuration
from domain.inquiry import extended
from domain.ledger import Command, Decision
from domain.refusals import Conflict

AS_READ = Field(default=None, description="as it is read: compared, and not defined by this")


class NotAsRead(Conflict):
    """What is read beside a definition is written back as it is, or left out: no definition changes it."""


def _not_retired(retired: bool) -> bool:
    if retired:
        raise ValueError("a definition takes up again what was retired: to do so, leave this out")
    return retired


ReadVersion = Annotated[Annotated[int, Field(ge=0, le=2**31), WHOLE] | None, AS_READ]
ReadName = Annotated[Label | None, AS_READ]
ReadFlag = Annotated[StrictBool | None, AS_READ]
NotRetired = Annotated[
    Annotated[StrictBool, AfterValidator(_not_retired), states(const=False)] | None,
    Field(default=None, description="what is defined is not retired, or taken up again by it"),
]


def check_as_read(body: BaseModel, shown: Mapping[str, Any], *, within: str = "") -> None:
    """Compare what the body says of these fields, if anything, with what is shown.

    Raises:
        NotAsRead: naming the field.
    """
    for name, value in shown.items():
        if getattr(body, name) not in (None, value):
            raise NotAsRead(f"{name} is told beside the definition, and is another", field=f"{within}{name}")


def as_read(
    command: Command, configuration: Configuration[C], body: BaseModel, shown: Callable[[C], Mapping[str, Any]]
) -> Command:
    """The command, which defines a configuration anew, where the body is as that is at that moment."""
    place = command.reads.index(configuration.read)

    def compared(deciding: Decision, *states: Any) -> Decision:
        check_as_read(body, shown(configuration.of(states[place])))
        return (yield from deciding)

    return extended(command, compared)


def version_of(known: Any) -> Mapping[str, Any]:
    """What is shown of a configuration that tells its version alone beside itself."""
    return {"version": known.version}
