"""SIGTERM: what was begun is finished, and the process ends by itself."""

from pathlib import Path

from tests.faults.clients import Manner, clients
from tests.faults.commands import leads, one_lead
from tests.faults.recorded import assert_kept
from tests.support.crm_api import ApiProcess
from tests.support.log_lock import log_held, wait_for_one_in_line, wait_until_alone

CLIENTS = 16
ENDS_WITHIN = 60.0
ONCE = Manner(insists=False)


def test_under_load_every_request_is_finished_or_was_never_begun(
    api: ApiProcess, owner_dsn: str, tmp_path: Path
) -> None:
    with clients([(api.door, leads)] * CLIENTS, tmp_path, ONCE) as journal:
        journal.wait_until(lambda told: len(told.acknowledged()) > 10 * CLIENTS, "no load")
        api.terminate()
        assert api.exit_code(ENDS_WITHIN) == 0, api.said()
    there = assert_kept(owner_dsn, journal)

    assert set(journal.statuses()) <= {200, 201}
    assert len(journal.commands()) == len(journal.answers()) + CLIENTS
    assert journal.acknowledged() == there.keys()


def test_an_api_that_nobody_uses_ends_at_once(api: ApiProcess) -> None:
    api.terminate()

    assert api.exit_code(ENDS_WITHIN) == 0, api.said()


def test_commands_that_cannot_be_finished_do_not_hold_the_process_up(
    api: ApiProcess, owner_dsn: str, tmp_path: Path
) -> None:
    work = [(api.door, one_lead)] * CLIENTS
    with clients(work, tmp_path, ONCE, until_told=False) as journal, log_held(owner_dsn):
        wait_for_one_in_line(owner_dsn)
        api.terminate()
        assert api.exit_code(ENDS_WITHIN) == 0, api.said()
    wait_until_alone(owner_dsn)

    assert_kept(owner_dsn, journal)
    assert set(journal.statuses()) <= {503}
