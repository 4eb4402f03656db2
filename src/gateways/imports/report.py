"""What an import did."""

from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID


@dataclass(frozen=True)
class HistoryReport:
    """Rows of a history in a file of its own: those of the imported deals go with them; others are rejected."""

    rows: int
    rejected: int
    rejects: Path

    def __str__(self) -> str:
        told = f"{self.rows:,} rows of their history read = {self.rows - self.rejected:,} of these"
        if not self.rejected:
            return told
        return f"{told} + {self.rejected:,} of others, rejected, with the reasons: {self.rejects}"


@dataclass(frozen=True)
class ImportReport:
    """Each row that was read is counted once: imported, already there, or rejected.

    `rules` counts the rejected rows by the rule that they broke; `position` is that of the last event written (0
    when none was). `alike` of the imported are customers, or leads of new ones, who are likely one with others:
    the trail tells with whom, by the `correlation_id` that all events of the file bear.
    """

    rows: int
    imported: int
    already_there: int
    rejected: int
    rejects: Path
    rules: dict[str, int] = field(default_factory=dict)
    position: int = 0
    history: HistoryReport | None = None
    alike: int = 0
    correlation_id: UUID | None = None

    def __post_init__(self) -> None:
        assert self.rows == self.imported + self.already_there + self.rejected, "no row is lost silently"
        assert self.rejected == sum(self.rules.values()), "each rejected row broke one rule"

    def __str__(self) -> str:
        counted = f"{self.imported:,} imported + {self.already_there:,} already there + {self.rejected:,} rejected"
        lines = [f"{self.rows:,} rows read = {counted}"]
        lines += [f"  {count:,} × {rule}" for rule, count in sorted(self.rules.items(), key=lambda item: -item[1])]
        if self.rejected:
            lines.append(f"The rejected rows, with the reasons: {self.rejects}")
        if self.alike:
            trail = f"GET /v1/audit?type=customer.duplicates_found&correlation_id={self.correlation_id}"
            lines.append(f"{self.alike:,} of the imported are likely one with customers that were there: {trail}")
        if self.history is not None:
            lines.append(str(self.history))
        return "\n".join(lines)
