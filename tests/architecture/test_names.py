from importlib.metadata import packages_distributions

import pytest

OURS = ["domain", "projections", "gateways", "api", "bootstrap", "settings"]


@pytest.mark.parametrize("name", OURS)
def test_no_other_distribution_provides_a_package_of_our_name(name: str) -> None:
    # Some of these names are taken on PyPI: of two packages with one name, one hides the other.
    others = set(packages_distributions().get(name, [])) - {"touchledger"}

    assert others == set()
