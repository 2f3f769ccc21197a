"""The index of an archive's files: their narrow columns in memory, their JSON read when needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from comity.adapters.archive.columns import (
    EPOCH,
    arrow,
    compute,
    numpy,
    parquet,
    schema,
    texts_decoded,
)
from comity.adapters.archive.damage import reading
from comity.adapters.archive.manifest import File
from comity.adapters.archive.texts import Texts
from comity.domain.codec import UPCASTERS
from comity.domain.errors import ArchiveDamaged, InvalidRecord
from comity.domain.events import AnyEvent
from comity.domain.extent import ALWAYS
from comity.domain.recorded import Recorded

_NARROW = (
    "position", "version", "recorded_at", "recorded_by", "relationship", "kind", "latest",
    "earliest", "lasts", "acted_by", "links", "home",
)  # fmt: skip
_TEXTS = ["relationship", "kind", "recorded_by", "acted_by"]
"""Those of them whose texts repeat: each is held once."""
_DAY_ZERO = 719_163
"""The ordinal of 1 January 1970."""


def moment_of(microseconds: int) -> datetime:
    """The moment so many microseconds after 1970 began."""
    return EPOCH + timedelta(microseconds=microseconds)


_decode_all = msgspec.json.Decoder(list[AnyEvent]).decode

Numbers = Any
"""An array of numpy."""
Choice = Callable[[Any], Any]
"""Chooses rows: from a table of narrow columns to a mask, or None for all."""


class FileIndex:
    """Some rows of some files of an archive.

    Rows have numbers, from 0, by file and by their order in it. `order` are those of the chosen
    rows, by stream, and in each by time.
    """

    def __init__(
        self, archive: str, folder: Path, files: Sequence[File], choice: Choice | None = None
    ) -> None:
        self.archive, self._folder, self._files = archive, folder, files
        np, pyarrow = numpy(), arrow()
        tables = [self._read(file) for file in files] or [schema().empty_table().select(_NARROW)]
        table = pyarrow.concat_tables(tables).unify_dictionaries().combine_chunks()
        self._texts = Texts(archive, folder, files)
        numbers = np.arange(table.num_rows)
        if choice is not None and (mask := choice(table)) is not None:
            numbers = np.flatnonzero(mask.to_numpy(zero_copy_only=False))
            table = table.take(pyarrow.array(numbers))
        self._table: Any = table
        self._numbers = numbers
        self.count = len(numbers)
        self._moments: dict[int, datetime] = {}
        self._index_streams()

    def _read(self, file: File) -> Any:
        """The narrow columns of a file, read by row groups: all at once take twice the memory."""
        with (
            reading(self.archive, file.path),
            parquet().ParquetFile(
                self._folder / file.path, read_dictionary=_TEXTS, page_checksum_verification=True
            ) as source,
        ):
            groups = [
                source.read_row_group(number, columns=list(_NARROW), use_threads=False)
                for number in range(source.num_row_groups)
            ]
            return arrow().concat_tables(groups)

    # Narrow columns

    def _column(self, name: str) -> Any:
        return self._table.column(name).combine_chunks()

    def _integers(self, name: str, missing: int = 0) -> Numbers:
        column = self._column(name)
        filled = compute().fill_null(column.cast(arrow().int64()), missing)
        return filled.to_numpy(zero_copy_only=False)

    def _days(self, name: str, missing: int) -> Numbers:
        """A column of days, as ordinals."""
        column = self._column(name).cast(arrow().int32()).cast(arrow().int64())
        filled = compute().fill_null(column, missing - _DAY_ZERO)
        return filled.to_numpy(zero_copy_only=False) + _DAY_ZERO

    def _codes(self, name: str) -> tuple[list[str], Numbers]:
        """A column of texts: the texts that occur, and the number of each row's; -1 for none."""
        column = self._column(name)
        coded = column if hasattr(column, "dictionary") else column.dictionary_encode()
        numbers = compute().fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
        return coded.dictionary.to_pylist(), numbers

    def _index_streams(self) -> None:
        np = numpy()
        self._names, self._name_codes = list[str](), self._numbers
        if not self.count:
            self.streams: dict[str, tuple[int, int]] = {}
            self.order = np.arange(0)
            return
        names, codes = self._codes("relationship")
        self._names, self._name_codes = names, codes
        self.order = np.argsort(codes, kind="stable")
        ends = np.cumsum(np.bincount(codes, minlength=len(names))).tolist()
        starts = [0, *ends[:-1]]
        found = zip(names, starts, ends, strict=True)
        self.streams = {name: (start, end) for name, start, end in sorted(found) if start < end}

    def rows_of(self, name: str) -> Numbers:
        """The rows of a stream, by file and in each by time."""
        start, end = self.streams.get(name, (0, 0))
        return self.order[start:end]

    @cached_property
    def positions(self) -> Numbers:
        """Each row's position."""
        return self._integers("position")

    @cached_property
    def _versions(self) -> Numbers:
        return self._integers("version")

    @cached_property
    def _recorded(self) -> Numbers:
        return self._integers("recorded_at")

    @cached_property
    def _kinds(self) -> tuple[list[str], Numbers]:
        return self._codes("kind")

    @cached_property
    def _authors(self) -> tuple[list[str], Numbers]:
        return self._codes("recorded_by")

    @cached_property
    def actors(self) -> tuple[list[str], Numbers]:
        """Who acted alone on an agreement; -1 for nobody."""
        return self._codes("acted_by")

    @cached_property
    def since(self) -> Numbers:
        """The first day on which a row's event can have become true, as an ordinal."""
        return self._days("earliest", 0)

    @cached_property
    def until(self) -> Numbers:
        """The last day on which it can have become true, or can last."""
        latest = self._days("latest", ALWAYS)
        return numpy().maximum(latest, self._days("lasts", 0))

    @cached_property
    def homes(self) -> Numbers:
        """Whether a row is its event's home."""
        return self._column("home").to_numpy(zero_copy_only=False)

    @cached_property
    def linked(self) -> Numbers:
        """Whether a row has links."""
        lengths = compute().list_value_length(self._column("links"))
        return lengths.to_numpy(zero_copy_only=False) > 0

    @cached_property
    def _links(self) -> tuple[Numbers, Numbers]:
        """All links, sorted, and the row of each."""
        np = numpy()
        column = self._column("links")
        values = column.flatten().to_numpy(zero_copy_only=False)
        rows = compute().list_parent_indices(column).to_numpy(zero_copy_only=False)
        order = np.argsort(values, kind="stable")
        return values[order], rows[order]

    def linked_by(self, number: int) -> Numbers:
        """The rows under a link."""
        values, rows = self._links
        np = numpy()
        return rows[np.searchsorted(values, number) : np.searchsorted(values, number, "right")]

    def of_kinds(self, rows: Numbers, kinds: Collection[str]) -> Numbers:
        """Those rows whose events are of these kinds; no kinds mean all.

        An event of a retired kind is read as the kind that replaced it, so it can be any.
        """
        if not kinds or not len(rows):
            return rows
        names, codes = self._kinds
        wanted = numpy().array([name in kinds or name in UPCASTERS for name in names])
        return rows[wanted[codes[rows]]]

    def kinds_of(self, rows: Numbers) -> set[str]:
        """The kinds of the events of some rows."""
        names, codes = self._kinds
        return {names[code] for code in numpy().unique(codes[rows]).tolist()}

    def stream_of(self, rows: Numbers) -> Numbers:
        """The numbers of the streams of some rows."""
        return self._name_codes[rows]

    def numbers_of(self, names: Collection[str]) -> list[int]:
        """The numbers of some streams."""
        return [self._number_of[name] for name in names]

    @cached_property
    def _number_of(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self._names)}

    def position_at(self, moment: datetime) -> int:
        """The last position that was recorded at or before a moment; 0 if there is none."""
        at = (moment - EPOCH) // timedelta(microseconds=1)
        known = self.positions[self._recorded <= at]
        return int(known.max()) if len(known) else 0

    def with_ids(self, ids: Collection[str]) -> list[Recorded]:
        """The records whose events have these ids; it reads all JSON."""
        if not ids:
            return []
        rows = numpy().flatnonzero(self.homes)
        quoted = [b'"id":%b' % msgspec.json.encode(id) for id in ids]
        found = [
            row
            for row, text in zip(rows.tolist(), self._texts.of(self._numbers[rows]), strict=True)
            if any(each in text for each in quoted)
        ]
        return [r for r in self.records(numpy().array(found, int)) if r.event.id in ids]

    # Records

    def records(self, rows: Numbers) -> list[Recorded]:
        """The records of some rows, in the order of the log."""
        return self._records(self._in_order(rows))

    def each_records(self, several: Sequence[Numbers]) -> Iterator[list[Recorded]]:
        """The records of each of several sets of rows, in the order of the log."""
        ordered = [self._in_order(rows) for rows in several]
        records, start = self._records(numpy().concatenate(ordered)), 0
        for rows in ordered:
            yield records[start : start + len(rows)]
            start += len(rows)

    def _in_order(self, rows: Numbers) -> Numbers:
        return rows[numpy().argsort(self.positions[rows], kind="stable")]

    def _records(self, rows: Numbers) -> list[Recorded]:
        """The records of some rows, in their order."""
        if not len(rows):
            return []
        return self._recorded_of(self._decoded(self._texts.of(self._numbers[rows]), rows), rows)

    def _decoded(self, texts: Sequence[bytes], rows: Numbers) -> list[Any]:
        try:
            return _decode_all(b"[%b]" % b",".join(texts))
        except msgspec.MsgspecError:
            names, codes = self._kinds
        try:
            numbers: list[int] = codes[rows].tolist()
            return texts_decoded(texts, (names[number] for number in numbers))
        except InvalidRecord as error:
            file = self._files[0].path if len(self._files) == 1 else "one of its files"
            raise ArchiveDamaged(self.archive, file, str(error)) from None

    def _recorded_of(self, events: Sequence[Any], rows: Numbers) -> list[Recorded]:
        authors, by = self._authors
        moments: list[int] = self._recorded[rows].tolist()
        for each in set(moments).difference(known := self._moments):
            known[each] = moment_of(each)
        by_author: list[int] = by[rows].tolist()
        names = [authors[number] for number in by_author]
        by_stream: list[int] = self._name_codes[rows].tolist()
        streams = [self._names[number] for number in by_stream]
        versions: list[int] = self._versions[rows].tolist()
        positions: list[int] = self.positions[rows].tolist()
        placed: Iterable[tuple[Any, str, int, int, int, str]] = zip(
            events, streams, versions, positions, moments, names, strict=True
        )
        return [
            Recorded(e, stream, version, position, known[moment], recorded_by=name)
            for e, stream, version, position, moment, name in placed
        ]
