"""What a load of leads has to leave in the log, told by SQL over the log itself."""

from typing import Any

import psycopg

_COUNTS = """
SELECT count(*) FILTER (WHERE type = 'lead.captured'),
       count(DISTINCT payload ->> 'email') FILTER (WHERE type = 'lead.captured'),
       count(*) FILTER (WHERE type = 'lead.qualified'),
       count(*) FILTER (WHERE type = 'lead.converted'),
       count(DISTINCT stream_id) FILTER (WHERE type = 'lead.converted'),
       count(*) FILTER (WHERE type = 'deal.opened'),
       count(*) FILTER (WHERE type = 'workload.taken') - count(*) FILTER (WHERE type = 'workload.released')
FROM crm.log
"""
_OWNERS = """
SELECT payload ->> 'owner', count(*) FROM crm.log WHERE type = 'lead.assigned' GROUP BY 1 ORDER BY 1
"""
_TURNS = "SELECT payload ->> 'owner' FROM crm.log WHERE type = 'turn.taken' ORDER BY position"


def owners(dsn: str) -> dict[str, int]:
    """How many leads each got."""
    with psycopg.connect(dsn) as connection:
        return dict(connection.execute(_OWNERS).fetchall())


def problems(dsn: str, *, leads: int, team: list[str]) -> list[str]:
    """What is not as it has to be: so many leads, each captured, assigned in turn, qualified, converted once."""
    with psycopg.connect(dsn) as connection:
        found: Any = connection.execute(_COUNTS).fetchone()
        turns = [owner for (owner,) in connection.execute(_TURNS).fetchall()]
    names = ("captured", "people", "qualified", "converted", "leads converted", "deals")
    counts = dict(zip(names, found, strict=False))
    wrong = [f"{name}: {count} instead of {leads}" for name, count in counts.items() if count != leads]
    if found[-1]:
        wrong.append(f"{found[-1]} leads are still counted as open in somebody's workload")
    if turns != [team[place % len(team)] for place in range(leads)]:
        wrong.append("the turns do not go round")
    given = owners(dsn)
    shares = [given.get(each, 0) for each in team]
    if sum(shares) != leads or max(shares) - min(shares) > 1:
        wrong.append(f"not fair: {given}")
    return wrong
