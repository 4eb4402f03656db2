"""The whole history: a pure function of the seed and the day."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import UUID, uuid5

from gateways.demo.account_stories import buyer_before, shopper
from gateways.demo.cast import Casting, Party
from gateways.demo.lead_stories import lead_story
from gateways.demo.scoring_models import scoring_models
from gateways.demo.seasons import arrivals
from gateways.demo.showcase import showcase
from gateways.demo.steps import Script, Step
from gateways.demo.touchpoints import newsletters

LENGTH = timedelta(days=730)
BUYERS_BEFORE = 40
LEADS = 300
SHOPPERS = 85

_NAMESPACE = UUID("0197a000-0000-7000-8000-0000000000ff")


def history(seed: int, today: date) -> list[Step]:
    """All steps of the two years before `today`, in the order in which they are told.

    The last is the showcase customer's closing interaction; nothing is told or happens on `today` itself.
    """
    ends = datetime.combine(today, time(), UTC)
    starts = ends - LENGTH
    rng = Random(seed)  # noqa: S311 - chance in a story, not in a secret
    script = Script(rng, uuid5(_NAMESPACE, str(seed)), starts, ends - timedelta(seconds=1))
    scoring_models(script)
    _stories(script)
    shown = showcase(starts, ends)
    return sorted([*shown.steps, *script.steps], key=lambda step: step.told_at)


def _stories(script: Script) -> None:
    rng, casting = script.rng, Casting(script)
    readers: list[tuple[datetime, Party]] = []
    for _ in range(BUYERS_BEFORE):
        readers += [(member.since, member.person) for member in buyer_before(script, casting).members]
    for at in arrivals(rng, script.starts, script.ends, count=LEADS):
        readers.append((at, lead_story(script, casting, at)))
    for at in arrivals(rng, script.starts, script.ends, count=SHOPPERS):
        readers.append((at, shopper(script, casting, at)))
    newsletters(script, readers)
