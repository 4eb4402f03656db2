"""Counting what happened: when, how often at the most, and for how long each time counts."""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from math import fsum

import msgspec

from domain.scoring.rules import EngagementRule

Micros = int
"""Microseconds since the beginning of 1970 in UTC: whole numbers, so that no order of adding them matters."""

LOOK_BACK = timedelta(days=30)
"""Scores are told exactly for every moment from so long before the customer's newest event on."""

HALF_LIVES = 50
_TAIL = 32
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
DAY: Micros = timedelta(days=1) // _MICROSECOND
LOOK_BACK_MICROS: Micros = LOOK_BACK // _MICROSECOND


def micros(moment: datetime) -> Micros:
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(at: Micros) -> datetime:
    return _EPOCH + at * _MICROSECOND


class Pace(msgspec.Struct, frozen=True):
    """How a rule counts. An occurrence counts while less than `window` has passed; None for ever."""

    once: bool
    per_day: int | None
    window: Micros | None
    half_life: float | None

    @classmethod
    def of(cls, rule: EngagementRule) -> "Pace":
        half_life = None if rule.half_life_days is None else rule.half_life_days * DAY
        ends = [] if rule.window_days is None else [round(rule.window_days * DAY)]
        if half_life is not None:
            ends.append(round(HALF_LIVES * half_life))
        return cls(not rule.repeatable, rule.max_per_day, min(ends, default=None), half_life)


class Counted(msgspec.Struct, frozen=True, array_like=True):
    """The occurrences that count, or can again when earlier ones come late: in order of time, each with its
    position. The last ones are in `tail`, so that one more does not copy all of them.

    What is kept depends on what happened, not on the order in which it was told: those above a day's cap are
    gone, and those whose window ended before the look back of the customer's newest event, by whole days (UTC).
    """

    moments: tuple[Micros, ...] = ()
    positions: tuple[int, ...] = ()
    tail: tuple[tuple[Micros, int], ...] = ()

    @property
    def newest(self) -> Micros | None:
        """When the last of them happened."""
        return self.tail[-1][0] if self.tail else self.moments[-1] if self.moments else None

    @property
    def oldest(self) -> Micros | None:
        """When the first of them happened."""
        return self.moments[0] if self.moments else self.tail[0][0] if self.tail else None

    @property
    def whole(self) -> "Counted":
        """The same without a tail."""
        if not self.tail:
            return self
        moments, positions = zip(*self.tail, strict=True)
        return Counted(self.moments + moments, self.positions + positions)

    def after(self, pace: Pace, moment: Micros, position: int) -> "Counted":
        """With one more occurrence; facts come in order of position, and late ones go where they belong."""
        newest = self.newest
        if pace.once:
            return self if newest is not None and newest <= moment else Counted((moment,), (position,))
        if newest is not None and moment < newest:
            return self.whole._with_late(pace, moment, position)
        if pace.per_day is not None and self._is_full(pace.per_day, moment - moment % DAY):
            return self
        more = Counted(self.moments, self.positions, (*self.tail, (moment, position)))
        return more if len(more.tail) < _TAIL else more.whole

    def lasting(self, pace: Pace, newest: Micros) -> "Counted":
        """Without what cannot count any more, since that event."""
        if pace.once or pace.window is None:
            return self
        bound = newest - pace.window - LOOK_BACK_MICROS
        bound -= bound % DAY
        if self.oldest is None or self.oldest >= bound:
            return self
        whole = self.whole
        gone = bisect_left(whole.moments, bound)
        return Counted(whole.moments[gone:], whole.positions[gone:])

    def _is_full(self, per_day: int, begins: Micros) -> bool:
        """Whether the last day, which begins then, has all that may count."""
        if per_day <= len(self.tail):
            return self.tail[-per_day][0] >= begins
        place = len(self.moments) + len(self.tail) - per_day
        return place >= 0 and self.moments[place] >= begins

    def _with_late(self, pace: Pace, moment: Micros, position: int) -> "Counted":
        moments, positions = self.moments, self.positions
        if pace.per_day is not None:
            begins = moment - moment % DAY
            first, end = bisect_left(moments, begins), bisect_left(moments, begins + DAY)
            if end - first >= pace.per_day:
                if moments[end - 1] <= moment:
                    return self
                moments, positions = _without(moments, end - 1), _without(positions, end - 1)
        place = bisect_right(moments, moment)
        return Counted(_with(moments, place, moment), _with(positions, place, position))

    def at(self, pace: Pace, at: Micros) -> "Counted":
        """Those that count at a moment; without a tail."""
        whole = self.whole
        end = bisect_right(whole.moments, at)
        begin = 0 if pace.window is None else bisect_right(whole.moments, at - pace.window)
        return Counted(whole.moments[begin:end], whole.positions[begin:end])

    def worth(self, pace: Pace, at: Micros) -> float:
        """What those that count (`at`) weigh then: 2^(-(t - tᵢ)/h) each, 1 where nothing fades. In whatever order
        they were told, to the last bit."""
        if pace.half_life is None:
            return float(len(self.moments))
        return fsum(2.0 ** ((moment - at) / pace.half_life) for moment in self.moments)


def _with(some: tuple[int, ...], place: int, one: int) -> tuple[int, ...]:
    return (*some[:place], one, *some[place:])


def _without(some: tuple[int, ...], place: int) -> tuple[int, ...]:
    return some[:place] + some[place + 1 :]
