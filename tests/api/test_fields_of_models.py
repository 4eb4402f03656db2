"""Scoring models look at custom fields: those stay as long as a live model needs them."""

from .asking import Caller


def test_a_custom_field_that_a_live_model_asks_for_is_not_retired(crm: Caller) -> None:
    path, field = "/v1/scoring-models/seats", "/v1/custom-fields/customer/seats_in_use"
    crm.told(field, {"definition": {"type": "number", "label": "Seats"}}, method="PUT")
    rule = {"name": "many", "attribute": "custom.seats_in_use", "operator": "greater", "value": 10, "points": 5}
    crm.told(path, {"kind": "fit", "fit": [rule]}, method="PUT")
    crm.told(f"{path}/promote", {"version": crm.asked(path)["versions"]})

    problem = crm.refused("POST", f"{field}/retire", 409, "CustomFieldNeeded", "name", json={})
    assert "scoring model seats" in problem["detail"]
    crm.told(f"{path}/retire")
    crm.told(f"{field}/retire")
