"""docs/access.md says what the code does."""

import re
from pathlib import Path

from api.http.app import create_app
from domain.access import BUILT_IN, PERMISSIONS, Level
from settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "access.md").read_text(encoding="utf-8")


def roles_table() -> str:
    lines = [f"| permission | {' | '.join(BUILT_IN)} |", "|---" * (len(BUILT_IN) + 1) + "|"]
    for permission in PERMISSIONS:
        levels = (grants.get(permission, Level.NONE) for grants in BUILT_IN.values())
        cells = " | ".join("–" if level is Level.NONE else level for level in levels)
        lines.append(f"| `{permission}` | {cells} |")
    return "\n".join(lines)


def test_the_table_of_roles_is_that_of_the_code() -> None:
    written = re.search(r"^\| permission .*?\n\n", PAGE, re.DOTALL | re.MULTILINE)

    assert written is not None
    assert written[0].strip() == roles_table()


def test_each_setting_of_the_identity_provider_is_named() -> None:
    settings = {f"CRM_{name.upper()}" for name in Settings.model_fields if name.startswith("oidc_")}

    assert set(re.findall(r"CRM_OIDC_[A-Z_]+", PAGE)) == settings


def test_each_path_is_one_of_the_api() -> None:
    described = create_app(None, None).openapi()["paths"]  # type: ignore[arg-type]
    named = {(method.lower(), path) for method, path in re.findall(r"`(GET|POST|PUT|PATCH) (/v1/[^`?]*)`", PAGE)}

    assert named
    assert {each for each in named if each[0] not in described.get(each[1], {})} == set()
