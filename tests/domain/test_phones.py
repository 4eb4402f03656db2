import pytest

from domain.phones import (
    PhoneNeedsCountry,
    UnknownCountry,
    as_stored,
    country_code,
    in_e164,
    in_profile,
    needs_country,
)
from domain.texts import NotAPhoneNumber


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+46 8 123 456", "+468123456"),
        (" +44 (0)20 7946-0958 ", "+442079460958"),
        ("+1 (212) 555-0100", "+12125550100"),
        ("+39 06 698 12345", "+390669812345"),
    ],
)
def test_a_number_with_its_country_is_kept_in_e164(written: str, kept: str) -> None:
    assert in_e164(written) == in_profile(written) == kept


@pytest.mark.parametrize("written", ["08 123 456", "(08) 123456", "0046 8 123456"])
def test_a_number_without_a_country_is_one_of_the_country_that_is_meant(written: str) -> None:
    assert in_e164(written, country="SE") == in_profile(written, country="SE") == "+468123456"


def test_a_number_with_its_country_is_of_no_other() -> None:
    assert in_e164("+49 30 12345", country="SE") == "+493012345"


def test_without_a_country_a_number_identifies_nobody_and_stays_as_written_in_a_profile() -> None:
    with pytest.raises(PhoneNeedsCountry) as refused:
        in_e164("08 123 456", field="value")

    assert refused.value.field == "value"
    assert in_profile(" 08 123 456 ") == "08 123 456"


# Too short for its country, too long, of no country, and four digits that can be dialled in a town only.
@pytest.mark.parametrize(
    "written", ["+46 8 1", "+46 8 123456789012", "+999 1234567", "+1 555 0100", "+0 8 123456"]
)
def test_a_number_that_cannot_be_is_refused(written: str) -> None:
    with pytest.raises(NotAPhoneNumber) as refused:
        in_profile(written)

    assert refused.value.field == "phone"


def test_a_number_that_cannot_be_in_the_country_that_is_meant_is_refused() -> None:
    with pytest.raises(NotAPhoneNumber):
        in_profile("0123 45", country="US")


def test_a_number_of_a_range_that_is_not_known_yet_is_taken() -> None:
    assert in_profile("+49 1999 1234567") == "+4919991234567"


def test_only_a_plus_sign_says_the_country() -> None:
    assert [needs_country(number) for number in ("+46 8 1", " +46", "0046", None)] == [False, False, True, False]


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("+468123456", "+468123456"),
        ("+46 8 123 456", "+468123456"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("08 123 456", None),
        ("+46 8 1", None),
    ],
)
def test_a_number_of_older_times_is_read_without_being_refused(stored: str, read: str | None) -> None:
    assert as_stored(stored) == read


def test_a_country_is_one_whose_numbers_are_known() -> None:
    assert country_code("SE", field="phone_region") == "SE"
    for unknown in ("se", "XX", "Sweden", ""):
        with pytest.raises(UnknownCountry):
            country_code(unknown, field="phone_region")
