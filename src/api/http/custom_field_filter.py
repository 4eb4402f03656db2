"""The parameter `custom_field`: what is asked of the custom fields of a list's records."""

import re
from typing import Annotated, Any, get_args

from fastapi import Depends, Query
from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError
from starlette.concurrency import run_in_threadpool

from api.http.dependencies import ServicesDep
from api.http.outlook import OutlookDep
from api.http.records import rules_at
from api.outlook import Outlook
from domain.custom_fields import CUSTOM_FIELDS, FIELD_NAME, Condition, Operator, RecordKind, condition
from domain.custom_fields.conditions import OF_PRESENCE
from domain.horizon import Horizon
from domain.texts import WHITE

_MOST = 20
_LONGEST = 2_100
_VALUE = rf"[^\x00]*[^\x00{WHITE}][^\x00]*"
_COMPARING = "|".join(each for each in get_args(Operator) if each not in OF_PRESENCE)
_CONDITION = rf"^{FIELD_NAME}:(({_COMPARING}):{_VALUE}|{'|'.join(OF_PRESENCE)})$"
_FORM = re.compile(_CONDITION)
_DESCRIPTION = """with such values of custom fields, as these are defined (`GET /v1/custom-fields`): \
`<field>:equals:<value>`, `<option or reference>:in:<value>,<value>`, `<number, money or date>:from:<value>` and \
`:to:<value>` (both ends included), `<field>:is_set`, `<field>:is_not_set`. Money is written as `12.50 EUR`, a \
day as `2026-03-02`, an option as its id. Given more than once, all of it holds"""


def _condition(given: str) -> str:
    if len(given) > _LONGEST:
        raise PydanticCustomError("condition", f"a condition has {_LONGEST:,} characters at the most")
    if not _FORM.fullmatch(given):
        raise PydanticCustomError(
            "condition",
            "a condition is <field>:<operator>:<value>, or <field>:<operator> where the operator is one of "
            f"{', '.join(OF_PRESENCE)}; the others are {_COMPARING.replace('|', ', ')}; a field is named as in "
            "GET /v1/custom-fields",
        )
    return given


_Given = Annotated[
    str,
    AfterValidator(_condition),
    WithJsonSchema({"type": "string", "pattern": _CONDITION, "maxLength": _LONGEST}),
]


def conditions_on(kind: RecordKind) -> Any:
    """For `Annotated`: the conditions on the custom fields of that kind of record."""

    async def asked(
        services: ServicesDep,
        outlook: OutlookDep,
        custom_field: Annotated[
            list[_Given],
            Query(max_length=_MOST, description=_DESCRIPTION, examples=[["region:equals:south", "seats:from:10"]]),
        ] = [],  # noqa: B006 - never changed, and FastAPI describes no other default of a list
    ) -> tuple[Condition, ...]:
        if not custom_field:
            return ()
        # What happened before its field was defined, and was told later, is asked for by that field too.
        known = Outlook(Horizon(known_at=outlook.horizon.known_at), outlook.moment)
        fields = await run_in_threadpool(rules_at, services, CUSTOM_FIELDS, known)
        return tuple(condition(fields, kind, *each.split(":", 2)) for each in custom_field)

    return Depends(asked)
