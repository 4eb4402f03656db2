"""A body is taken alike, read the short way (`application/json`) or FastAPI's (with a charset beside it)."""

from typing import Any

import pytest

from .asking import Caller

SHORT, LONG = "application/json", "application/json; charset=utf-8"


def sent(crm: Caller, content: bytes, content_type: str) -> tuple[int, dict[str, Any]]:
    response = crm.http.post("/v1/leads", content=content, headers={"Content-Type": content_type})
    return response.status_code, response.json()


@pytest.mark.parametrize("content_type", [SHORT, LONG])
def test_a_lead_is_captured_either_way(crm: Caller, content_type: str) -> None:
    status, told = sent(crm, b'{"name": "Mai Ito", "channel": "web", "company": "Ito & Daughters"}', content_type)

    assert (status, told["version"]) == (201, 1)
    assert crm.http.get(f"/v1/leads/{told['id']}").json()["company"] == "Ito & Daughters"


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b'{"channel": ', b'{"name": "Mai"}', b'{"name": "Mai", "channel": "web", "nmae": 1}'],
    ids=["nothing", "null", "a list", "cut off", "without a channel", "unknown field"],
)
def test_a_body_is_refused_alike(crm: Caller, content: bytes) -> None:
    assert sent(crm, content, SHORT) == sent(crm, content, LONG)
