"""The rules by which records are found to be one customer's."""

from typing import Annotated

from fastapi import Response
from pydantic import BaseModel, Field

from api.http.asking import Asking
from api.http.dependencies import ServicesDep
from api.http.fields import WHOLE, Label, Line, ReasonedBody, ReceiptAnswer
from api.http.identifier_fields import A_FIELD, IdentifierBody, KnownIdentifier
from api.http.outlook import OutlookDep
from api.http.records import rules_seen
from api.http.route import make_router, permits
from api.http.stated import states
from api.http.written_back import ReadVersion, as_read, version_of
from domain import commands
from domain.identifiers import Identifier
from domain.identity import IDENTITY_RULES, IdentityRules, Policy, define_rules
from domain.identity.rules import LARGEST_GROUP, MAILBOX, MOST_HOLDERS
from domain.phones import COUNTRIES

router = make_router("/v1/identity-rules", "identity")
Mailbox = Annotated[Line, Field(min_length=1, max_length=64), states(pattern=rf"^{MAILBOX}$")]
# Not `pattern`: of names, pydantic would make patterns of properties, and any other name would be right.
FieldName = Annotated[Line, Field(max_length=120), states(allOf=[{"pattern": A_FIELD}])]
Country = Annotated[str, Field(max_length=2), states(enum=sorted(COUNTRIES))]


class DefineIdentityRules(ReasonedBody):
    """The rules as a whole, from now on."""

    version: ReadVersion = None
    role_mailboxes: list[Mailbox] = Field(
        max_length=1000, description="addresses that begin with these before the @ link nobody"
    )
    never_link: list[IdentifierBody] = Field(
        default=[], max_length=1000, description="these link nobody: a family's phone, a front desk"
    )
    most_holders: Annotated[int, Field(ge=MOST_HOLDERS[0], le=MOST_HOLDERS[1]), WHOLE] = Field(
        default=3, description="an identifier that more customers hold is shared, and links nobody"
    )
    largest_group: Annotated[int, Field(ge=LARGEST_GROUP[0], le=LARGEST_GROUP[1]), WHOLE] = Field(
        default=50, description="so many customers may be one"
    )
    survivorship: dict[FieldName, Policy] = Field(
        default={},
        max_length=200,
        description="whose value linked customers show, by field: name, email, phone, owner, attributes, "
        "attributes.<name>, custom_fields, custom_fields.<name>; most_recent, where nothing is said",
    )
    trusted_sources: list[Label] = Field(default=[], max_length=100, description="the most trusted first")
    phone_region: Country | None = Field(
        default=None, description="the country of phone numbers that do not say theirs (ISO 3166-1)"
    )

    model_config = {
        "json_schema_extra": {
            "examples": [
                {
                    "role_mailboxes": ["info", "sales", "support", "office", "noreply"],
                    "never_link": [{"kind": "phone", "value": "+468123456"}],
                    "survivorship": {"name": "longest", "phone": "most_trusted_source"},
                    "trusted_sources": ["erp", "api"],
                    "reason": "front desks share a number",
                }
            ],
        }
    }


class IdentityRulesAnswer(BaseModel):
    version: int = Field(description="0 as shipped; one more with each change")
    role_mailboxes: list[str]
    never_link: list[KnownIdentifier]
    most_holders: int
    largest_group: int
    survivorship: dict[str, str]
    trusted_sources: list[str]
    phone_region: str | None


@router.get("", summary="The rules by which records are found to be one customer's")
@permits("settings:read")
def get_identity_rules(services: ServicesDep, response: Response, outlook: OutlookDep) -> IdentityRulesAnswer:
    return _answer(rules_seen(services, response, IDENTITY_RULES, outlook))


@router.put("", response_model=ReceiptAnswer, summary="Define them anew")
@permits("settings:change")
async def define_identity_rules(body: DefineIdentityRules, asked: Asking) -> Response:
    defined = define_rules(
        role_mailboxes=body.role_mailboxes,
        never_link=[Identifier(each.kind, each.value, each.system) for each in body.never_link],
        most_holders=body.most_holders,
        largest_group=body.largest_group,
        survivorship=body.survivorship,
        trusted_sources=body.trusted_sources,
        phone_region=body.phone_region,
    )
    command = commands.define(IDENTITY_RULES, lambda _: defined, asked.by(body))
    return await asked.done(as_read(command, IDENTITY_RULES, body, version_of))


def _answer(rules: IdentityRules) -> IdentityRulesAnswer:
    return IdentityRulesAnswer(
        version=rules.version,
        role_mailboxes=sorted(rules.role_mailboxes),
        never_link=[
            KnownIdentifier.of(each)
            for each in sorted(rules.never_link, key=lambda each: (each.kind, each.system or "", each.value))
        ],
        most_holders=rules.most_holders,
        largest_group=rules.largest_group,
        survivorship=dict(rules.survivorship),
        trusted_sources=list(rules.trusted_sources),
        phone_region=rules.phone_region,
    )
