"""Values of custom fields in requests and answers."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainValidator, StringConstraints, ValidationError

from api.http.amounts import AmountAnswer, AmountBody
from api.http.fields import LARGEST_NUMBER, characters
from api.http.stated import CHARACTERS, refused, states
from domain.custom_fields import LONGEST_TEXT, MOST_FIELDS, Value, Values
from domain.money import Money
from domain.refusals import Refusal

_NUMBER = {"minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}


def _value(given: Any) -> Value | None:
    match given:
        case str() if len(given) > LONGEST_TEXT:
            raise ValueError(f"a text has at most {LONGEST_TEXT} characters")
        case str():
            return characters(given)
        case int() | float() if abs(given) <= LARGEST_NUMBER:
            return given
        case int() | float():
            raise ValueError(f"a number lies between -{LARGEST_NUMBER} and {LARGEST_NUMBER}")
        case dict():
            return _money(given)
        case None:
            return None
        case _:
            raise ValueError("a value is a text, a number, true, false, an amount with its currency, or null")


def _money(given: dict[str, Any]) -> Value:
    try:
        return AmountBody.model_validate(given).checked("the value")
    except ValidationError as error:
        first = error.errors()[0]
        named = ".".join(str(step) for step in first["loc"])
        raise ValueError(f"{named}: {first['msg'].removeprefix('Value error, ')}") from None
    except Refusal as refusal:
        raise refused(refusal) from None


_Given = (
    Annotated[str, StringConstraints(max_length=LONGEST_TEXT), states(pattern=CHARACTERS)]
    | Annotated[int, states(**_NUMBER)]
    | Annotated[float, states(**_NUMBER)]
    | bool
    | AmountBody
    | None
)
# Not `pattern`: of names, pydantic would make patterns of properties, and any other name would be right.
_FieldName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=60),
    AfterValidator(characters),
    states(allOf=[{"pattern": CHARACTERS}]),
]
CustomFieldsBody = Annotated[
    dict[_FieldName, Annotated[Any, PlainValidator(_value, json_schema_input_type=_Given)]],
    Field(
        max_length=MOST_FIELDS,
        description="values of the custom fields that are defined for the record (`GET /v1/custom-fields`): a day "
        "is written as YYYY-MM-DD, an option by its id, a record by its id; null empties a field",
    ),
]

CustomFieldsAnswer = dict[str, str | int | float | bool | AmountAnswer]


def custom_fields_answer(values: Values) -> CustomFieldsAnswer:
    return {
        name: AmountAnswer(amount=value.amount, currency=value.currency) if isinstance(value, Money) else value
        for name, value in values.items()
    }
