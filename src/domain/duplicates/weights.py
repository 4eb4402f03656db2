"""What each degree of agreement is worth, after Fellegi and Sunter (1969).

A degree has two chances: `m`, that two records of one and the same show it, and `u`, that two records of
different ones do. Its weight is log2(m/u), in bits; those of all fields are added (fields are taken as
independent, which is why all parts of an address are one field), and to them the odds before anything is compared.

The chances are general knowledge about names, addresses and data entry, and were not fitted to any data: one
person in a hundred has the surname of another (across countries and within a block), days of birth spread over
some 25,000 days of which some 25 are one slip away, one mailbox belongs to one person, a phone is shared by a
household, people move and change jobs.
"""

from math import log2
from typing import Literal

import msgspec

Degree = Literal["same", "close", "initial", "part", "different"]

PRIOR_BITS = -14.0
"""One pair in some 16,000 that are compared at all is one and the same."""

SWAPPED_BITS = -2.0
"""Given name and surname changed places in one record of four, among those that agree only that way."""


class Chances(msgspec.Struct, frozen=True):
    m: float
    u: float

    @property
    def bits(self) -> float:
        return log2(self.m / self.u)


WEIGHTS: dict[str, dict[Degree, Chances]] = {
    "surname": {
        "same": Chances(0.85, 0.01),
        "close": Chances(0.10, 0.01),
        "different": Chances(0.05, 0.98),
    },
    "given_name": {
        "same": Chances(0.78, 0.02),
        "close": Chances(0.10, 0.01),
        "initial": Chances(0.04, 0.04),
        "different": Chances(0.08, 0.93),
    },
    "organisation": {
        "same": Chances(0.80, 0.0002),
        "close": Chances(0.12, 0.001),
        "part": Chances(0.04, 0.004),
        "different": Chances(0.04, 0.99),
    },
    "company": {
        "same": Chances(0.60, 0.005),
        "close": Chances(0.15, 0.005),
        "different": Chances(0.25, 0.99),
    },
    "email": {
        "same": Chances(0.65, 0.000001),
        "close": Chances(0.10, 0.0005),
        "different": Chances(0.25, 0.9995),
    },
    "phone": {
        "same": Chances(0.65, 0.0001),
        "close": Chances(0.05, 0.003),
        "different": Chances(0.30, 0.997),
    },
    "date_of_birth": {
        "same": Chances(0.88, 0.00004),
        "close": Chances(0.06, 0.001),
        "different": Chances(0.06, 0.999),
    },
    "address": {
        "same": Chances(0.50, 0.0005),
        "close": Chances(0.25, 0.002),
        "part": Chances(0.10, 0.02),
        "different": Chances(0.15, 0.977),
    },
    "postcode": {
        "same": Chances(0.80, 0.005),
        "close": Chances(0.05, 0.02),
        "different": Chances(0.15, 0.975),
    },
    "city": {
        "same": Chances(0.80, 0.03),
        "close": Chances(0.05, 0.01),
        "different": Chances(0.15, 0.96),
    },
    "other_id": {
        "same": Chances(0.90, 0.000001),
        "different": Chances(0.10, 0.999999),
    },
}
"""By field and degree; of `address`, `postcode` and `city` the first that both records have counts."""


def bits(field: str, degree: Degree) -> float:
    return WEIGHTS[field][degree].bits
