"""Every error that comity raises: one hierarchy, each error with its values and the way out.

ComityError
├── InvalidInput               what was given can never be right
│   ├── UnknownParty           .value, .suggestions
│   ├── InvalidDate            .value, .reason
│   ├── InvalidValue           .field, .value, .expected
│   ├── InvalidRecord          .problems: every (path, problem) of one outside record
│   ├── UnknownEventKind       .kind
│   ├── UnreadableFile         .file, .reason
│   └── NotInstalled           .package, .extra: what a format needs
├── Refused                    right in itself, but not on this log as it stands
│   ├── VersionConflict        .relationship, .expected, .current
│   ├── IdConflict             .id, .position
│   ├── NoSuchEvent            .id
│   ├── IncoherentHistory      .findings
│   ├── RecordedTimeDecreases  .given, .last
│   ├── RecordedTimeInFuture   .given, .now
│   ├── TargetRetracted        .id, .act, .reason
│   ├── NotRetracted           .id
│   ├── LogsDiffer             .store, .position: the first that differs; .archive
│   └── ProjectionSuperseded   .name, .version, .current
└── StoreError                 .store, .in_doubt: the store itself failed; nothing half-written
    ├── StoreNotFound          cannot be opened or made there
    ├── StoreExists            something is there already
    ├── NotAStore              the file is something else
    ├── StoreDamaged           truncated or corrupt: .position in the log, if that is known
    ├── StoreTooNew            written by a newer comity: .written, .supported
    ├── StoreReadOnly          it was opened only to read, or may not be written
    │   └── ArchiveReadOnly    it is an archive in Parquet, which is only read
    ├── StoreFull              the disk is full
    ├── StoreBusy              another writer held the lock too long
    │   └── TracesLeft         others use a store that was redacted: .redaction
    ├── StoreUnreachable       its server cannot be reached, or the connection was lost
    ├── StoreBehind            a replica has not come so far: .position, .wanted
    ├── StoreClosed
    ├── ForkedEngine           the engine belongs to another process
    ├── ArchiveError           an archive in Parquet cannot be written or read
    │   ├── NotAnArchive       the folder holds none, or one of another format
    │   ├── ArchiveBusy        another process writes it
    │   ├── ArchiveUnwritable  the disk is full, or may not be written
    │   ├── ArchiveDamaged     .file: it is missing, or not what was written
    │   └── ReplayFailed       .files: could not be folded, however often that was tried
    └── StoreMayLackEvents     a warning: it may be a copy that was made while it was open

An error in a long work says how far it came: `.appended` of `extend`, `.done` of a fold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from comity.domain.archive_errors import (
    ArchiveBusy,
    ArchiveDamaged,
    ArchiveError,
    ArchiveReadOnly,
    ArchiveUnwritable,
    NotAnArchive,
    ReplayFailed,
)
from comity.domain.refusals import (
    IdConflict,
    IncoherentHistory,
    LogsDiffer,
    NoSuchEvent,
    NotRetracted,
    ProjectionSuperseded,
    RecordedTimeDecreases,
    RecordedTimeInFuture,
    Refused,
    TargetRetracted,
    VersionConflict,
)
from comity.domain.root_error import ComityError, say_how_far, say_recorded
from comity.domain.store_errors import (
    ForkedEngine,
    NotAStore,
    StoreBehind,
    StoreBusy,
    StoreClosed,
    StoreDamaged,
    StoreError,
    StoreExists,
    StoreFull,
    StoreMayLackEvents,
    StoreNotFound,
    StoreReadOnly,
    StoreTooNew,
    StoreUnreachable,
    TracesLeft,
)

__all__ = [
    "ArchiveBusy",
    "ArchiveDamaged",
    "ArchiveError",
    "ArchiveReadOnly",
    "ArchiveUnwritable",
    "ComityError",
    "ForkedEngine",
    "IdConflict",
    "IncoherentHistory",
    "InvalidDate",
    "InvalidInput",
    "InvalidRecord",
    "InvalidValue",
    "LogsDiffer",
    "NoSuchEvent",
    "NotAStore",
    "NotAnArchive",
    "NotInstalled",
    "NotRetracted",
    "ProjectionSuperseded",
    "RecordedTimeDecreases",
    "RecordedTimeInFuture",
    "Refused",
    "ReplayFailed",
    "StoreBehind",
    "StoreBusy",
    "StoreClosed",
    "StoreDamaged",
    "StoreError",
    "StoreExists",
    "StoreFull",
    "StoreMayLackEvents",
    "StoreNotFound",
    "StoreReadOnly",
    "StoreTooNew",
    "StoreUnreachable",
    "TargetRetracted",
    "TracesLeft",
    "UnknownEventKind",
    "UnknownParty",
    "UnreadableFile",
    "VersionConflict",
    "reasons_of",
    "say_how_far",
    "say_recorded",
]  # fmt: skip


_LONGEST_SHOWN = 100


class InvalidInput(ComityError):
    """What was given can never be right, whatever the log holds."""


class UnknownParty(InvalidInput):
    """A code that is neither a state's code nor an organisation's slug."""

    def __init__(
        self, value: object, reason: str, suggestions: Sequence[str] = (), meant: str = ""
    ) -> None:
        self.value, self.suggestions = value, list(suggestions)
        meant = meant or " or ".join(self.suggestions)
        hint = f"; did you mean {meant}?" if meant else ""
        values = cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()
        several = ", ".join(map(repr, values)) if len(values) > 1 else ""
        shown = _shortened(f"{value!r}")
        what = f"parties {several}" if several else f"party {shown}"
        super().__init__(f"Unknown {what}: {reason}{hint}")

    @classmethod
    def of_all(cls, errors: Sequence[UnknownParty]) -> UnknownParty:
        """One error for all of `errors`; its `value` is then a tuple of their values."""
        if len(errors) == 1:
            return errors[0]
        return cls(
            tuple(error.value for error in errors),
            "a party is a state's code such as 'PAK', or an organisation's slug such as 'imf'",
            [code for error in errors for code in error.suggestions],
            ", ".join(f"{' or '.join(e.suggestions)} for {e.value!r}" for e in errors
                      if e.suggestions),
        )  # fmt: skip


def _shortened(text: str) -> str:
    """A text of any length as an error can show it."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


