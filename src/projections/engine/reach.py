"""Whose records a list shows. Also in a list of the past it is whose they are now that counts: the live read model
says so, while the list's own rows say whose they were."""


def owned(fold: str, *, past: bool) -> str:
    """SQL, for a row of the fold: its record is one of those of `%(owners)s`."""
    if not past:
        return "owner = ANY (%(owners)s::text[])"
    return f"key IN (SELECT now.key FROM read.{fold} AS now WHERE now.owner = ANY (%(owners)s::text[]))"
