"""The rules about duplicates: when they are looked for, by what, and what follows."""

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field, Strict, StringConstraints

from api.http.asking import Asking
from api.http.dependencies import ServicesDep
from api.http.fields import Body, ReasonedBody, ReceiptAnswer
from api.http.outlook import OutlookDep
from api.http.records import rules_seen
from api.http.route import make_router, permits
from api.http.stated import CHARACTERS, states
from api.http.written_back import ReadVersion, as_read, version_of
from domain import commands
from domain.duplicates import (
    ACTIONS,
    CARD_FIELDS,
    DUPLICATE_RULES,
    IDENTIFIERS,
    Thresholds,
)

router = make_router("/v1/duplicate-rules", "settings")

_CHOICE = StringConstraints(max_length=100)
# Not `pattern`: of names, pydantic would make patterns of properties.
ActionName = Annotated[str, _CHOICE, states(enum=list(ACTIONS))]
CardFieldName = Annotated[str, _CHOICE, states(enum=list(CARD_FIELDS))]
IdentifierName = Annotated[str, _CHOICE, states(enum=list(IDENTIFIERS))]
Path = Annotated[
    str, StringConstraints(max_length=120), states(pattern=r"^(attributes|custom_fields)\.[!-~]{1,100}$")
]
Probability = Annotated[float, Strict(), states(minimum=0, maximum=1)]
_Shown = Annotated[str, states(pattern=CHARACTERS)]


class ThresholdsBody(Body):
    """The scores from which on a likeness is told of (`warn`) and refused (`block`); never, where not given."""

    warn: Probability | None = None
    block: Probability | None = None


class DefineDuplicateRules(ReasonedBody):
    """All rules anew. An action that is not named asks for nothing."""

    version: ReadVersion = None
    actions: dict[ActionName, ThresholdsBody] = Field(default={}, max_length=len(ACTIONS))
    card: dict[CardFieldName, list[Path]] = Field(
        description="what feeds each field of the card: `attributes.<name>`, `custom_fields.<name>`",
        max_length=len(CARD_FIELDS),
    )
    exact: list[IdentifierName] = Field(
        default=[], max_length=10, description="identifiers that no two customers share"
    )

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "actions": {"capture": {"warn": 0.99}},
                    "card": {"date_of_birth": ["attributes.date_of_birth"], "street": ["attributes.street"]},
                    "reason": "too many people twice after the fair",
                }
            ]
        }
    }


class ThresholdsAnswer(BaseModel):
    warn: float | None
    block: float | None


class DuplicateRulesAnswer(BaseModel):
    """`version` is 0 as shipped."""

    version: int
    actions: dict[str, ThresholdsAnswer]
    card: dict[str, list[_Shown]]
    exact: list[str]


@router.get("", summary="The rules about duplicates")
@permits("settings:read")
def get_duplicate_rules(services: ServicesDep, response: Response, outlook: OutlookDep) -> DuplicateRulesAnswer:
    rules = rules_seen(services, response, DUPLICATE_RULES, outlook)
    return DuplicateRulesAnswer.model_validate(
        {
            "version": rules.version,
            "actions": {
                action: {"warn": thresholds.warn, "block": thresholds.block}
                for action, thresholds in ((each, rules.thresholds(each)) for each in ACTIONS)
            },
            "card": {field: list(paths) for field, paths in rules.card.items()},
            "exact": list(rules.exact),
        }
    )


@router.put("", response_model=ReceiptAnswer, summary="Define the rules about duplicates")
@permits("settings:change")
async def define_duplicate_rules(body: DefineDuplicateRules, asked: Asking) -> Response:
    """They hold for all that is registered from then on."""
    defined = commands.define_duplicate_rules(
        asked.by(body),
        actions={action: Thresholds(warn=given.warn, block=given.block) for action, given in body.actions.items()},
        card={field: tuple(paths) for field, paths in body.card.items()},
        exact=tuple(body.exact),
    )
    return await asked.done(as_read(defined, DUPLICATE_RULES, body, version_of))
