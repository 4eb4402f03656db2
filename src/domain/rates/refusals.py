"""What is refused of currency rates."""

from domain.refusals import Conflict, Invalid, NotFound


class NoHomeCurrency(Conflict):
    """Rates are of a home currency, which is set before them."""


class HomeCurrencyIsSo(Conflict):
    """The home currency is set to another one than it is."""


class RateOfHomeCurrency(Conflict):
    """The home currency has no rate: one unit of it is one unit."""


class RateOutOfRange(Invalid):
    """A rate is a finite number above 0 and below 10^10."""


class RateTooPrecise(Invalid):
    """A rate has at most 10 decimal digits."""


class RateInTheFuture(Invalid):
    """A spot rate is of a day up to tomorrow, which it is elsewhere already; plans are rate sets of their own."""


class RateToldTwice(Conflict):
    """A rate of one currency, day and rate set is told once in a request."""


class RatesAlreadySo(Conflict):
    """What is told of rates says something new."""


class NotARateSet(Invalid):
    """The name of a rate set has 1 to 40 small letters, digits and hyphens, and begins with a letter."""


class NoRateForCurrency(NotFound):
    """An amount is converted by a rate that was told of the day, or of a day before."""
