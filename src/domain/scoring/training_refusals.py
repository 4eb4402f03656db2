"""What is refused when a predictive model is trained."""

from domain.refusals import Conflict, Invalid


class TooFewRows(Conflict):
    """A model is learnt from enough rows: 1,000, unless the specification says otherwise."""


class TooFewOutcomes(Conflict):
    """A model is learnt from enough rows with the outcome, and without: 120 of each, where not said otherwise."""


class TooManyRows(Conflict):
    """A model is learnt from as much as fits into memory: 5 million values of features, 50 million numbers."""


class NotOfLeads(Invalid):
    """Of leads it is predicted, from what happens to one on, what happens to it, or to the deal that it became."""


class OneOutcomeOnly(Conflict):
    """Among the rows that test a model, some had the outcome and some had not."""


class FeatureFromTheFuture(Invalid):
    """A feature is known at the moment that is predicted from: it had happened and was recorded by then."""


class FeatureIsTheOutcome(Invalid):
    """A feature does not look at the outcome's own events, unless the outcome may come again."""


class FeatureNeverKnown(Invalid):
    """A feature is known of some row at least."""


class FeatureTooGood(Invalid):
    """A feature that separates suspiciously well is trusted only with a reason."""


class FeatureIsPersonal(Invalid):
    """A feature is no personal text: its values would be written into the model."""


class FeatureWithoutMeasure(Invalid):
    """A feature is measured as its kind is: an event by its count, its recency or the value of a field."""


class TrainingOutOfRange(Invalid):
    """What is said of a training lies in its range: shares, floors, strength, `least_seen`, seconds to record."""


class ModelNotTrained(Invalid):
    """A predictive model is defined with what was learnt, for the features that it has."""
