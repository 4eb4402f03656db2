"""The rows that did not land, each with the reason."""

import csv
import fcntl
from pathlib import Path
from typing import NamedTuple

from domain.refusals import Refusal
from gateways.imports.problem import ImportProblem
from gateways.imports.rows import Row

HEADER = ["row", "rule", "field", "reason"]


class Reject(NamedTuple):
    row: Row
    refusal: Refusal


class RejectsFile:
    """CSV in UTF-8: the row's number, the rule, the field, the reason, then the row as it came.

    Until the import ends it is called `….partial`, and so it is found after a kill, whole batches in it. Each run
    writes it anew; it has a header alone where no row was rejected.
    """

    def __init__(self, path: Path, columns: list[str]) -> None:
        self.path = path
        self.partial = path.with_name(path.name + ".partial")
        try:
            # Held until the end: two imports of one file at once would write into each other's lines.
            self._file = self.partial.open("a", encoding="utf-8", newline="")
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._file.truncate(0)
        except BlockingIOError as error:
            raise ImportProblem(f"another import writes {self.partial}. Nothing was imported.") from error
        except OSError as error:
            raise ImportProblem(
                f"{self.partial} cannot be written: {error.strerror}. Nothing was imported."
            ) from error
        self._rows = csv.writer(self._file)
        self._rows.writerow([*HEADER, *columns])

    def add(self, rejects: list[Reject]) -> None:
        """Write the rejects of a batch, in the order of the rows."""
        for (number, cells, _), refusal in sorted(rejects, key=lambda reject: reject.row.number):
            self._rows.writerow([number, refusal.rule, refusal.field or "", refusal.message, *cells])
        self._file.flush()

    def finish(self) -> None:
        """All rows were read: it gets its name."""
        self._file.close()
        self.partial.replace(self.path)

    def close(self) -> None:
        """Leave it under its partial name; harmless when it is finished."""
        self._file.close()
