from uuid import uuid4

from .asking import Caller, in_year


def test_a_registered_customer_is_read_back(crm: Caller) -> None:
    told = crm.tell("/v1/customers", {"kind": "person", "name": " Ada ", "email": "Ada@Example.com"})
    read = crm.ask(told.headers["Location"])

    assert told.status_code == 201
    assert told.json() == {"id": read.json()["id"], "version": 1, "position": crm.api.log_end()}
    assert read.headers["ETag"] == '"1"'
    assert read.json() == {
        "id": told.json()["id"],
        "kind": "person",
        "name": "Ada",
        "email": "ada@example.com",
        "phone": None,
        "attributes": {},
        "organisations": [],
        "owner": None,
        "external_id": None,
        "group": None,
        "custom_fields": {},
        "lifecycle_stage": None,
        "came_from_leads": [],
    }


def test_a_change_touches_only_what_it_names(crm: Caller) -> None:
    customer = crm.person(email="ada@example.com", phone="0123 456", attributes={"language": "sv", "vip": True})
    changed = crm.told(
        f"/v1/customers/{customer}", {"phone": None, "attributes": {"vip": None, "size": 7}}, method="PATCH"
    )
    read = crm.asked(f"/v1/customers/{customer}")

    assert changed["version"] == 2
    assert (read["name"], read["email"], read["phone"]) == ("Ada Nilsson", "ada@example.com", None)
    assert read["attributes"] == {"language": "sv", "size": 7}


def test_a_membership_shows_on_both_sides_until_it_ends(crm: Caller) -> None:
    person, organisation = crm.person(), crm.organisation()
    crm.told(f"/v1/customers/{person}/organisations", {"organisation_id": organisation, "role": "Head of IT"})
    joined = crm.asked(f"/v1/customers/{person}/360"), crm.asked(f"/v1/customers/{organisation}/360")
    crm.told(f"/v1/customers/{person}/organisations/{organisation}/leave")
    left = crm.asked(f"/v1/customers/{person}/360"), crm.asked(f"/v1/customers/{organisation}/360")

    assert joined[0]["organisations"] == [{"customer_id": organisation, "role": "Head of IT"}]
    assert joined[1]["members"] == [{"customer_id": person, "role": "Head of IT"}]
    assert left[0]["organisations"] == left[1]["members"] == []


def test_the_360_view_gathers_all_that_happened(crm: Caller) -> None:
    person = crm.person()
    crm.deal(person)
    crm.order(person, "129.90")
    crm.told("/v1/interactions", {"customer_id": person, "channel": "email", "direction": "inbound"})
    answer = crm.ask(f"/v1/customers/{person}/360")
    view = answer.json()

    assert int(answer.headers["Position"]) >= view["position"]
    assert (view["lifecycle"], view["events"]) == ("customer", 4)
    assert view["profile"]["name"] == "Ada Nilsson"
    assert view["deals"]["open_amount"] == {"EUR": "24000.00"}
    assert view["deals"]["open_weighted"] == {"EUR": "2400.00"}
    assert view["orders"]["total"] == {"EUR": "129.90"}
    assert view["interactions"]["by_channel"]["email"]["inbound"] == 1


def test_a_customer_of_a_moment_ago_has_a_view(crm: Caller) -> None:
    with crm.api.folding.held():
        person = crm.person()
        answer = crm.http.get(f"/v1/customers/{person}/360")

    assert answer.json()["profile"]["name"] == "Ada Nilsson"
    assert int(answer.headers["Position"]) < answer.json()["position"]


def test_who_acted_and_why_is_in_the_timeline(crm: Caller) -> None:
    correlation = str(uuid4())
    body = {"kind": "person", "name": "Ada", "reason": "came by", "occurred_at": in_year(2020)}
    told = crm.told("/v1/customers", body, x_actor="ann", x_on_behalf_of="ben", x_correlation_id=correlation)
    (entry,) = crm.timeline(told["id"])

    assert (entry["actor"], entry["on_behalf_of"], entry["reason"]) == ("ann", "ben", "came by")
    assert entry["correlation_id"] == correlation
    assert entry["causation_id"] != correlation
    assert (entry["type"], entry["source"]) == ("customer.registered", "api")
    assert entry["occurred_at"] == "2020-01-01T12:00:00Z"
    assert entry["recorded_at"] > "2026"
    assert entry["data"]["name"] == "Ada"


def test_who_acts_is_told_by_the_key(crm: Caller) -> None:
    (entry,) = crm.timeline(crm.person())

    assert (entry["actor"], entry["on_behalf_of"], entry["reason"]) == ("ann", None, None)
    assert entry["correlation_id"] == entry["causation_id"]


def test_pages_of_the_timeline_join_without_a_seam(crm: Caller) -> None:
    person = crm.person()
    path = f"/v1/customers/{person}/timeline"
    for _ in range(4):
        crm.told("/v1/interactions", {"customer_id": person, "channel": "web", "direction": "inbound"})
    first = crm.asked(path, limit=2)
    second = crm.asked(path, limit=2, before=first["next"])
    third = crm.asked(path, limit=2, before=second["next"])
    positions = [entry["position"] for page in (first, second, third) for entry in page["items"]]

    assert positions == [entry["position"] for entry in crm.timeline(person)]
    assert positions == sorted(positions, reverse=True)
    assert (len(positions), third["next"]) == (5, None)


def test_pages_of_the_list_join_without_a_seam(crm: Caller) -> None:
    address = f"{uuid4().hex}@example.com"
    made = [crm.person(email=address) for _ in range(5)]
    first = crm.asked("/v1/customers", email=address, limit=3)
    second = crm.asked("/v1/customers", email=address, limit=3, after=first["next"])

    assert [line["id"] for line in first["items"] + second["items"]] == made
    assert second["next"] is None


def test_the_list_is_filtered_by_kind_and_address(crm: Caller) -> None:
    address = f"{uuid4().hex}@example.com"
    person = crm.person(email=address)
    organisations = crm.asked("/v1/customers", kind="organisation")["items"]

    assert [line["id"] for line in crm.asked("/v1/customers", email=address.upper())["items"]] == [person]
    assert {line["kind"] for line in organisations} <= {"organisation"}
    assert crm.asked("/v1/customers", email=address, kind="organisation")["items"] == []


def test_a_person_goes_forward_in_the_life_cycle_unless_the_stage_is_cleared(crm: Caller) -> None:
    path = f"/v1/customers/{crm.person()}/lifecycle"
    crm.told(path, {"stage": "sales_qualified", "because": "asked for an offer"})

    crm.refused("POST", path, 409, "LifecycleGoesForward", "stage", json={"stage": "lead"})
    crm.told(path, {"stage": None, "reason": "a mistake"})
    crm.told(path, {"stage": "lead"})
    assert crm.asked(path.removesuffix("/lifecycle"))["lifecycle_stage"] == "lead"
