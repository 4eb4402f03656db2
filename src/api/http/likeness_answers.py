"""How customers that are alike are told of."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StrictBool

from api.http.fields import ReceiptAnswer
from domain.duplicates import Likeness


class LikenessAnswer(BaseModel):
    """A customer that is likely the same; without a score where only identifiers were compared."""

    customer_id: UUID
    score: float | None = None
    same: list[str] = Field(default=[], description="the identifiers that both have exactly alike")

    @classmethod
    def of(cls, likeness: Likeness) -> "LikenessAnswer":
        return cls(customer_id=likeness.customer_id, score=likeness.score, same=list(likeness.same))


class RegisteredAnswer(ReceiptAnswer):
    """Where the rules about duplicates ask for it, with whom the newcomer is likely one."""

    duplicates: list[LikenessAnswer] | None = None
    duplicates_out_of_sight: int | None = Field(default=None, description="how many more, that you may not see")


AcceptDuplicates = Annotated[
    StrictBool, Field(description="register all the same who would be refused as a duplicate; it is recorded")
]


def in_sight(found: Sequence[Likeness]) -> tuple[list[LikenessAnswer], int]:
    """Those that the caller may see, and how many more there are."""
    seen = [LikenessAnswer.of(each) for each in found if each.in_sight]
    return seen, len(found) - len(seen)
