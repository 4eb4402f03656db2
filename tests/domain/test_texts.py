import pytest

from domain.texts import BlankText, NotAnEmailAddress, NotAPhoneNumber, email_address, filled, phone_number


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u00a0\u2003"])
def test_a_text_of_white_space_is_blank(text: str) -> None:
    with pytest.raises(BlankText) as refused:
        filled(text, field="name")

    assert refused.value.field == "name"


def test_a_filled_text_loses_the_white_space_around_it() -> None:
    assert filled("  Ada  Nilsson\n", field="name") == "Ada  Nilsson"


def test_an_email_address_is_kept_in_lower_case() -> None:
    assert email_address(" Ada.Nilsson+CRM@Example.COM ") == "ada.nilsson+crm@example.com"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "ada@example.c",
        "ada@ex ample.com",
        "ada@b.de, ben@b.de",
        "Ada <ada@example.com>",
        "a@b@example.com",
        "x" * 65 + "@example.com",
        "ada@" + "x" * 250 + ".com",
        "ada@example.com\nbcc:all@example.com",
    ],
)
def test_what_has_not_the_form_of_an_address_is_refused(text: str) -> None:
    with pytest.raises(NotAnEmailAddress) as refused:
        email_address(text)

    assert refused.value.field == "email"


@pytest.mark.parametrize("text", ["+46 8 123 456", "0301234/56", "1234", "112.358"])
def test_a_phone_number_is_kept_as_written(text: str) -> None:
    assert phone_number(f" {text} ") == text


def test_an_area_code_in_brackets_may_come_first() -> None:
    assert phone_number("(030) 1234-5") == "(030) 1234-5"


@pytest.mark.parametrize("text", ["", "123", "+", "call me", "12345x", "1" * 33, "++4612345"])
def test_what_is_no_phone_number_is_refused(text: str) -> None:
    with pytest.raises(NotAPhoneNumber) as refused:
        phone_number(text)

    assert refused.value.field == "phone"
