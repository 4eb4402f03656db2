import secrets
from random import Random

import pytest

from domain.access.keys import ALPHABET, ApiKey, compose, digest, draw, matches, parse
from domain.access.refusals import MalformedKey

KEY = draw(Random(1).choice)  # noqa: S311 - the same for each run; it opens nothing
TEXT = compose(KEY.id, KEY.secret)


def test_a_key_is_read_as_it_was_composed() -> None:
    assert parse(TEXT) == KEY


def test_keys_are_long_and_each_is_another() -> None:
    drawn = {draw(secrets.choice).secret for _ in range(1000)}

    assert len(drawn) == 1000
    assert all(len(secret) == 32 for secret in drawn)


@pytest.mark.parametrize("place", range(len("crm_"), len(TEXT)))
def test_one_mistyped_character_anywhere_is_noticed(place: int) -> None:
    others = [char for char in (*ALPHABET, "_") if char != TEXT[place]]

    for other in others:
        with pytest.raises(MalformedKey):
            parse(TEXT[:place] + other + TEXT[place + 1 :])


def test_a_mistyped_key_is_told_from_what_is_none() -> None:
    with pytest.raises(MalformedKey, match="checksum"):
        parse(TEXT[:-1] + ("a" if TEXT[-1] != "a" else "b"))
    with pytest.raises(MalformedKey, match="no API key"):
        parse("crm_")


@pytest.mark.parametrize(
    "text", ["", "crm_", TEXT[:-1], TEXT + "a", f" {TEXT}", f"{TEXT}\n", TEXT.upper(), "crm_é" * 9]
)
def test_what_has_another_form_is_no_key(text: str) -> None:
    with pytest.raises(MalformedKey):
        parse(text)


def test_what_is_said_of_a_bad_key_does_not_repeat_it() -> None:
    with pytest.raises(MalformedKey) as refused:
        parse(TEXT[:-1] + "_")

    assert KEY.secret not in refused.value.message


def test_a_secret_is_known_by_its_digest_alone() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert matches(KEY.secret, digest(KEY.secret))
    assert not matches(KEY.secret, digest("abc"))


def test_a_key_does_not_show_its_secret_by_accident() -> None:
    assert KEY.secret not in f"{KEY} {KEY!r} {[KEY]}"
    assert repr(ApiKey("an-id", "hush")) == "ApiKey(id='an-id')"
