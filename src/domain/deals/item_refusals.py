"""What a deal refuses of its line items."""

from domain.refusals import Conflict, Invalid, NotFound


class LineItemNotFound(NotFound):
    """A line item is added before it is changed or removed."""


class LineItemExists(Conflict):
    """A line item is added once."""


class TooManyLineItems(Conflict):
    """A deal has at most 500 line items."""


class QuantityOutOfRange(Invalid):
    """A line item is for more than nothing and less than 10^9, with at most 6 decimal digits."""


class PercentOutOfRange(Invalid):
    """A percentage lies between 0 and 100, with at most 4 decimal digits."""


class DiscountGivenTwice(Conflict):
    """A discount is a percentage or an amount, not both."""


class DiscountAbovePrice(Conflict):
    """A discount is not above the price that it is taken off."""


class TermDoesNotFit(Conflict):
    """What recurs has a term of 1 to 1,200 intervals; what is paid once has none."""


class LineItemsTooLarge(Conflict):
    """A line item, and all of a deal together, come to less than 10^15."""


class AmountFollowsLineItems(Conflict):
    """The amount of a deal by line items is changed by changing them."""


class AmountNeedsLineItems(Conflict):
    """An amount by line items is that of one at least."""
