"""Importers: files that others made, read as events.

Each format has an `Importer`, registered as an entry point of the group `comity.importers`, ours
included. `import_files` records what a file tells; `read_file` only reads it.
"""

from __future__ import annotations

from comity.adapters.interchange.importers.inputs import InputFile, input_files
from comity.adapters.interchange.importers.names import Names
from comity.adapters.interchange.importers.outcomes import (
    Faulty,
    Importer,
    ImportSettings,
    Outcome,
    Skipped,
    Told,
)
from comity.adapters.interchange.importers.registry import formats, importer
from comity.adapters.interchange.importers.running import (
    FileImport,
    RejectedRow,
    import_files,
    read_file,
)

__all__ = [
    "Faulty", "FileImport", "ImportSettings", "Importer", "InputFile", "Names", "Outcome",
    "RejectedRow", "Skipped", "Told", "formats", "import_files", "importer", "input_files",
    "read_file",
]  # fmt: skip
