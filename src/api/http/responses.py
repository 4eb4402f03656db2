"""What every operation may answer too."""

from typing import Any

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "refused", "content": _PROBLEM},
    "503": {"description": "not just now", "content": _PROBLEM},
}
