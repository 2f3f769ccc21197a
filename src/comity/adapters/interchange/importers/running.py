"""Imports: what the rows of files tell is recorded in portions, and every row is accounted for."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from comity.adapters.interchange.importers.inputs import STDIN, InputFile, input_files
from comity.adapters.interchange.importers.outcomes import (
    Importer,
    ImportSettings,
    Outcome,
    Skipped,
    Told,
)
from comity.adapters.interchange.importers.registry import importer
from comity.domain.errors import say_recorded
from comity.engine import TimelineEngine

PORTION = 1000
"""How many events are recorded at once."""
TOLD_OTHERWISE = "there already, with other details"
"""Why a row is skipped whose event another file has told."""


class RejectedRow(NamedTuple):
    """A row that was not recorded: its file, its line, what stands there, and every reason."""

    file: str
    line: int
    raw: object
    reasons: tuple[str, ...]


@dataclass
class FileImport:
    """How far an import has come: how many rows were read, and what became of them.

    `read` counts the rows of the files, `repeated` those that only repeat another. `appended` are
    new events, `duplicates` those that the log had, of which `retracted` do not stand. `skipped`
    counts rows by the reason for which they tell nothing. `rejected` counts the refused ones.
    """

    on_rejected: Callable[[RejectedRow], object] = lambda rejected: None
    read: int = 0
    repeated: int = 0
    appended: int = 0
    duplicates: int = 0
    retracted: int = 0
    rejected: int = 0
    skipped: Counter[str] = field(default_factory=Counter[str])

    def run(self, engine: TimelineEngine, file: str, outcomes: Iterable[Outcome]) -> None:
        """Record what a file tells; may be called again for a further file."""
        portion: list[Told] = []
        try:
            for outcome in outcomes:
                self.read += outcome.rows
                if isinstance(outcome, Told):
                    self.repeated += max(0, outcome.rows - 1)
                    portion.append(outcome)
                    if len(portion) == PORTION:
                        self._record(engine, file, portion)
                        portion = []
                elif isinstance(outcome, Skipped):
                    self.skipped[outcome.reason] += outcome.rows
                else:
                    self._reject(RejectedRow(file, outcome.line, outcome.raw, outcome.reasons))
            self._record(engine, file, portion)
        except BaseException as error:
            of_portion = vars(error)  # how far `extend` came in the last portion
            self.appended += of_portion.pop("appended", 0)
            of_portion.pop("done", None)
            say_recorded(error, self.appended, self.read)
            raise

    def _record(self, engine: TimelineEngine, file: str, portion: list[Told]) -> None:
        report = engine.extend([told.record for told in portion], batch_size=PORTION)
        self.appended += report.appended
        self.duplicates += report.duplicates
        self.retracted += report.retracted
        for rejected in report.rejected:
            told = portion[rejected.number - 1]
            if rejected.known and told.is_keyed:
                self.skipped[TOLD_OTHERWISE] += told.rows
                continue
            raw = told.record if told.raw is None else told.raw
            self._reject(RejectedRow(file, told.line, raw, rejected.reasons))

    def _reject(self, rejected: RejectedRow) -> None:
        self.rejected += 1
        self.on_rejected(rejected)


def import_files(
    engine: TimelineEngine,
    format: str | Importer,
    *files: str | os.PathLike[str],
    settings: ImportSettings | None = None,
    encoding: str = "utf-8",
    on_rejected: Callable[[RejectedRow], object] = lambda rejected: None,
    progress: Callable[[InputFile], object] = lambda file: None,
) -> FileImport:
    """Record what files of a format tell, and return how many rows became what.

    `format` is a name such as `"icews"`. Files may be compressed by gzip or zip. A row that cannot
    be recorded goes to `on_rejected`, and the others go on. `progress` is called with each file
    before it is read, and can set the file's own `progress`. Repeating an import adds nothing.
    Raises `UnreadableFile`, `InvalidValue` for an unknown format, and the errors of `extend`.
    """
    reader = importer(format) if isinstance(format, str) else format
    done, asked = FileImport(on_rejected), settings or ImportSettings()
    for name in _in_order(reader, files, encoding):
        with input_files(name, unpack=reader.unpacks, encoding=encoding) as opened:
            for file in opened:
                progress(file)
                done.run(engine, file.name, reader.read(file, asked))
    return done


def _in_order(
    reader: Importer, files: Sequence[str | os.PathLike[str]], encoding: str
) -> Sequence[str | os.PathLike[str]]:
    """The files, first those that explain the others."""
    leads = reader.leads
    if leads is None or len(files) < 2:
        return files

    def follows(name: str | os.PathLike[str]) -> bool:
        if os.fspath(name) == STDIN or not Path(name).is_file():
            return True  # it can be read only once
        with input_files(name, unpack=reader.unpacks, encoding=encoding) as opened:
            return not any(leads(file) for file in opened)

    return sorted(files, key=follows)


def read_file(
    format: str | Importer,
    file: str | os.PathLike[str],
    *,
    settings: ImportSettings | None = None,
    encoding: str = "utf-8",
) -> Iterator[Outcome]:
    """What the rows of a file tell, one by one; nothing is recorded."""
    reader, asked = importer(format) if isinstance(format, str) else format, settings
    with input_files(file, unpack=reader.unpacks, encoding=encoding) as opened:
        for part in opened:
            yield from reader.read(part, asked or ImportSettings())
