"""Custom fields: which ones customers, leads and deals have."""

from typing import Annotated

from fastapi import Path, Response

from api.http.asking import Asking
from api.http.dependencies import ServicesDep
from api.http.field_definitions import CustomFieldsDefined, DefineField, RetireField
from api.http.fields import ReceiptAnswer
from api.http.outlook import OutlookDep
from api.http.records import rules_seen
from api.http.route import make_router, permits
from api.http.written_back import check_as_read
from domain import commands
from domain.custom_fields import CUSTOM_FIELDS, FIELD_NAME, RecordKind, define_field

router = make_router("/v1/custom-fields", "settings")

Kind = Annotated[RecordKind, Path(examples=["customer"], json_schema_extra={"example": "customer"})]
FieldName = Annotated[
    str,
    Path(pattern=f"^{FIELD_NAME}$", examples=["tax_number"], json_schema_extra={"example": "tax_number"}),
]


@router.get("", summary="All custom fields, retired ones too")
@permits("settings:read")
def get_custom_fields(services: ServicesDep, response: Response, outlook: OutlookDep) -> CustomFieldsDefined:
    return CustomFieldsDefined.of(rules_seen(services, response, CUSTOM_FIELDS, outlook))


@router.put("/{kind}/{name}", response_model=ReceiptAnswer, summary="Define a custom field, or define it anew")
@permits("settings:change")
async def define_custom_field(kind: Kind, name: FieldName, body: DefineField, asked: Asking) -> Response:
    check_as_read(body.definition, {"name": name}, within="definition.")
    definition = body.definition.of(name)
    return await asked.done(
        commands.define(CUSTOM_FIELDS, lambda fields: define_field(fields, kind, definition), asked.by(body))
    )


@router.post(
    "/{kind}/{name}/retire",
    response_model=ReceiptAnswer,
    summary="Retire a custom field: records keep what they have",
)
@permits("settings:change")
async def retire_custom_field(kind: Kind, name: FieldName, body: RetireField, asked: Asking) -> Response:
    return await asked.done(commands.retire_custom_field(kind, name, asked.by(body)))
