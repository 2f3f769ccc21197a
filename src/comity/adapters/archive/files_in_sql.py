"""The files of an archive as DuckDB reads them, for the questions that its columns answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from comity.adapters.archive.columns import EXTRA
from comity.adapters.archive.damage import WrittenFiles
from comity.adapters.archive.manifest import File
from comity.adapters.interchange.optional import loaded
from comity.domain.errors import ArchiveDamaged

_SETTINGS = {
    # Nothing is fetched from a network, and nothing is written anywhere.
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "temp_directory": "",
    # Names in a question are those of tables, never of Python's variables.
    "python_enable_replacements": "false",
}
_GLOB = "*?["
"""What has a meaning in a pattern of files; in brackets each stands for itself."""


class FilesInSql:
    """Answers questions in SQL about some files: they call the rows `FILES`.

    A connection in memory is opened with the first question. Raises `NotInstalled` without DuckDB.
    """

    def __init__(self, archive: str, folder: Path, written: WrittenFiles) -> None:
        self._archive, self._folder, self._written = archive, folder, written
        self._duckdb = loaded("duckdb", "Counting an archive", EXTRA)
        self._lock = Lock()
        self._connection: Any = None

    def rows(
        self,
        question: str,
        files: Sequence[File],
        parameters: Mapping[str, Any] | None = None,
        *,
        whole: bool = False,
    ) -> list[tuple[Any, ...]]:
        """The rows of an answer; a question about no files has none. Raises `ArchiveDamaged`.

        With `whole` it may read any column, and else only those that are `COUNTED`.
        """
        if not files:
            return []
        self._written.check(files, narrow=not whole)  # DuckDB compares no checksums
        paths = [pattern_of(str(self._folder / file.path)) for file in files]
        text = question.replace("FILES", "read_parquet($files, hive_partitioning = false)")
        try:
            with self._lock:
                cursor = self._opened().cursor()
            with cursor:
                cursor.execute(text, {"files": paths, **(parameters or {})})
                rows: list[tuple[Any, ...]] = cursor.fetchall()
        except self._duckdb.Error as error:
            missing = [file.path for file in files if not (self._folder / file.path).exists()]
            if missing:
                raise ArchiveDamaged(self._archive, missing[0], "it is missing") from None
            reason = str(error).partition("\n")[0]
            raise ArchiveDamaged(self._archive, "one of its files", reason) from None
        return rows

    def keep(self, name: str, **columns: Sequence[Any]) -> None:
        """Keep a table for later questions: the values of each column.

        Unless it is kept already.
        """
        with self._lock:
            held = ", ".join(f"unnest(${column}) AS {column}" for column in columns)
            question = f"CREATE TABLE IF NOT EXISTS {name} AS SELECT {held}"
            self._opened().execute(question, columns)

    def _opened(self) -> Any:
        if self._connection is None:
            self._connection = self._duckdb.connect(":memory:", config=_SETTINGS)
        return self._connection

    def close(self) -> None:
        """Let the connection go."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None


def pattern_of(path: str) -> str:
    """The pattern of files that only one path fits."""
    return "".join(f"[{letter}]" if letter in _GLOB else letter for letter in path)
