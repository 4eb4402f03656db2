from pathlib import Path

import pytest

from tests.architecture.norms import Module, findings, medians, read

TESTS = Module(Path("tests/__init__.py"), "")


def _function(lines: int) -> str:
    return '"""Story."""\n\n\ndef long():\n' + "    pass\n" * (lines - 1)


@pytest.mark.parametrize(
    ("path", "text", "finding"),
    [
        ("src/domain/long.py", '"""Story."""\n' + "x = 1\n" * 300, "301 lines, at most 300"),
        ("src/domain/long.py", _function(41), "long has 41 lines, at most 40"),
        ("src/domain/utils.py", '"""Story."""\n', "'utils' does not say what is in it"),
        ("src/services/deals.py", '"""Story."""\n', "'services' does not say what is in it"),
        ("src/domain/deals.py", "x = 1\n", "has no module docstring"),
        ("src/domain/deals.py", '"""Story."""\nraise NotImplementedError\n', "raises NotImplementedError"),
        (
            "src/domain/deals.py",
            '"""Story."""\nraise NotImplementedError("x")\n',
            "raises NotImplementedError",
        ),
        ("src/domain/deals.py", '"""Story."""\n# ' + "TO" + "DO: more\n", "do it, or leave it to an issue"),
        ("tests/deals/test_deals.py", "x = 1\n", "tests/deals: has no __init__.py"),
    ],
)
def test_what_breaks_a_norm_is_found(path: str, text: str, finding: str) -> None:
    found = list(findings([TESTS, Module(Path(path), text)]))

    assert len(found) == 1
    assert finding in found[0]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/domain/deals.py", _function(40)),
        ("src/domain/deals.py", '"""Story."""\n\n\ndef f():\n    """' + "\n" * 50 + '    """\n'),
        ("src/domain/tasks.py", '"""Story."""\nkind = "' + "TO" + 'DO"\n'),
        ("src/domain/__init__.py", ""),
    ],
)
def test_what_keeps_to_the_norms_is_let_through(path: str, text: str) -> None:
    assert list(findings([TESTS, Module(Path(path), text)])) == []


def test_the_medians_count_source_and_tests_apart(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/one.py").write_text(_function(10))
    (tmp_path / "src/two.py").write_text(_function(20))

    assert medians(read(tmp_path)).startswith("norms: 2 source files, median 18, p90 22, longest 23; 2 functions")
