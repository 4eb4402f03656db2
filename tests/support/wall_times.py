"""Times on walls, as tests write them."""

from datetime import datetime

from domain.tasks import Due, due_at

STOCKHOLM, NEW_YORK = "Europe/Stockholm", "America/New_York"


def wall(text: str) -> datetime:
    """What the clock shows: "2027-03-28T09:00"."""
    return datetime.fromisoformat(text)


def due(text: str, zone: str = STOCKHOLM) -> Due:
    return due_at(wall(text), zone)
