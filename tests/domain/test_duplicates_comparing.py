"""Cards, blocks and scores: what brings two records together, and what tells them apart."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.customers import CustomerRegistered
from domain.duplicates import LIKELY, Profile, Score, Sources, blocks, card_of, profile_of, score
from domain.duplicates.names import PersonName, organisation_name, person_name
from domain.duplicates.spelling import plain, sound
from domain.duplicates.weights import WEIGHTS

SOURCES: Sources = {
    "date_of_birth": ("attributes.born",),
    "street": ("attributes.street",),
    "house_number": ("attributes.number",),
    "city": ("attributes.city",),
    "postcode": ("attributes.postcode",),
    "company": ("attributes.company",),
    "other_id": ("attributes.passport",),
}
PATHS = {path for paths in SOURCES.values() for path in paths}


def someone(name: str | None = "Ada Nilsson", **more: Any) -> Profile:
    email, phone = more.pop("email", None), more.pop("phone", None)
    return profile_of(CustomerRegistered(kind="person", name=name, email=email, phone=phone, attributes=more))


def firm(name: str, email: str | None = None) -> Profile:
    return Profile(kind="organisation", name=name, email=email)


def scored(a: Profile, b: Profile) -> Score:
    return score(card_of(a, SOURCES), card_of(b, SOURCES))


def degrees(a: Profile, b: Profile) -> dict[str, str]:
    return {each.field: each.degree for each in scored(a, b).contributions}


@pytest.mark.parametrize(
    ("written", "spelt"),
    [("  Åsa  ØSTBY ", "asa ostby"), ("O'Neill-Smith", "oneill smith"), ("Weiß", "weiss"), ("李 小龍", "李 小龍")],
)
def test_accents_capitals_and_signs_make_no_other_text(written: str, spelt: str) -> None:
    assert plain(written) == spelt


@pytest.mark.parametrize(
    ("name", "code"),
    [("Robert", "R163"), ("Rupert", "R163"), ("Ashcraft", "A261"), ("Tymczak", "T522"), ("Pfister", "P236"),
     ("Honeyman", "H555"), ("Lee", "L000"), ("李小龍", "李小龍"), ("", "")],
)  # fmt: skip
def test_names_that_sound_alike_have_one_code(name: str, code: str) -> None:
    # The examples of the National Archives (Soundex Indexing System).
    assert sound(name) == code


@pytest.mark.parametrize(
    "name", ["Dr. Ada Maria van der Berg", "van der Berg, Ada Maria", "ada maria VAN DER BERG"]
)
def test_a_name_is_taken_apart_however_it_is_written(name: str) -> None:
    assert person_name(name) == PersonName("ada maria", "van der berg")


def test_a_single_word_is_a_surname() -> None:
    assert person_name("Nilsson") == PersonName("", "nilsson")


def test_an_organisation_is_known_without_its_legal_form() -> None:
    assert organisation_name("Lind & Co. AB") == organisation_name("LIND") == "lind"
    assert organisation_name("The Company Ltd") == "the company ltd", "a name of nothing else stays"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (someone(email="Ada.Nilsson@gmail.com"), someone("A. N.", email="adanilsson+fair@googlemail.com")),
        (someone(phone="+46 8 123 456 7"), someone("Nobody Else", phone="08-1234567")),
        (someone("Ada Nilsson"), someone("Nilson Ada")),
        (someone("Katherine Smith"), someone("Kathrin Smyth")),
        (someone("Ada Nilsson", email="ada@fjord.example"), someone("A Nilsson", email="info@fjord.example")),
        (someone("Ada Nilsson", born="1972-08-12"), someone("Ada Berg", born="19720812")),
        (firm("Fjord AS"), firm("FJORD")),
        (firm("Fjord AS", "post@fjord.example"), firm("Nordic Boats", "sales@fjord.example")),
    ],
)
@pytest.mark.rule("Duplicates share a block, whatever is misspelt", area="duplicates")
def test_duplicates_share_a_block_whatever_is_misspelt(a: Profile, b: Profile) -> None:
    assert blocks(a) & blocks(b)


def test_strangers_share_no_block() -> None:
    ada = someone("Ada Nilsson", email="ada@gmail.com", phone="111 111 11", city="Oslo")
    ben = someone("Ben Okafor", email="ben@gmail.com", phone="222 222 22", city="Bergen")

    assert not blocks(ada) & blocks(ben)


@pytest.mark.rule("A person and an organisation are never one and the same", area="duplicates")
def test_a_person_and_an_organisation_are_never_one_and_the_same() -> None:
    person, organisation = (
        Profile(kind="person", name="Fjord", email="post@fjord.example"),
        firm("Fjord", "post@fjord.example"),
    )

    assert not blocks(person) & blocks(organisation)
    assert scored(person, organisation) == Score(0.0)


def test_only_the_attributes_that_tell_people_apart_are_asked_for() -> None:
    ada = someone(born="1972-08-12", language="swedish")

    assert blocks(ada, ("attributes.born",)) < blocks(ada)
    assert not any("language" in block for block in blocks(ada, ("attributes.born",)))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (someone(email="ada@example.com"), someone("Ada Nilson", email="ada@example.com")),
        (someone(None, email="ada@example.com"), someone(email="ada@example.com")),
        (someone(born="1972-08-12"), someone("Nilsson Ada", born="1972-08-12")),
        (someone(born="1972-08-12"), someone(born="1972-12-08")),
        (someone(born="1972-08-12"), someone(born="1972-08-21")),
        (someone(born="1972-08-12", postcode="11122"), someone("Ada Berg", born="1972-08-12", postcode="11122")),
        (someone(phone="+46 8 123 456 7"), someone("A. Nilsson", phone="08 123 456 7")),
        (someone(company="Fjord AS"), someone(company="Fjord")),
        (firm("Fjord AS", "post@fjord.example"), firm("Fjord", "post@fjord.example")),
    ],
)
def test_duplicates_are_likely_ones(a: Profile, b: Profile) -> None:
    assert scored(a, b).value >= LIKELY
    assert scored(a, b) == scored(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (someone(), someone()),  # a name is shared by many
        (someone(email="info@example.com"), someone("Ben Okafor", email="info@example.com")),
        (someone("Ada Nilsson", phone="1234567"), someone("Ben Okafor", phone="1234567")),
        (someone(born="1972-08-12"), someone("Ben Okafor", born="1972-08-12")),
        (
            someone("Ada Nilsson", born="1972-08-12", street="Storgata 1", city="Oslo"),
            someone("Ben Nilsson", born="1999-01-30", street="Storgata 1", city="Oslo"),
        ),
        (firm("Fjord AS", "post@fjord.example"), firm("Nordic Boats", "post@boats.example")),
        (someone(None), someone(None)),
    ],
)
@pytest.mark.rule("A name or a number in common makes no duplicate", area="duplicates")
def test_one_thing_in_common_makes_no_duplicate(a: Profile, b: Profile) -> None:
    assert scored(a, b).value < LIKELY


@pytest.mark.rule("What one of two records does not know says nothing", area="duplicates")
def test_what_one_of_them_does_not_know_says_nothing() -> None:
    known = someone(born="1972-08-12", phone="1234567", email="ada@example.com")

    assert degrees(known, someone()) == {"surname": "same", "given_name": "same"}


@pytest.mark.rule("A score explains itself, field by field", area="duplicates")
def test_a_score_explains_itself_field_by_field() -> None:
    a = someone("Ada M. Nilsson", born="1972-08-12", street="Drottninggatan", number="12", passport="X 1")
    b = someone("A. Nilson", born="1972-08-21", street="Drotninggatan", number="21", passport="x1")

    assert degrees(a, b) == {
        "surname": "close",
        "given_name": "initial",
        "date_of_birth": "close",
        "other_id": "same",
        "address": "close",
    }


def test_names_that_changed_places_are_seen_as_such() -> None:
    assert degrees(someone("Ada Nilsson"), someone("Nilsson Ada"))["names"] == "swapped"


@pytest.mark.parametrize("field_name", WEIGHTS)
def test_chances_of_a_field_add_up_and_agreement_speaks_for_one_and_the_same(field_name: str) -> None:
    chances = WEIGHTS[field_name]

    assert sum(each.m for each in chances.values()) == pytest.approx(1)
    assert sum(each.u for each in chances.values()) == pytest.approx(1, abs=0.011)
    assert chances["same"].bits == max(each.bits for each in chances.values()) > 0
    assert chances["different"].bits == min(each.bits for each in chances.values()) < 0


_texts = st.none() | st.text(max_size=20)
_anybody = st.builds(
    Profile,
    kind=st.sampled_from(["person", "organisation"]),
    name=_texts,
    email=_texts,
    phone=_texts,
    values=st.dictionaries(st.sampled_from(sorted(PATHS)), st.text(max_size=12)),
)


@given(_anybody, _anybody)
@pytest.mark.rule("Any two records have a score, the same in either order", area="duplicates")
def test_any_two_records_have_a_score_the_same_in_either_order(a: Profile, b: Profile) -> None:
    found = scored(a, b)

    assert 0 <= found.value <= 1
    assert found == scored(b, a)
    assert blocks(a) == blocks(a)
