"""Recency, frequency and age of a customer's purchases, as customer lifetime models take them.

As in Fader, Hardie and Lee, "Counting Your Customers the Easy Way" (2005): x is the number of repeat purchases
(days with a purchase, less the first), t_x the time from the first to the last purchase, T the time from the first
purchase to the moment of the question; in weeks.
"""

from dataclasses import dataclass
from datetime import datetime

from projections.customer_360.state import Orders

_DAYS_A_WEEK = 7


@dataclass(frozen=True)
class Purchases:
    x: int
    t_x: float
    T: float


def purchases(orders: Orders, moment: datetime) -> Purchases | None:
    """As of a moment (a day in UTC); None for a customer who has not ordered."""
    if not orders.days:
        return None
    first, last = orders.days[0], orders.days[-1]
    return Purchases(
        x=len(orders.days) - 1,
        t_x=(last - first) / _DAYS_A_WEEK,
        T=(moment.toordinal() - first) / _DAYS_A_WEEK,
    )
