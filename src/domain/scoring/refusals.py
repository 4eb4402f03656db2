"""What is refused of scoring models."""

from domain.refusals import Conflict, Invalid, NotFound


class MalformedScoringModel(Invalid):
    """A model has the keys that models have, each with a value of its type."""


class NotAModelId(Invalid):
    """A model's id is a short name in small letters, and none that tables of another model's scores may have."""


class PartOutOfKind(Invalid):
    """A model has the parts that its kind goes by, and no others."""


class DuplicateScoringRule(Invalid):
    """Each rule of a model has a name of its own."""


class UnknownScoringAttribute(Invalid):
    """A fit rule asks for an attribute that customers or their leads have."""


class UnknownScoredEvent(Invalid):
    """A model counts events that belong to the stories of customers."""


class UnknownEventField(Invalid):
    """A condition on an event asks for a field that events of that type have."""


class PointsOutOfRange(Invalid):
    """Points are a number other than 0, of at most a million either way."""


class PaceOutOfRange(Invalid):
    """Caps are of 1 or more a day; windows, half-lives and spans last longer than nothing, 100 years at most."""


class WeightOutOfRange(Invalid):
    """The weights of fit and engagement are numbers from 0 to 1,000; a start of health lies between 0 and 100."""


class BandsOutOfOrder(Invalid):
    """Bands have labels of their own, and begin at different scores, which are numbers."""


class EffectiveWithoutZone(Invalid):
    """The moment from which on a model may be live has a time zone."""


class ModelKindChanged(Conflict):
    """All versions of a model are of one kind."""


class TooManyModelVersions(Conflict):
    """A model has 999 versions at the most."""


class ScoringModelNotFound(NotFound):
    """A model, and each of its versions, is defined before it is asked for."""


class ScoringModelNotLive(NotFound):
    """A model gives scores while it is live: promoted, and not retired since."""


class NotYetEffective(Conflict):
    """A version goes live not before the moment that it names."""


class EffectiveInThePast(Invalid):
    """A version is promoted for now, or for a moment that lies ahead: the past keeps the version that it had."""


class VersionAlreadyLive(Conflict):
    """A version that is live, or comes at that very moment, is not promoted once more."""


class ReplayTooLong(Invalid):
    """What happened is looked at for longer than nothing behind the day of a replay, for ten years at the most."""
