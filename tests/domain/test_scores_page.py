"""docs/scores.md: its examples are models, and it names the attributes that there are."""

import re
import tomllib
from pathlib import Path

import pytest

from domain.assignment.conditions import OPERATORS
from domain.interactions import InteractionRecorded
from domain.orders import OrderPlaced
from domain.scoring import ScoringModel, check_model, model_of, scored
from domain.scoring.attributes import NAMED
from domain.scoring.scoring import Scoring
from tests.domain.test_scores import known_by, story
from tests.support.facts import DAY, NOON, euros

PAGE = (Path(__file__).parents[2] / "docs" / "scores.md").read_text()
EXAMPLES = [model_of(tomllib.loads(text)) for text in re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize("model", EXAMPLES, ids=lambda model: model.id)
def test_each_example_is_a_model(model: ScoringModel) -> None:
    check_model(model)
    assert Scoring(model).score(None, NOON).model == model.id


def test_the_example_is_worth_what_the_page_says() -> None:
    mail, order = InteractionRecorded(channel="email", direction="inbound"), OrderPlaced(total=euros(9))
    first_of_march = NOON - DAY
    told = story(*[(mail, first_of_march)] * 3, (order, first_of_march))
    known = known_by(EXAMPLES[0], told)

    later = scored(EXAMPLES[0], known, first_of_march + 14 * DAY)
    assert (later.value, later.band) == (18, "warm")
    over = scored(EXAMPLES[0], known, first_of_march + 180 * DAY)
    assert f"{first_of_march + 180 * DAY:%d %B}" == "28 August"
    assert [each.rule for each in over.contributions] == ["writes or calls"]


def test_the_page_names_all_attributes_and_operators() -> None:
    missing = [name for name in (*NAMED, *OPERATORS) if f"`{name}`" not in PAGE]
    assert not missing
