"""What pipelines refuse: of who names one, and of who defines one."""

from domain.refusals import Conflict, Invalid, NotFound


class UnknownPipeline(Invalid):
    """A deal lies on a pipeline that exists."""


class UnknownStage(Invalid):
    """A stage belongs to the deal's pipeline."""


class PipelineNotFound(NotFound):
    """A pipeline is defined before it is asked for, in the version that is asked for."""


class PipelineIsRetired(Conflict):
    """No deal comes onto a pipeline that was retired; those that lie there go on."""


class PipelineNotNamed(Conflict):
    """A new deal names its pipeline where the standard one was retired and several are left."""


class StageIsRetired(Conflict):
    """No deal enters a stage that was retired; those that lie there go on."""


class MalformedId(Invalid):
    """The id of a pipeline or a stage has 1 to 50 small letters, digits, - and _, a letter or digit first."""


class NamedTwice(Invalid):
    """Each stage, exit criterion, required field and loss reason is named once."""


class NoOpenStage(Invalid):
    """A pipeline has an open stage that deals can enter."""


class NotOneWonStage(Invalid):
    """A pipeline has exactly one won stage that deals can enter."""


class NoLostStage(Invalid):
    """A pipeline has a lost stage that deals can enter."""


class ProbabilityOutOfRange(Invalid):
    """A probability is a whole percentage, from 0 to 100."""


class ProbabilityOfClosing(Invalid):
    """The probability of a won stage is 100, that of a lost one 0."""


class CategoryOfClosing(Invalid):
    """A won stage is forecast as closed, a lost one as omitted; no open stage is forecast as closed."""


class DaysBelowOne(Invalid):
    """A stage gives a deal one day or more."""


class UnknownRequiredField(Invalid):
    """What a stage requires is a field that deals have."""


class ClosingStageIsNotLeft(Invalid):
    """Only an open stage says how long a deal may lie there, and what it needs to leave."""


class StageDropped(Conflict):
    """A stage that was defined once stays in the definition, since deals may lie there; it may be retired."""


class StageKindChanged(Conflict):
    """A stage stays open, won or lost, as it was first defined: deals may lie there."""


class PipelineAlreadySo(Conflict):
    """A definition says something new."""


class LastPipeline(Conflict):
    """One pipeline or more is there for new deals."""
