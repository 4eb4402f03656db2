"""Interactions of the stories; some are told weeks late."""

from datetime import datetime, timedelta
from uuid import UUID

from domain import commands
from domain.interactions import INTERACTION, InteractionRecorded, record
from domain.ledger import Circumstances, Command
from gateways.demo.cast import Account, Party
from gateways.demo.market import CHECK_INS, IMPORT, LATE_NOTES, NEWSLETTERS, OUTCOMES, WEB_FORM
from gateways.demo.seasons import after
from gateways.demo.steps import Script

LATE_SHARE = 0.03
Talk = tuple[str, str, str]


def touch(
    script: Script,
    customer: Party,
    at: datetime,
    talk: Talk,
    *,
    campaign: str | None = None,
    lead_id: UUID | None = None,
    deal_id: UUID | None = None,
    actor: str | None = None,
) -> None:
    """A touchpoint; a few that people enter by hand are told late."""
    channel, direction, subject = talk
    rng = script.rng
    recorded = record(
        channel=channel,
        direction="inbound" if direction == "inbound" else "outbound",
        subject=subject,
        campaign=campaign,
        outcome=rng.choice(OUTCOMES[channel]) if channel in OUTCOMES else None,
        lead_id=lead_id,
        deal_id=deal_id,
    )
    if actor is None and channel != "web" and rng.random() < LATE_SHARE:
        told_at = at + timedelta(days=rng.uniform(15, 50))
        tell(script, customer, at, recorded, actor=IMPORT, told_at=told_at, reason=rng.choice(LATE_NOTES))
    else:
        by_hand = customer.owner if channel != "web" else WEB_FORM
        tell(script, customer, at, recorded, actor=actor or by_hand)


def tell(
    script: Script,
    customer: Party,
    at: datetime,
    recorded: InteractionRecorded,
    *,
    actor: str,
    told_at: datetime | None = None,
    reason: str | None = None,
    interaction_id: UUID | None = None,
) -> None:
    made = interaction_id or script.new_id("interaction")

    def command(by: Circumstances) -> Command:
        return commands.record_interaction(made, customer.id, recorded, by)

    script.add(at, actor, command, (INTERACTION, made), told_at=told_at, reason=reason)


def check_ins(script: Script, account: Account, since: datetime, *, every: float) -> None:
    """The long tail: somebody is in touch once in so many days, on average."""
    rng, at = script.rng, since
    while (at := after(rng, at, rng.expovariate(1 / every))) < script.ends:
        touch(script, account.contact(rng, at) or account.party, at, rng.choice(CHECK_INS))


def newsletters(script: Script, readers: list[tuple[datetime, Party]]) -> None:
    """One every month, each to a part of those who were known by then; a few answer."""
    rng, sent, at = script.rng, 0, script.starts
    while (at := after(rng, at, 29)) < script.ends:
        campaign = NEWSLETTERS[sent % len(NEWSLETTERS)]
        subject = campaign.replace("-", " ").capitalize()
        for known_since, reader in readers:
            if known_since < at and rng.random() < 0.6:
                mailed = at + timedelta(seconds=rng.randint(0, 1800))
                touch(script, reader, mailed, ("email", "outbound", subject), campaign=campaign, actor=IMPORT)
                if rng.random() < 0.09:
                    _answer(script, reader, mailed, campaign)
        sent += 1


def _answer(script: Script, reader: Party, mailed: datetime, campaign: str) -> None:
    clicked = mailed + timedelta(hours=script.rng.uniform(0.2, 60))
    touch(script, reader, clicked, ("web", "inbound", "Followed a link"), campaign=campaign)
