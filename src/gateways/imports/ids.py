"""The ids of imported records: a record of a source has the same id whoever imports it, and when."""

from uuid import UUID, uuid5

# Never changes: the ids of all that was ever imported hang on it.
_IMPORTS = UUID("6d0c1c1e-5f0e-5d0b-9c57-2a7c4e1b9f3a")


def record_id(source: str, record: str, external_id: str) -> UUID:
    """The id in the log of a source's record. A source's name has no slash, so no two records share an id."""
    return uuid5(_IMPORTS, f"{source}/{record}/{external_id}")


def file_id(digest: str) -> UUID:
    """The correlation id of all that one file set off, by the SHA-256 of its bytes."""
    return uuid5(_IMPORTS, f"file:{digest}")
