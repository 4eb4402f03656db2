"""Custom fields as an organisation defines them over HTTP."""

from typing import Any

import pytest

from .asking import Caller
from .company import Company
from .test_custom_fields import define, described, name


def test_definitions_have_one_version_and_tell_all_that_was_said(crm: Caller) -> None:
    field = define(crm, "deal", type="number", minimum=0, decimals=1, required=False)
    answer = crm.ask("/v1/custom-fields")

    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'
    found = described(crm, field, "deal")
    assert {key: value for key, value in found.items() if value is not None} == {
        "name": field, "label": "A field", "type": "number", "required": False, "unique": False, "personal": False,
        "retired": False, "minimum": 0, "decimals": 1,
    }  # fmt: skip
    body = {"definition": {"label": "Anew", "type": "number"}}
    path = f"/v1/custom-fields/deal/{field}"
    crm.refused("PUT", path, 412, "VersionMismatch", "If-Match", json=body, headers={"If-Match": '"0"'})
    crm.told(path, body, method="PUT", If_Match=answer.headers["ETag"])
    assert described(crm, field, "deal")["label"] == "Anew"


@pytest.mark.parametrize(
    ("again", "rule", "field"),
    [
        ({"type": "date"}, "CustomFieldTypeFixed", "definition.type"),
        ({"type": "text", "unique": True}, "CustomFieldUniqueFixed", "definition.unique"),
        ({"type": "text", "personal": True}, "CustomFieldPersonalFixed", "definition.personal"),
        ({"type": "text"}, "CustomFieldUnchanged", None),
    ],
)
def test_what_old_values_rest_on_is_not_redefined(
    crm: Caller, again: dict[str, Any], rule: str, field: str | None
) -> None:
    path = f"/v1/custom-fields/customer/{define(crm, type='text')}"

    crm.refused("PUT", path, 409, rule, field, json={"definition": {"label": "A field", **again}})


@pytest.mark.parametrize(
    ("path", "definition"),
    [
        ("customer/Tax", {"type": "text"}),
        ("customer/tax", {"type": "colour"}),
        ("customer/tax", {"type": "text", "decimals": 2}),
        ("customer/tax", {"type": "text", "max_length": 0}),
        ("customer/tax", {"type": "text", "required": 0}),
        ("customer/tax", {"type": "number", "minimum": "5"}),
        ("customer/tax", {"type": "number", "maximum": True}),
        ("customer/tax", {"type": "enum", "options": []}),
        ("customer/tax", {"type": "reference", "to": "order"}),
        ("order/tax", {"type": "text"}),
    ],
)
def test_a_malformed_definition_is_refused(crm: Caller, path: str, definition: dict[str, Any]) -> None:
    body = {"definition": {"label": "A field", **definition}}

    answer = crm.http.put(f"/v1/custom-fields/{path}", json=body)

    assert answer.status_code == 422, answer.text
    assert answer.json()["field"]


def test_who_may_not_change_settings_defines_no_fields(crm: Caller) -> None:
    clerk = Company(crm.api).caller({"settings:read": "all"})

    body = {"definition": {"label": "A field", "type": "text"}}
    clerk.refused("PUT", f"/v1/custom-fields/customer/{name()}", 403, "NotPermitted", json=body)
    assert clerk.asked("/v1/custom-fields")["version"] >= 0
