"""The domain's rules on single values, as the API's description states them (JSON Schema), and their refusals."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from domain.access import PERMISSIONS, Level
from domain.access.permissions import OWNED, covers
from domain.interactions import CHANNEL
from domain.refusals import Refusal
from domain.texts import EMAIL, PHONE, WHITE

CHARACTERS = r"^[^\x00]*$"
NOT_BLANK = rf"^[^\x00]*[^\x00{WHITE}][^\x00]*$"
AN_EMAIL_ADDRESS = rf"^[{WHITE}]*{EMAIL}[{WHITE}]*$"
A_PHONE_NUMBER = rf"^[{WHITE}]*{PHONE}[{WHITE}]*$"
A_CHANNEL = rf"^{CHANNEL}$"
_KINDS, _ACTIONS = ({permission.split(":")[part] for permission in PERMISSIONS} for part in (0, 1))
SCOPES = sorted(
    scope
    for scope in {"*", *(f"{kind}:{action}" for kind in {*_KINDS, "*"} for action in {*_ACTIONS, "*"})}
    if any(covers((scope,), permission) for permission in PERMISSIONS)
)
LEVELS: dict[str, Any] = {
    "properties": {
        permission: {"enum": [Level.NONE.value, Level.ALL.value]}
        for permission in PERMISSIONS
        if permission.split(":")[0] not in OWNED
    }
}
"""JSON Schema: how far a permission may reach that is not for records with an owner."""


def states(**schema: Any) -> Any:
    """For `Annotated`: what the description says beside the type. It checks nothing: the domain does."""
    return Field(json_schema_extra=schema)


def by_rule(check: Callable[..., object]) -> AfterValidator:
    """For `Annotated`: the domain's own check of a text, whose refusal names the place where the text stood."""

    def checked(text: str) -> str:
        try:
            check(text, field="the text")
        except Refusal as refusal:
            raise refused(refusal) from None
        return text

    return AfterValidator(checked)


def refused(refusal: Refusal) -> PydanticCustomError:
    """The domain's refusal as an error of pydantic's, which knows the place."""
    return PydanticCustomError("refused", "{message}", {"message": refusal.message, "refusal": refusal})


def refusal_of(error: Mapping[str, Any]) -> Refusal | None:
    """The domain's refusal behind an error of pydantic's, where it was one."""
    refusal = error.get("ctx", {}).get("refusal")
    return refusal if isinstance(refusal, Refusal) else None


def one_of(*names: str) -> dict[str, Any]:
    """JSON Schema: one of these fields is given, and not null."""
    return {"anyOf": [given(name) for name in names]}


def given(name: str) -> dict[str, Any]:
    """JSON Schema: the field is given, and not null."""
    return {"required": [name], "properties": {name: {"type": "string"}}}
