"""The page of the rules, made of the code: each refusal with its rule, and the tests that hold it.

A rule that refuses nothing (a move resets the probability) is named where it is tested:
`@pytest.mark.rule("…", unlike="Frappe, Django-CRM")`; `unlike` names products that do it otherwise.
"""

import ast
import importlib
import pkgutil
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import domain
from domain.refusals import Conflict, Forbidden, Invalid, NotFound, Refusal

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "rules.md"
_STATUSES = {Invalid: 422, NotFound: 404, Conflict: 409, Forbidden: 403}
_TESTS = (
    *("tests/domain", "tests/gateways/log", "tests/api", "tests/projections", "tests/gateways", "tests/faults"),
    "tests/system",
)
_HEAD = """# The rules

Made by `make rules` from the code and its tests, and checked by `make check`. A refusal is a problem document of
that type and status; nothing was recorded. Each rule names the tests that hold it (at most three).
"""


@dataclass
class Held:
    """A rule that a test names."""

    text: str
    unlike: str | None
    test: str


@dataclass
class Tests:
    """The tests: which names each one speaks of, and the rules that they are marked with, by area."""

    naming: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    held: dict[str, list[Held]] = field(default_factory=lambda: defaultdict(list))


def page() -> str:
    """The whole page."""
    tests = _read_tests()
    refusals: dict[str, list[type[Refusal]]] = defaultdict(list)
    for refusal in sorted(set(_refusals(Refusal)), key=lambda each: each.__name__):
        refusals[refusal.__module__.split(".")[1]].append(refusal)
    parts = [_HEAD, *_unlike(tests)]
    for area in sorted({*refusals, *tests.held}):
        parts.append(f"\n## {area.replace('_', ' ').capitalize()}\n")
        parts += _held_lines(tests.held.get(area, []))
        parts += _refusal_lines(refusals.get(area, []), tests)
    return "\n".join(parts) + "\n"


def _unlike(tests: Tests) -> Iterator[str]:
    yield "\n## What others get wrong\n"
    yield "| rule | unlike | test |\n|---|---|---|"
    for area in sorted(tests.held):
        for each in sorted(tests.held[area], key=lambda held: held.text):
            if each.unlike:
                yield f"| {each.text} | {each.unlike} | {each.test} |"


def _held_lines(held: list[Held]) -> Iterator[str]:
    by_text: dict[str, list[str]] = defaultdict(list)
    for each in held:
        by_text[each.text].append(each.test)
    for text in sorted(by_text):
        yield f"- {text}: {_few(by_text[text])}"
    if held:
        yield ""


def _refusal_lines(refusals: list[type[Refusal]], tests: Tests) -> Iterator[str]:
    if refusals:
        yield "| refusal | status | rule | tests |\n|---|---|---|---|"
    for refusal in refusals:
        status = next(status for kind, status in _STATUSES.items() if issubclass(refusal, kind))
        rule = " ".join((refusal.__doc__ or "").split()).replace("|", "\\|")
        yield f"| `{refusal.__name__}` | {status} | {rule} | {_few(tests.naming[refusal.__name__])} |"


def _few(tests: list[str]) -> str:
    return ", ".join(dict.fromkeys(tests[:3])) or "–"


def _refusals(above: type[Refusal]) -> Iterator[type[Refusal]]:
    if above is Refusal:
        for module in pkgutil.walk_packages(domain.__path__, "domain."):
            importlib.import_module(module.name)
    for refusal in above.__subclasses__():
        if refusal not in _STATUSES and refusal.__module__.startswith("domain."):
            yield refusal
        yield from _refusals(refusal)


def _read_tests() -> Tests:
    tests = Tests()
    files = dict.fromkeys(file for folder in _TESTS for file in sorted((ROOT / folder).rglob("test_*.py")))
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                _read_test(node, file, tests)
    return tests


def _read_test(test: ast.FunctionDef, file: Path, tests: Tests) -> None:
    place = f"[{test.name.removeprefix('test_').replace('_', ' ')}](../{file.relative_to(ROOT).as_posix()})"
    named = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    strings = {node.value for node in ast.walk(test) if isinstance(node, ast.Constant)}
    for name in sorted({*named, *(text for text in strings if isinstance(text, str) and text.isidentifier())}):
        tests.naming[name].append(place)
    for decorator in test.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.rule":
            told = {each.arg: ast.literal_eval(each.value) for each in decorator.keywords}
            text = ast.literal_eval(decorator.args[0])
            tests.held[told.get("area") or _area(file)].append(Held(text, told.get("unlike"), place))


def _area(file: Path) -> str:
    return file.stem.removeprefix("test_")


def main() -> int:
    made = page()
    if "--write" in sys.argv:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != made:
        print("docs/rules.md is not what the code says: `make rules` makes it anew")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