class InvalidDate(InvalidInput):
    """A date, period or moment that does not exist or cannot be read."""

    def __init__(self, value: object, reason: str) -> None:
        self.value, self.reason = value, reason
        super().__init__(f"Invalid date {value!r}: {reason}")


class InvalidValue(InvalidInput):
    """A field whose value is outside what the field can hold."""

    def __init__(self, field: str, value: object, expected: str) -> None:
        self.field, self.value, self.expected = field, value, expected
        super().__init__(f"Invalid {field} {value!r}: expected {expected}")


class InvalidRecord(InvalidInput):
    """An outside record that is not an event; `problems` holds every (path, problem) in it."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{path}: {problem}" for path, problem in self.problems))


def reasons_of(error: ComityError) -> tuple[str, ...]:
    """Every reason of an error, each with its path where it has one."""
    problems = error.problems if isinstance(error, InvalidRecord) else ()
    return tuple(f"{path}: {problem}" for path, problem in problems) or (str(error),)


class UnknownEventKind(InvalidInput):
    """A tag or class that is not in the catalogue."""

    def __init__(self, kind: object, suggestions: Sequence[str] = ()) -> None:
        self.kind, self.suggestions = kind, tuple(suggestions)
        hint = f"; did you mean {' or '.join(self.suggestions)}?" if self.suggestions else ""
        super().__init__(f"Unknown kind of event {kind!r}{hint}")


class UnreadableFile(InvalidInput):
    """A file that cannot be opened, or is not of the format that it is read as."""

    def __init__(self, file: str, reason: str) -> None:
        self.file, self.reason = file, reason
        super().__init__(f"Cannot read {file!r}: {reason}")


class NotInstalled(InvalidInput):
    """A format needs a package that is not installed; comity's `extra` brings it.

    What no extra brings is a program: `way` says how to get it.
    """

    def __init__(self, package: str, extra: str, what: str, way: str = "") -> None:
        self.package, self.extra = package, extra
        kind = "package" if extra else "program"
        super().__init__(
            f"{what} needs the {kind} {package}, which is not installed: "
            + (way or f"pip install 'comity[{extra}]'")
        )
