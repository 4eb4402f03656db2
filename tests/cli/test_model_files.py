"""Files of scoring models: whatever is wrong in one is refused by file, line, part and rule."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.cli.model_files import ModelFile, model_file
from domain.scoring import check_model, model_of
from domain.scoring.training_specification import specification_of

ROOT = Path(__file__).parents[2]
MODELS = sorted((ROOT / "docs" / "scores").glob("*.toml"))
EXAMPLES = [*MODELS, *sorted((ROOT / "examples" / "scoring").glob("*.toml"))]
WRONG = (
    'nan -inf 1e400 -1 0 true "" "x" [] {} [1] ["a","a"] 2026-01-01 12:00:00 [[1]] [{a=1}] "a\\u0000b" '
    f"{'9' * 30} {'9' * 5000}"
).split(" ")
OTHERS: tuple[Any, ...] = (None, float("nan"), 10**400, -1, True, "", "x", [], {}, [[[]]], "\ud800")
HEADINGS = (
    *("[health]", "[combined]", "[[fit]]", "[[engagement]]", "[[bands]]", "[predictive.learnt]", "[nosuch]"),
    *("[[combined.fit_bands]]", "[engagement.where]", "[training]", "[[predictive.features]]"),
)
TOLD = re.compile(
    r"model\.\w+(: line \d+, [^:]+: .+ \(\w+\)| is no TOML: .*(line \d+|end of document|digits).*)", re.DOTALL
)


def refusal(file: Path) -> str | None:
    try:
        with model_file(file) as document:
            if "training" in document:
                specification_of(document)
            else:
                check_model(model_of(document), ())
    except ModelFile as error:
        return str(error)
    return None


def mutated(text: str) -> Iterator[str]:
    """With a line that is missing, there twice, somewhere else, or says something else."""
    lines = text.split("\n")
    for place, line in enumerate(lines):
        before, after = lines[:place], lines[place + 1 :]
        changed = [[], [line, line], *([heading] for heading in HEADINGS if line.startswith("["))]
        if found := re.match(r"([\w.]+) = ", line):
            changed += [[found[0] + value] for value in WRONG] + [[f"{found[1]}x = 1"]]
        yield from ("\n".join((*before, *some, *after)) for some in changed)
        yield "\n".join((line, *before, *after))
        yield "\n".join((*before, *after, line))


def with_values(part: Any) -> Iterator[Any]:
    """The document with one of its values missing, or another one."""
    for key in list(part if isinstance(part, dict) else range(len(part))):
        was = part.pop(key)
        yield
        for value in (*OTHERS, was):
            if isinstance(part, list):
                part.insert(key, value)
            else:
                part[key] = value
            yield
            part.pop(key)
        part.insert(key, was) if isinstance(part, list) else part.update({key: was})
        if isinstance(was, dict | list):
            yield from with_values(was)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.stem)
def test_whatever_line_is_wrong_the_refusal_names_line_part_and_rule(example: Path, tmp_path: Path) -> None:
    file, refused = tmp_path / "model.toml", 0
    for text in mutated(example.read_text()):
        file.write_text(text)
        told = refusal(file)
        assert told is None or TOLD.fullmatch(told), f"{told}\n{text}"
        refused += told is not None
    assert refused > 300


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: each.stem)
def test_whatever_value_is_wrong_in_json_it_is_told_the_same_way(example: Path, tmp_path: Path) -> None:
    file, refused = tmp_path / "model.json", 0
    document = tomllib.loads(example.read_text())
    for _ in with_values(document):
        file.write_text(json.dumps(document, indent=1, default=str))
        told = refusal(file)
        assert told is None or TOLD.fullmatch(told), f"{told}\n{file.read_text()}"
        refused += told is not None
    assert refused > 300


@pytest.mark.parametrize(
    ("example", "written", "instead", "told"),
    [
        ("engagement", 'id = "engagement"\n', "", "line 2, id: Object missing required field `id`"),
        (
            "engagement",
            "points = 20\n",
            "",
            "line 20, engagement.2.points: Object missing required field `points`",
        ),
        ("engagement", "at_least = 40", "at_least = nan", "line 42, bands.0.at_least: a band cannot begin at nan"),
        ("engagement", "at_least = 40", "at_least = inf", "line 42, bands.0.at_least: a band cannot begin at inf"),
        ("engagement", "[[engagement]]", "[[fit]]", "line 7, fit.0.event: 'event' is not known here"),
        (
            "engagement",
            'kind = "engagement"',
            'kind = "health"',
            "line 2, health: a model of kind health needs hea",
        ),
        (
            "lead_grade",
            "[combined]",
            "[health]\n[combined]",
            "line 49, health: a model of kind combined has no heal",
        ),
        (
            "lead_grade",
            "[[combined.fit_bands]]",
            "[[bands]]",
            "line 53, bands: a model of kind combined has no ban",
        ),
        ("lead_grade", "[combined]", "[combined.more]", "line 49, combined.more: 'more' is not known here"),
        ("health", "[health]", '["health"]\n"stat" = 1', "line 6, health.stat: 'stat' is not known here"),
        ("health", '"orders"', '"or\\u0000s"', "line 9, engagement.0.name: 'or\\x00s' holds a NUL character"),
    ],
)
def test_what_is_missing_or_has_no_place_is_told_by_the_line_of_its_table(
    tmp_path: Path, example: str, written: str, instead: str, told: str
) -> None:
    text = (ROOT / "docs" / "scores" / f"{example}.toml").read_text()
    assert written in text
    (tmp_path / "model.toml").write_text(text.replace(written, instead, 1))

    assert (refusal(tmp_path / "model.toml") or "").startswith(f"model.toml: {told}")


def test_a_name_that_json_has_twice_is_refused_and_not_the_last_one_taken(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text('{"id": "a",\n"kind": "fit",\n"fit": [{"points": 1,\n"points": 2}]}')

    assert refusal(tmp_path / "model.json") == (
        "model.json: line 4, fit.0.points: the name is given twice (MalformedScoringModel)"
    )


@pytest.mark.parametrize(("suffix", "begins"), [("json", '{"fit": '), ("toml", "fit = ")])
def test_what_is_nested_too_deeply_is_refused(tmp_path: Path, suffix: str, begins: str) -> None:
    file = tmp_path / f"model.{suffix}"
    for depth in (30, 300, 950, 1000, 100_000):
        file.write_text(f"{begins}{'[' * depth}{']' * depth}" + "}" * (suffix == "json"))
        assert refusal(file)
