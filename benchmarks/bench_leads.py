"""Leads under load: 16 clients capture leads over HTTP, which a rule assigns in turn, qualify and convert them.

Of 5 % of the captures the same person comes in by two clients at once, and 2 % of all requests are sent again
under their key. 4,000 captures; 20,000 with FULL=1. What has to be true of the log afterwards is looked up there:
no lead lost or doubled, turns that go round, every owner's count within one of fair. It ends with an error where
that is not so.
"""

import sys
import time
from contextlib import closing

from benchmarks.credentials import headers_of_an_admin
from benchmarks.http_server import served
from benchmarks.lead_load import carry_out, people
from benchmarks.lead_outcome import owners, problems
from benchmarks.report import figure, full
from benchmarks.setting import by, new_log, own_server, owner_dsn, run
from domain import commands
from domain.access import MemberSet, change_access
from domain.assignment import Candidate, Rule
from gateways.log.ledger import PostgresLedger

CLIENTS = 16
DUPLICATES = 0.05
TEAM = [f"seller {number}" for number in range(1, 8)]


def team_in_turn(dsn: str) -> None:
    """Make the team members, and let all leads fall to them in turn."""
    joined = tuple(MemberSet(principal=each, roles=("sales",)) for each in TEAM)
    rule = Rule("all", "All leads", "round_robin", candidates=tuple(Candidate(each) for each in TEAM))
    with closing(PostgresLedger(dsn)) as ledger:
        ledger.execute(change_access(lambda _: joined, by()))
        ledger.execute(commands.define_assignment_rules([rule], by()))


def main() -> None:
    captures = 20_000 if full() else 4_000
    with own_server() as (postgres, folder):
        dsn = new_log(postgres, "log")
        headers = headers_of_an_admin(dsn)
        team_in_turn(dsn)
        told = people(captures, duplicates=DUPLICATES)
        with served("application", folder, dsn) as port:
            started = time.perf_counter()
            outcome = carry_out(port, headers, told, clients=CLIENTS)
            took = time.perf_counter() - started
        leads = captures - round(captures * DUPLICATES)
        wrong = [*outcome.failures, *problems(owner_dsn(postgres, "log"), leads=leads, team=TEAM)]
        print(dict(sorted(outcome.answers.items())), owners(owner_dsn(postgres, "log")))
    figure("leads", "commands", ours=outcome.answers.total() / took, unit="requests/s")
    figure("leads", "leads", ours=leads / took, unit="leads captured, assigned, qualified, converted/s")
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    run(main)
