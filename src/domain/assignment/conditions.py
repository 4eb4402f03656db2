"""Conditions over the attributes of a lead and its customer: whether they hold, and whether they ever can."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import isfinite

from domain.assignment.refusals import MatchesNobody, UnknownLeadAttribute, UnknownOperator, ValueDoesNotFit
from domain.assignment.rules import CUSTOM, Condition, Value, When

Subject = Mapping[str, Value]
"""The attributes of a lead and its customer; what is not known is not there. Texts are compared without case."""

Test = Callable[[Value | None], bool]

TEXTS = ("channel", "campaign", "company", "interest", "email_domain")
OF_CUSTOMER = ("country", "region", "industry", "size")
PREFIXES = ("attributes.", CUSTOM)
"""Any attribute of the customer, and any custom field of the lead or else of its customer."""

LISTS = ("in", "not_in")
NUMBERS = ("greater", "less")
PARTS = ("contains", "starts_with")
PRESENCE = ("is_set", "is_not_set")
OPERATORS = ("equals", *LISTS, *PARTS, *NUMBERS, *PRESENCE)
_ASK_NOTHING_SET = ("is_not_set", "not_in")


def applies(when: When, subject: Subject) -> bool:
    return all(holds(each, subject) for each in when.all) and (
        not when.any or any(holds(each, subject) for each in when.any)
    )


def holds(condition: Condition, subject: Subject) -> bool:
    """An attribute that is not known fails every condition but `is_not_set` and `not_in`."""
    return holding(condition)(subject.get(condition.attribute))


def holding(condition: Condition) -> Test:
    """Whether it holds for a value of its attribute, None for one that is not known: prepared for many values."""
    wanted = condition.value
    match condition.operator:
        case "equals":
            return _same_as(wanted)
        case "in" | "not_in":
            listed = {_plain(each) for each in wanted} if isinstance(wanted, tuple) else set()
            among = condition.operator == "in"
            return lambda found: (_plain(found) in listed) == among
        case "contains" | "starts_with":
            return _with_part(condition.operator, wanted)
        case "greater":
            return lambda found: _is_number(found) and _is_number(wanted) and found > wanted  # type: ignore[operator]
        case "less":
            return lambda found: _is_number(found) and _is_number(wanted) and found < wanted  # type: ignore[operator]
        case "is_not_set":
            return lambda found: found is None
        case operator:
            return lambda found: operator == "is_set" and found is not None


def _same_as(wanted: Value | tuple[Value, ...] | None) -> Test:
    if isinstance(wanted, str):
        text = wanted.casefold()
        return lambda found: isinstance(found, str) and found.casefold() == text
    if isinstance(wanted, tuple) or wanted is None:
        return lambda _: False
    plain = _plain(wanted)
    return lambda found: _plain(found) == plain


def _with_part(operator: str, wanted: Value | tuple[Value, ...] | None) -> Test:
    if not isinstance(wanted, str):
        return lambda _: False
    part = wanted.casefold()
    if operator == "contains":
        return lambda found: isinstance(found, str) and part in found.casefold()
    return lambda found: isinstance(found, str) and found.casefold().startswith(part)


def check(when: When, *, field: str, within: When | None = None) -> None:
    """Refuse conditions that no lead can ever meet, those of `within` too, where they stand inside of others.

    Raises:
        UnknownLeadAttribute, UnknownOperator, ValueDoesNotFit, MatchesNobody: naming the condition.
    """
    for name, some in (("all", when.all), ("any", when.any)):
        for place, condition in enumerate(some):
            _check_one(condition, f"{field}.{name}.{place}")
    outer = (*(within.all if within else ()), *when.all)
    _check_together(outer, f"{field}.all")
    for place, condition in enumerate(when.any):
        _check_together((*outer, condition), f"{field}.any.{place}")


def _check_one(condition: Condition, field: str) -> None:
    attribute = condition.attribute
    if attribute not in (*TEXTS, *OF_CUSTOMER) and not _is_prefixed(attribute):
        known = ", ".join((*TEXTS, *OF_CUSTOMER, *(f"{prefix}<name>" for prefix in PREFIXES)))
        raise UnknownLeadAttribute(
            f"there is no attribute {attribute!r} (there is {known})", field=f"{field}.attribute"
        )
    check_comparison(condition, field)


def check_comparison(condition: Condition, field: str) -> None:
    """Refuse a condition that compares with nothing that it could, whatever attribute it asks for.

    Raises:
        UnknownOperator, ValueDoesNotFit: naming the part of the condition.
    """
    operator, value = condition.operator, condition.value
    if operator not in OPERATORS:
        raise UnknownOperator(
            f"there is no operator {operator!r} (there is {', '.join(OPERATORS)})", field=f"{field}.operator"
        )
    if operator in PRESENCE:
        fits = value is None
    elif operator in LISTS:
        fits = isinstance(value, tuple) and len(value) > 0
    elif operator in NUMBERS:
        fits = _is_number(value)
    elif operator in PARTS:
        fits = isinstance(value, str) and value != ""
    else:
        fits = value is not None and not isinstance(value, tuple)
    if not fits or not all(isfinite(each) for each in _values([condition]) if isinstance(each, float)):
        raise ValueDoesNotFit(f"{operator} does not compare with {_told(value)}", field=f"{field}.value")


def _is_prefixed(attribute: str) -> bool:
    return any(attribute.startswith(prefix) and len(attribute) > len(prefix) for prefix in PREFIXES)


def _check_together(conditions: Sequence[Condition], field: str) -> None:
    for attribute in dict.fromkeys(each.attribute for each in conditions):
        some = [each for each in conditions if each.attribute == attribute]
        if not _possible(attribute, some):
            said = " and ".join(f"{each.operator} {_told(each.value)}".strip() for each in some)
            raise MatchesNobody(f"no lead has a {attribute} that {said}", field=field)


def _possible(attribute: str, conditions: Sequence[Condition]) -> bool:
    """Whether some value, or none at all, meets all the conditions on one attribute."""
    # Every lead has a channel.
    if attribute != "channel" and all(each.operator in _ASK_NOTHING_SET for each in conditions):
        return True
    if any(each.operator == "is_not_set" for each in conditions):
        return False
    named = [each for each in conditions if each.operator in ("equals", "in")]
    if named:
        return any(_meets_all(value, attribute, conditions) for value in _values(named))
    return _possible_unnamed(attribute, conditions)


def _possible_unnamed(attribute: str, conditions: Sequence[Condition]) -> bool:
    above = [_number(each) for each in conditions if each.operator == "greater"]
    below = [_number(each) for each in conditions if each.operator == "less"]
    starts = [str(each.value).casefold() for each in conditions if each.operator == "starts_with"]
    texts = attribute in TEXTS or any(each.operator in PARTS for each in conditions)
    if texts and (above or below):
        return False
    longest = max(starts, key=len, default="")
    return all(longest.startswith(each) for each in starts) and not (above and below and max(above) >= min(below))


def _meets_all(value: Value, attribute: str, conditions: Iterable[Condition]) -> bool:
    if attribute in TEXTS and not isinstance(value, str):
        return False
    return all(holding(each)(value) for each in conditions)


def _values(named: Iterable[Condition]) -> list[Value]:
    found: list[Value] = []
    for each in named:
        if isinstance(each.value, tuple):
            found += each.value
        elif each.value is not None:
            found.append(each.value)
    return found


def _number(condition: Condition) -> float:
    assert _is_number(condition.value), "checked before"
    return condition.value  # type: ignore[return-value]


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _plain(value: Value | None) -> tuple[bool, Value | None]:
    # 1 and True are equal in Python, and two values in JSON.
    return isinstance(value, bool), value.casefold() if isinstance(value, str) else value


def _told(value: Value | tuple[Value, ...] | None) -> str:
    if isinstance(value, tuple):
        return ", ".join(repr(each) for each in value) or "nothing"
    return "" if value is None else repr(value)
