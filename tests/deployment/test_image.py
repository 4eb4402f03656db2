import re

import pytest

from tests.deployment.compose import PROJECT, ROOT, pins

INSTRUCTIONS = {
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "LABEL",
    "RUN",
    "USER",
    "WORKDIR",
}


def _instructions() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text()
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#")).replace("\\\n", " ")
    pairs = [line.partition(" ") for line in lines.splitlines() if line]
    return [(name, " ".join(rest.split())) for name, _, rest in pairs]


def _last(name: str) -> str:
    return [rest for instruction, rest in _instructions() if instruction == name][-1]


def test_the_dockerfile_holds_known_instructions_only() -> None:
    assert {name for name, _ in _instructions()} <= INSTRUCTIONS


def test_every_stage_stands_on_a_pinned_image_or_an_earlier_stage() -> None:
    stages: set[str] = set()

    for name, rest in _instructions():
        if name == "FROM":
            image, _, stage = rest.partition(" AS ")
            assert image in stages or re.search(r":\d+\.\d+\.\d+-", image)
            stages.add(stage)


def test_the_image_has_the_lowest_python_that_we_promise() -> None:
    lowest = PROJECT["requires-python"].removeprefix(">=")

    assert _instructions()[0][1].startswith(f"python:{lowest}.")


def test_the_process_is_started_without_a_shell_and_without_root() -> None:
    assert _last("ENTRYPOINT") == '["crm"]'
    assert _last("CMD").startswith("[")
    assert re.fullmatch(r"[1-9]\d+:[1-9]\d+", _last("USER"))


def test_output_is_not_held_back() -> None:
    assert "PYTHONUNBUFFERED=1" in _last("ENV")


def test_every_install_is_checked_by_hash_or_needs_no_registry() -> None:
    runs = [rest for name, rest in _instructions() if name == "RUN"]
    installs = [part for run in runs for part in run.split("&&") if " install " in part]

    assert len(installs) == 3
    for install in installs:
        assert "--require-hashes" in install or "--no-deps --no-index" in install


@pytest.mark.parametrize("lock", ["build.lock", "runtime.lock"])
def test_the_image_gets_the_versions_that_are_tested(lock: str) -> None:
    assert pins(lock)
    assert pins(lock) <= pins("dev.lock")


def test_the_builder_sees_what_it_copies_and_no_more() -> None:
    copied = {
        source
        for name, rest in _instructions()
        if name == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    }
    ignore = (ROOT / ".dockerignore").read_text().splitlines()
    shown = {line.removeprefix("!") for line in ignore if line.startswith("!")}

    assert "*" in ignore
    assert shown == copied
