"""kill -9 of the API at each step of an append."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from tests.faults.clients import Manner, clients
from tests.faults.commands import MARK, leads
from tests.faults.journal import Journal
from tests.faults.recorded import assert_kept
from tests.support.crm_api import ApiProcess, Door
from tests.support.log_lock import wait_until_alone
from tests.support.tripwire import Step, Tripwire, tripwire_before_api, tripwire_before_database

KILLS = 35  # of each of five kinds, and some more: 202 in all
CLIENTS = 4
SOON = 60.0


@dataclass
class Scene:
    """Clients — a wire — the API — a wire — the database."""

    dsn: str
    folder: Path
    api: ApiProcess
    before_api: Tripwire
    before_database: Tripwire
    journal: Journal = field(init=False)

    @contextmanager
    def clients(self, manner: Manner = Manner()) -> Iterator[Journal]:
        """They insist: in the end each command of theirs is there once, and was answered with that."""
        with clients([(self.door, leads)] * CLIENTS, self.folder, manner) as self.journal:
            yield self.journal
        there = assert_kept(self.dsn, self.journal)
        assert set(self.journal.commands()) == set(there)

    @property
    def door(self) -> Door:
        return self.api.door._replace(port=self.before_api.port)

    def kill(self) -> None:
        self.before_api.shut = True
        self.api.kill()

    def kill_at(self, wire: Tripwire, step: Step) -> set[str]:
        """The commands that were at that step when the API was killed."""
        caught = wire.arm(step, self.kill).result(SOON)
        wait_until_alone(self.dsn)
        return caught

    def revive(self) -> None:
        """Return when clients were answered again: killed sooner, it would die of the same commands each time."""
        before = len(self.journal.answers())
        self.api.start()
        self.before_api.shut = False  # only now: of the first requests each would build what one can
        self.journal.wait_until(lambda told: len(told.answers()) >= before + CLIENTS, "no answers")


@pytest.fixture
def scene(dsn: str, owner_dsn: str, tmp_path: Path) -> Iterator[Scene]:
    with (
        tripwire_before_database(dsn, MARK) as (before_database, address),
        ApiProcess(address, tmp_path / "api.log") as api,
        tripwire_before_api(api.port, MARK) as before_api,
    ):
        yield Scene(owner_dsn, tmp_path, api, before_api, before_database)


def test_killed_before_the_append_is_sent(scene: Scene) -> None:
    there: set[str] = set()
    with scene.clients() as journal:
        for _ in range(KILLS):
            caught = scene.kill_at(scene.before_database, Step.UNSENT)
            before, there = there, set(assert_kept(scene.dsn, journal))
            assert caught & there == caught & before
            scene.revive()

    assert set(journal.statuses()) <= {200, 201, 409}


@pytest.mark.parametrize(
    ("wire", "step"),
    [
        pytest.param(lambda scene: scene.before_database, Step.SENT, id="while the database appends"),
        pytest.param(lambda scene: scene.before_database, Step.UNANSWERED, id="before it learns of its success"),
        pytest.param(lambda scene: scene.before_database, Step.ANSWERED, id="before it answers"),
        pytest.param(lambda scene: scene.before_api, Step.UNANSWERED, id="before the client has its answer"),
    ],
)
def test_killed_after_the_append_is_sent(scene: Scene, wire: Callable[[Scene], Tripwire], step: Step) -> None:
    committed_unanswered = 0
    with scene.clients() as journal:
        for _ in range(KILLS if step is not Step.ANSWERED else KILLS // 2):
            caught = scene.kill_at(wire(scene), step)
            there = assert_kept(scene.dsn, journal).keys()
            assert caught <= there
            committed_unanswered += len(caught - journal.acknowledged())
            scene.revive()

    assert committed_unanswered > KILLS // 4
    assert journal.statuses()[409] > 0
    assert set(journal.statuses()) <= {200, 201, 409}


def test_killed_at_any_moment(scene: Scene) -> None:
    random = Random(4)  # noqa: S311 - moments, not secrets
    with scene.clients() as journal:
        for _ in range(KILLS):
            time.sleep(random.uniform(0, 0.1))  # whatever it hits
            scene.kill()
            wait_until_alone(scene.dsn)
            assert_kept(scene.dsn, journal)
            scene.revive()

    assert set(journal.statuses()) <= {200, 201, 409}


def test_killed_anywhere_a_key_gets_its_success(scene: Scene) -> None:
    with scene.clients(Manner(keyed=True)) as journal:
        for step in (Step.SENT, Step.UNANSWERED) * 5:
            scene.kill_at(scene.before_database, step)
            assert_kept(scene.dsn, journal)
            scene.revive()

    assert set(journal.statuses()) <= {200, 201}
