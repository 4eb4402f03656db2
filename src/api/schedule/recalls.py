"""Puts leads that nobody followed up back into the pool, where the pool's rules say so."""

import logging
from datetime import datetime
from uuid import UUID

from api.ports import Services
from domain import commands
from domain.aggregates import HappenedBeforeLastFact
from domain.assignment import POOL_RULES, PoolRules
from domain.assignment.refusals import LeadHasNoOwner, LeadIsClosed, RecallNotDue
from domain.ledger import Circumstances, Command, Receipt
from domain.refusals import Refusal
from projections.follow_ups.query import WaitingLead, next_waiting_after, waiting_leads

SCHEDULER = "scheduler"
_QUIET = (LeadHasNoOwner, LeadIsClosed, RecallNotDue)
_logger = logging.getLogger("touchledger.scheduler")


class Recalls:
    """Looks in the read model which leads wait too long, and recalls each.

    Exact is what the lead itself tells: its owner, whether it is open, and what was done with it are looked at
    anew in the decision, and so are the pool's rules; so it is recalled once, also by two schedulers. Interactions
    are known as far as the read model has come: one that was recorded a moment ago, on the very day on which its
    lead falls due, may be overlooked. The trail then shows both, and the lead can be given back by hand.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._answered: dict[UUID, tuple[int, int]] = {}

    def __call__(self) -> float | None:
        """Recall all that are due; in how many seconds the next one is, where there is one."""
        now, rules = self._services.clock(), POOL_RULES.now(self._services.ledger)
        if rules.recall_after is None:
            return None
        since = now - rules.recall_after
        answered: dict[UUID, tuple[int, int]] = {}
        with self._services.reads.cursor() as cursor:
            for page in waiting_leads(cursor, since):
                # Asked again when the read model has moved on, or the rules have.
                asked = {lead.id: (lead.position, rules.version) for lead in page}
                answered |= {each: place for each, place in asked.items() if self._answered.get(each) == place}
                due = [lead for lead in page if lead.id not in answered]
                answered |= {each: asked[each] for each in self._recall(due, rules, now)}
            following = next_waiting_after(cursor, since)
        self._answered = answered
        if following is None:
            return None
        return (following + rules.recall_after - self._services.clock()).total_seconds()

    def _recall(self, due: list[WaitingLead], rules: PoolRules, now: datetime) -> list[UUID]:
        """Those of which nothing more is to be told, as the read model has them."""
        outcomes = self._services.ledger.execute_all([self._command(lead, rules, now) for lead in due])
        return [lead.id for lead, outcome in zip(due, outcomes, strict=True) if _final(lead, outcome)]

    def _command(self, lead: WaitingLead, rules: PoolRules, now: datetime) -> Command:
        command_id = self._services.new_id()
        by = Circumstances(
            now=now,
            actor=SCHEDULER,
            source=SCHEDULER,
            command_id=command_id,
            correlation_id=command_id,
            reason=f"not followed up for {rules.recall_after_days} days, since {lead.since.isoformat()}",
        )
        return commands.recall_lead(lead.id, lead.followed_up_at, by)


def _final(lead: WaitingLead, outcome: Receipt | Refusal) -> bool:
    if isinstance(outcome, HappenedBeforeLastFact):  # told by a clock that runs ahead of ours
        return False
    if isinstance(outcome, Refusal) and not isinstance(outcome, _QUIET):
        _logger.warning("lead %s: %s: %s", lead.id, outcome.rule, outcome.message)
    return True
