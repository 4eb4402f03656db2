"""House norms that no ready-made linter knows: sizes, names, unfinished work.

Run by `make check`: one line for each finding, then a line of medians; exits 1 on any finding.
"""

import ast
import io
import re
import statistics
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FILE_CAP = 300
FUNCTION_CAP = 40
TEST_NORM = 25  # what a test should keep to; only FUNCTION_CAP is enforced

# Names that say where code was put, not what it is.
NAMELESS = {
    "base",
    "common",
    "helper",
    "helpers",
    "manager",
    "managers",
    "misc",
    "service",
    "services",
    "util",
    "utils",
}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
FOLDERS = ("src", "tests", "benchmarks")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    path: Path  # relative to the root of the repository
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def is_source(self) -> bool:
        return self.path.parts[0] == "src"

    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]


def main() -> int:
    modules = read(Path(__file__).parents[2])
    found = sorted(findings(modules))
    for finding in found:
        print(finding)
    print(medians(modules))
    return 1 if found else 0


def read(root: Path) -> list[Module]:
    paths = sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))
    return [Module(path.relative_to(root), path.read_text(encoding="utf-8")) for path in paths]


def findings(modules: list[Module]) -> Iterator[str]:
    for module in modules:
        yield from _of_a_module(module)
        yield from _of_functions(module)
        yield from _of_comments(module)
    yield from _of_test_folders(modules)


def medians(modules: list[Module]) -> str:
    source = [module for module in modules if module.is_source and module.text.strip()]
    functions = [length(function) for module in source for function in module.functions()]
    tests = [
        length(function)
        for module in modules
        if module.path.parts[0] == "tests"
        for function in module.functions()
        if function.name.startswith("test_")
    ]
    long = sum(lines > TEST_NORM for lines in tests)
    return (
        f"norms: {_spread('source files', [module.lines for module in source])}; "
        f"{_spread('functions', functions)}; {_spread('tests', tests)}, {long} over {TEST_NORM} lines"
    )


def length(function: Function) -> int:
    """The lines of a function, signature included, decorators and docstring left out."""
    first = function.body[0]
    is_documented = ast.get_docstring(function, clean=False) is not None
    return _span(function) - (_span(first) if is_documented else 0)


def _of_a_module(module: Module) -> Iterator[str]:
    if module.lines > FILE_CAP:
        yield f"{module.path}: {module.lines} lines, at most {FILE_CAP}"
    for name in NAMELESS.intersection(module.path.with_suffix("").parts):
        yield f"{module.path}: '{name}' does not say what is in it"
    if module.is_source and module.tree.body and ast.get_docstring(module.tree) is None:
        yield f"{module.path}: has no module docstring"


def _of_functions(module: Module) -> Iterator[str]:
    for function in module.functions():
        lines = length(function)
        if lines > FUNCTION_CAP:
            where = f"{module.path}:{function.lineno}"
            yield f"{where}: {function.name} has {lines} lines, at most {FUNCTION_CAP}"
    for node in ast.walk(module.tree):
        if module.is_source and isinstance(node, ast.Raise) and _raised(node) == "NotImplementedError":
            yield f"{module.path}:{node.lineno}: raises NotImplementedError; finish it, or make it a Protocol"


def _of_comments(module: Module) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type == tokenize.COMMENT and (mark := UNFINISHED.search(token.string)):
            yield f"{module.path}:{token.start[0]}: {mark[0]}; do it, or leave it to an issue"


def _of_test_folders(modules: list[Module]) -> Iterator[str]:
    # Without it pytest imports tests/domain as `domain`, and the real one is not found.
    present = {module.path for module in modules}
    folders = {
        folder for path in present if path.parts[0] == "tests" for folder in path.parents if folder != Path()
    }
    for folder in folders:
        if folder / "__init__.py" not in present:
            yield f"{folder}: has no __init__.py"


def _span(node: Function | ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _raised(node: ast.Raise) -> str | None:
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return raised.id if isinstance(raised, ast.Name) else None


def _spread(what: str, sizes: list[int]) -> str:
    if len(sizes) < 2:
        return f"{len(sizes)} {what}"
    p90 = statistics.quantiles(sizes, n=10, method="inclusive")[-1]
    return f"{len(sizes)} {what}, median {statistics.median(sizes):.0f}, p90 {p90:.0f}, longest {max(sizes)}"


if __name__ == "__main__":
    sys.exit(main())
