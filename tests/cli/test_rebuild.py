"""`crm rebuild`: what was live before comes back, of each read model that has it."""

from gateways.log.ledger import PostgresLedger
from tests.cli.test_access import printed, refused, run
from tests.support.log import tell_by_chance


def test_of_all_those_go_back_that_were_rebuilt(dsn: str, ledger: PostgresLedger) -> None:
    tell_by_chance(ledger, seed=5, steps=30)
    printed(dsn, "rebuild", "deals")

    told = printed(dsn, "rebuild", "all", "--back")

    assert "deals: the rows from before the last rebuild are back\n" in told
    assert "\nnothing of leads is kept that could be switched back\n" in told


def test_where_none_can_go_back_it_is_refused(dsn: str) -> None:
    assert "is kept that could be switched back" in refused(dsn, "rebuild", "all", "--back")
    assert refused(dsn, "rebuild", "deals", "--back") == (
        "crm: nothing of deals is kept that could be switched back\n"
    )


def test_to_go_back_compares_nothing(dsn: str) -> None:
    done = run(dsn, "rebuild", "deals", "--back", "--compare")

    assert (done.exit_code, "nothing to compare with" in done.stderr) == (2, True)
