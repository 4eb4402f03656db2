"""The parameter `custom_field`: what is asked of the custom fields of a list's records."""

from typing import Annotated, Any, get_args

from fastapi import Depends, Query
from pydantic import StringConstraints
from starlette.concurrency import run_in_threadpool

from api.http.dependencies import ServicesDep
from api.http.outlook import OutlookDep
from api.http.records import rules_at
from domain.custom_fields import CUSTOM_FIELDS, FIELD_NAME, Condition, Operator, RecordKind, condition
from domain.custom_fields.conditions import OF_PRESENCE
from domain.texts import WHITE

_MOST = 20
_LONGEST = 2_100
_VALUE = rf"[^\x00]*[^\x00{WHITE}][^\x00]*"
_COMPARING = "|".join(each for each in get_args(Operator) if each not in OF_PRESENCE)
_CONDITION = rf"^{FIELD_NAME}:(({_COMPARING}):{_VALUE}|{'|'.join(OF_PRESENCE)})$"
_DESCRIPTION = """with such values of custom fields, as these were defined then (`GET /v1/custom-fields`): \
`<field>:equals:<value>`, `<option or reference>:in:<value>,<value>`, `<number, money or date>:from:<value>` and \
`:to:<value>` (both ends included), `<field>:is_set`, `<field>:is_not_set`. Money is written as `12.50 EUR`, a \
day as `2026-03-02`, an option as its id. Given more than once, all of it holds"""

_Given = Annotated[str, StringConstraints(pattern=_CONDITION, max_length=_LONGEST)]


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
        fields = await run_in_threadpool(rules_at, services, CUSTOM_FIELDS, outlook)
        return tuple(condition(fields, kind, *each.split(":", 2)) for each in custom_field)

    return Depends(asked)
