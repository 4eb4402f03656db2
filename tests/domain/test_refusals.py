import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import domain
from domain.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal

KINDS = (Invalid, NotFound, Conflict, Forbidden)
TESTS = Path(__file__).parents[1]


def rules(above: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    for module in pkgutil.walk_packages(domain.__path__, "domain."):
        importlib.import_module(module.name)
    for refusal in above.__subclasses__():
        if refusal not in KINDS and refusal.__module__.startswith("domain."):
            yield refusal
        yield from rules(refusal)


RULES = sorted(set(rules()), key=lambda rule: rule.__name__)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_refusal_states_its_rule_and_is_of_one_kind(rule: type[Refusal]) -> None:
    assert re.fullmatch(r"[A-Z].*[.…]", (rule.__doc__ or "").strip())
    assert sum(issubclass(rule, kind) for kind in KINDS) == 1


def test_every_refusal_has_a_name_of_its_own() -> None:
    assert len({rule.__name__ for rule in RULES}) == len(RULES) > 25


def test_every_refusal_is_expected_by_some_test() -> None:
    files = [*TESTS.glob("domain/test_*.py"), *TESTS.glob("gateways/log/test_*.py")]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    named = {node.id for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)}

    assert [rule.__name__ for rule in RULES if rule.__name__ not in named] == []


def test_a_refusal_knows_its_rule_its_case_and_its_field() -> None:
    refused = Conflict("the deal is won", field="stage")

    assert (refused.rule, refused.message, refused.field) == ("Conflict", "the deal is won", "stage")
    assert str(refused) == "the deal is won"
