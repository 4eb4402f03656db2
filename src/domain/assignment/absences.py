"""Who is not there, and when."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from domain.assignment.refusals import AbsenceEndsBeforeItBegins, AbsenceIsOver, NoAbsence


class Absence(msgspec.Struct, frozen=True, omit_defaults=True):
    """From its first moment up to its last, which is not part of it; both aware, UTC."""

    principal: str
    begins_at: datetime
    ends_at: datetime
    because: str | None = None


def absence_of(absences: Sequence[Absence], principal: str, now: datetime) -> Absence | None:
    """The absence that keeps the principal away now; the one that lasts longest, where several do."""
    lasting = [each for each in absences if each.principal == principal and each.begins_at <= now < each.ends_at]
    return max(lasting, key=lambda each: each.ends_at, default=None)


def check_absence(absence: Absence, now: datetime) -> None:
    if absence.ends_at <= absence.begins_at:
        raise AbsenceEndsBeforeItBegins(
            f"{absence.ends_at.isoformat()} is not after {absence.begins_at.isoformat()}", field="ends_at"
        )
    if absence.ends_at <= now:
        raise AbsenceIsOver(f"it ended at {absence.ends_at.isoformat()}", field="ends_at")


def check_has_absences(absences: Sequence[Absence], principal: str, now: datetime) -> None:
    if not any(each.principal == principal and each.ends_at > now for each in absences):
        raise NoAbsence(f"no absence of {principal!r} lasts or lies ahead", field="principal")
