"""Imports: the rows of a file become commands, as a mapping file says.

A row lands whole or not at all. A row that cannot land goes to the rejects file with the rule that it broke. The
log is the only state: the same import run again skips what is there and goes on where a killed one stopped.
"""

from gateways.imports.importer import import_file
from gateways.imports.mapping import Mapping
from gateways.imports.mapping_file import read_mapping
from gateways.imports.problem import ImportProblem
from gateways.imports.report import ImportReport

__all__ = ["ImportProblem", "ImportReport", "Mapping", "import_file", "read_mapping"]
