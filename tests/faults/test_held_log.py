"""The log is locked by somebody else: commands wait, are told in time, and do nothing afterwards."""

import time
from pathlib import Path

from tests.faults.clients import LONGEST_ANSWER, Manner, clients, tell
from tests.faults.commands import one_lead
from tests.faults.journal import Answer
from tests.faults.recorded import assert_kept
from tests.support.crm_api import ApiProcess
from tests.support.log_lock import log_held, wait_for_one_in_line

CLIENTS = 100  # more than the API has threads
ONCE = Manner(insists=False)


def denies(answer: Answer) -> bool:
    """Whether it promises that the command was not carried out, and will not be."""
    return "was not carried out" in answer.problem["detail"]


def test_a_short_wait_is_waited_out(api: ApiProcess, owner_dsn: str, tmp_path: Path) -> None:
    work = [(api.door, one_lead)] * CLIENTS
    with clients(work, tmp_path, ONCE, until_told=False) as journal, log_held(owner_dsn):
        wait_for_one_in_line(owner_dsn)
        time.sleep(1)  # were it too short, the test would show less, and still hold

    assert_kept(owner_dsn, journal)
    assert journal.statuses() == {201: CLIENTS}


def test_a_long_wait_is_told_in_time(api: ApiProcess, owner_dsn: str, tmp_path: Path) -> None:
    work = [(api.door, one_lead)] * CLIENTS
    with clients(work, tmp_path, ONCE, until_told=False) as journal, log_held(owner_dsn):
        journal.wait_until(lambda told: len(told.answers()) == CLIENTS, "not all are answered")
    tell(api.door, "/v1/leads", {"name": "Tomas Lind", "channel": "web"})
    there = assert_kept(owner_dsn, journal)

    answers = journal.answers()
    assert journal.statuses() == {503: CLIENTS}
    assert max(answer.seconds for answer in answers) < LONGEST_ANSWER
    assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
    assert any(denies(answer) for answer in answers)
    for command_id, told in journal.commands().items():
        assert not (denies(told.answers[0]) and command_id in there)


def test_who_asks_again_succeeds_when_the_log_is_free(api: ApiProcess, owner_dsn: str, tmp_path: Path) -> None:
    work = [(api.door, one_lead)] * CLIENTS
    with clients(work, tmp_path, until_told=False) as journal, log_held(owner_dsn):
        journal.wait_until(lambda told: told.statuses()[503] >= CLIENTS, "not all are answered")
    there = assert_kept(owner_dsn, journal)

    assert there.keys() == journal.commands().keys()
    assert set(journal.statuses()) <= {201, 409, 503}
