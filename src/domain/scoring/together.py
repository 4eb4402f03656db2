"""What a model knows of several customers who are one: as if all that happened had happened to one."""

from collections.abc import Collection, Iterable
from itertools import chain

from domain.customers import Customer
from domain.scoring.attributes import attributes_of
from domain.scoring.counting import Counted, Pace
from domain.scoring.known import Known, LatestLead
from domain.scoring.looked_at import Values
from domain.scoring.scoring import Scoring


def together(scoring: Scoring, members: Collection[Known], profile: Customer) -> Known | None:
    """The same in whatever order they come; the attributes are those of the profile that they have in common. None
    where nothing is known of any.

    Each member keeps all that can count of its own (`Counted`), so all that can count of what happened to any is
    there: caps a day and what counts once hold for all of it.
    """
    if not members:
        return None
    newest = max(each.newest for each in members)
    counted = (
        _counted(pace, of_rule).lasting(pace, newest)
        for pace, of_rule in zip(scoring.paces, zip(*(each.counted for each in members), strict=True), strict=True)
    )
    told = attributes_of(profile).items()
    attributes = {name: value for name, value in told if name in scoring.asked and value is not None}
    return Known(newest, tuple(counted), attributes, _latest_lead(members), _values(members))


def _counted(pace: Pace, each: Iterable[Counted]) -> Counted:
    counted = Counted()
    for moment, position in sorted(
        chain.from_iterable(zip(of.moments, of.positions, strict=True) for of in (one.whole for one in each))
    ):
        counted = counted.after(pace, moment, position)
    return counted


def _latest_lead(members: Collection[Known]) -> LatestLead | None:
    leads = [each.lead for each in members if each.lead is not None]
    return max(leads, key=lambda lead: (lead.captured_at, lead.position), default=None)


def _values(members: Collection[Known]) -> Values:
    """Of each feature the latest; of two at the same moment, what was recorded last."""
    told = chain.from_iterable(each.values.items() for each in members)
    return dict(sorted(told, key=lambda pair: (pair[1].moment, pair[1].position)))
