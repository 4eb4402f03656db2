"""What Schemathesis checks of our answers beside its own checks."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import count
from math import isfinite
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, HookContext, Response, SerializationContext
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

from api.http import examples
from tests.api.own_records import own_records

BATCH = ":batch"
UNSTATED = {
    "EmptySpan": "one parameter is compared with another",
    "UnknownField": "which fields there are, what happened to the key says",
    "TooManyLeads": "how many leads there were in a time, the log says",
    "HappenedInTheFuture": "the clock goes on",
    "MomentInTheFuture": "the clock goes on",
    "MomentBeforeTimeBegan": "when the first event happened, and when it was recorded, the log says",
    "KeyExpiryInThePast": "the clock goes on",
    "RateInTheFuture": "the clock goes on",
    "EffectiveInThePast": "the clock goes on",
    "NotAPhoneNumber": "which countries there are, and of how many digits a number is, numbering plans say",
    "PhoneNeedsCountry": "which country is meant, rules say that are defined anew",
    "NotAnEmailAddress": "in a query, the kind of identifier is another parameter",
    "SystemOfExternalIdOnly": "in a query, the kind of identifier is another parameter",
    "CannotLinkToItself": "a part of the body is compared with the path",
    "TrustedSourcesMissing": "one field is compared with another",
    "OrganisationNeedsName": "whether a record is an organisation's, the record says",
    "CustomFieldNotForKind": "fields are defined, and defined anew",
    "CustomFieldOutOfRange": "fields are defined, and defined anew",
    "CustomFieldTooLong": "fields are defined, and defined anew",
    "CustomFieldTooPrecise": "fields are defined, and defined anew",
    "CustomFieldWrongCurrency": "fields are defined, and defined anew",
    "CustomFieldWrongType": "fields are defined, and defined anew",
    "RequiredCustomField": "fields are defined, and defined anew",
    "RetiredCustomField": "fields are retired, and taken up again",
    "UnknownCustomField": "fields are defined, and retired again",
    "OperatorNotForType": "fields are defined, each of a type",
    "UnknownOption": "fields are defined, and defined anew",
    "EmptyRange": "one number is compared with another",
    "OnlyCustomersAreOfAKind": "a part of the body is compared with the path",
    "UnknownRequiredField": "custom fields are defined, and retired again",
    "OptionTwice": "one option is compared with another",
    "ThresholdsOutOfOrder": "one field is compared with another",
    "UnknownAttribute": "custom fields are defined, and retired again",
    "RecycledIntoThePast": "the clock goes on",
    "UnknownLeadStatus": "statuses are defined, and changed again",
    **dict.fromkeys(
        (
            "DuplicateLeadStatus",
            "LeadStatusTypeMissing",
            "LeadStatusTypeTwice",
            "RetiredLeadStatusEntered",
            "LeadTransitionImpossible",
            "LeadStatusUnreachable",
            "LeadStatusDeadEnd",
            "MinimumNeedsFramework",
            "MinimumOutOfReach",
            "RequiredElementUnknown",
        ),
        "one part of a definition is compared with another",
    ),
    "NotAMember": "principals become members, and are removed again",
    "AbsenceEndsBeforeItBegins": "one field is compared with another",
    "ConsentEndsBeforeItBegins": "one field is compared with another",
    "AbsenceIsOver": "the clock goes on",
    **dict.fromkeys(
        ("DuplicateRule", "DuplicateCandidate", "MatchesNobody", "RuleNeverReached"),
        "one part of a definition is compared with another",
    ),
    **dict.fromkeys(("PartOutOfPlace", "RuleNeedsCandidates"), "what a rule is made of depends on its strategy"),
    **dict.fromkeys(
        ("DuplicateScoringRule", "BandsOutOfOrder"), "one part of a definition is compared with another"
    ),
    "PartOutOfKind": "what a model is made of depends on its kind",
    "UnknownEventField": "which fields an event has, depends on its type",
    "UnknownScoringAttribute": "custom fields are defined, and retired again",
    "MalformedScoringModel": "what was learnt is written by the training, and by nobody else",
    "UnknownTimeZone": "the zones of the world are another's list, and it grows",
    "NotARecurrence": "which parts of a rule go together, RFC 5545 says in words",
    "SubDailyRecurrence": "a list of hours is as well written as one of months",
    "DueOutsideRecurrence": "a rule is reckoned from the due",
    "RecurrenceWithoutOccurrence": "a rule is reckoned from the due",
    "RecurrenceTooRare": "a rule is reckoned from the due",
    "TaskNeedsDue": "whether a task that is changed has a due, the task says",
    "NextStepNeedsDeal": "whether a task that is closed is about a deal, the task says",
    "UnknownRole": "roles are defined, and removed again",
    **dict.fromkeys(
        ("UnknownPipeline", "UnknownStage", "StageIsClosing", "StageIsNotLost", "UnknownCriterion"),
        "pipelines are defined, and each has stages and criteria of its own",
    ),
    "CursorOfAnotherQuestion": "a cursor bears the sign of the question that it was given for",
    "AmountNeedsCurrency": "one parameter goes with another",
    "UnknownLossReason": "a pipeline may list the reasons for a loss",
    **dict.fromkeys(
        ("NoOpenStage", "NotOneWonStage", "NoLostStage", "NamedTwice"),
        "how many of a list are of one kind, or have one name",
    ),
    **dict.fromkeys(
        ("ProbabilityOfClosing", "CategoryOfClosing", "ClosingStageIsNotLeft"),
        "what a stage may say depends on its kind",
    ),
}
"""Rules by which a request that fits the description is still refused with 422, and why no schema states them."""

_numbers = count(1)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}")
# Of a record's state or of the request as a whole: no one input is to blame.
_BLAMES_NOTHING = {400, 404, 405, 409, 413, 415}


@schemathesis.serializer("application/x-ndjson")
def lines(_: SerializationContext, value: Any) -> bytes:
    return value.encode(errors="replace") if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.hook
def before_call(_: HookContext, case: Case[Any], __: dict[str, Any]) -> None:
    """Mend what Schemathesis takes for right and is not, so that a request is not refused before its point."""
    # Its coverage phase makes headers of letters and digits only: no version, which stands in quotes.
    if _right(case, ParameterLocation.HEADER) and case.headers.get("If-Match") == "0":
        case.headers["If-Match"] = "*"
    # A version that a record is at, it meets by luck only, and one to be made never.
    if case.headers.get("If-Match") and _right(case, ParameterLocation.HEADER) and next(_numbers) % 2:
        del case.headers["If-Match"]
    # It asks all of one record, which ends.
    if _right(case, ParameterLocation.PATH):
        _give_records(case)
    # It gives many requests one key.
    if _right(case, ParameterLocation.HEADER) and "Idempotency-Key" in case.headers:
        case.headers["Idempotency-Key"] = f"request {next(_numbers)}"
    # It takes a product of floats for a multiple: 137754 × 0.01 has 17 digits.
    if _right(case, ParameterLocation.BODY):
        case.body = _rounded(case.body)


@schemathesis.check
def refusals_are_problem_documents(_: CheckContext, response: Response, case: Case[Any]) -> None:
    if response.status_code >= 400 and response.request.method != "HEAD":
        assert response.headers["content-type"] == ["application/problem+json"]
        _check_problem(response.json(), response.status_code)
    for item in _items(response, case):
        if item["status"] != 201:
            _check_problem(item["problem"], item["status"])


@schemathesis.check
def what_fits_is_refused_only_by_unstated_rules(_: CheckContext, response: Response, case: Case[Any]) -> None:
    if case.meta is not None and case.meta.generation.mode.is_positive:
        if response.status_code == 422:
            assert _rule(response.json()) in UNSTATED, f"the schema could say so: {response.text}"
        for item in _items(response, case) if case.media_type == "application/json" else ():
            assert item["status"] != 422 or _rule(item["problem"]) in UNSTATED, f"the schema could say so: {item}"


@schemathesis.check
def batches_record_nothing_wrong(_: CheckContext, response: Response, case: Case[Any]) -> None:
    if case.meta is not None and case.meta.is_negative_at(ParameterLocation.BODY) and response.status_code == 207:
        assert case.media_type != "application/json" or response.json()["refused"] > 0, response.text


@schemathesis.check
class OperationsSucceed:
    """Without it, a run whose key no longer works would pass: everything is answered with 401.

    One operation in ten may be unlucky: a key is not rotated once all keys are revoked.
    """

    def __init__(self) -> None:
        self._succeeded: set[str] = set()
        self._refused: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def after_response(self, _: CheckContext, response: Response, case: Case[Any]) -> None:
        if 200 <= response.status_code < 300:
            self._succeeded.add(case.operation.label)
        elif response.content:
            self._refused[case.operation.label][_rule(response.json())] += 1

    def after_run(self, _: CheckContext) -> None:
        never = {name: dict(rules) for name, rules in self._refused.items() if name not in self._succeeded}
        assert len(never) <= len(self._succeeded) / 10, f"never succeeded: {never}"


def _check_problem(problem: dict[str, Any], status: int) -> None:
    assert re.fullmatch(r"/problems/[A-Z][A-Za-z0-9]+", problem["type"]), problem
    assert problem["status"] == status, problem
    assert problem["title"], problem
    assert problem["detail"], problem
    assert not re.search(r"Traceback|File \"|\.py\b|0x[0-9a-f]{6}", json.dumps(problem)), problem
    errors = problem.get("errors")
    if errors is not None:
        steps = (
            step.replace("~1", "/").replace("~0", "~")
            for step in errors[0]["pointer"].removeprefix("/").split("/")
        )
        assert (problem.get("field") or "") == ".".join(steps), problem
    elif status not in _BLAMES_NOTHING:
        assert problem.get("field") is not None, problem


def _right(case: Case[Any], part: ParameterLocation) -> bool:
    """Whether this part of the request is meant to be as described."""
    meta = case.meta
    return meta is not None and (
        meta.generation.mode.is_positive or getattr(meta.phase.data, "parameter_location", None) != part
    )


def _give_records(case: Case[Any]) -> None:
    phase = None if case.meta is None else case.meta.phase.name
    if phase in (TestPhase.EXAMPLES, TestPhase.COVERAGE):
        for name, id_ in own_records(case.operation.label).items():
            case.path_parameters[name] = str(id_)
    # It takes the id of a status of leads for a lead's.
    if phase == TestPhase.STATEFUL and case.meta is not None and case.meta.generation.mode.is_positive:
        for parameters in (case.path_parameters, case.query):
            if parameters and "lead_id" in parameters and not _UUID.fullmatch(str(parameters["lead_id"])):
                parameters["lead_id"] = str(examples.LEAD_ID)


def _rounded(value: Any) -> Any:
    match value:
        case float():
            rounded = float(f"{value:.15g}")
            return rounded if isfinite(rounded) else value  # the largest of all would be rounded up to Infinity
        case list():
            return [_rounded(each) for each in value]
        case dict():
            return {name: _rounded(each) for name, each in value.items()}
        case _:
            return value


def _rule(problem: dict[str, Any]) -> str:
    return str(problem["type"]).rpartition("/")[2]


def _items(response: Response, case: Case[Any]) -> Iterator[dict[str, Any]]:
    if case.path.endswith(BATCH) and response.status_code == 207:
        yield from response.json()["items"]
