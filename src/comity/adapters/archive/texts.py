"""The JSON of an archive's rows, read when it is needed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from comity.adapters.archive.columns import arrow, numpy, parquet
from comity.adapters.archive.damage import reading
from comity.adapters.archive.manifest import File

_GROUPS_HELD = 12
"""How many row groups of JSON are held at once."""

Numbers = Any
"""An array of numpy."""


class Texts:
    """The JSON of the rows of some files, read by row groups, of which the last used are held."""

    def __init__(self, archive: str, folder: Path, files: Sequence[File]) -> None:
        self._archive, self._folder, self._files = archive, folder, files
        self._open: dict[int, Any] = {}
        self._held: OrderedDict[int, Any] = OrderedDict()
        self._groups: list[tuple[int, int]] = []

    def of(self, numbers: Numbers) -> list[bytes]:
        """The JSON of some rows, in their order."""
        np, starts = numpy(), self._starts
        groups = np.searchsorted(starts, numbers, "right") - 1
        wanted = np.unique(groups).tolist()
        if len(wanted) == 1:
            return self._taken(wanted[0], numbers - starts[wanted[0]])
        texts: list[bytes] = [b""] * len(numbers)
        for group in wanted:
            at = np.flatnonzero(groups == group)
            own = self._taken(group, numbers[at] - starts[group])
            for place, text in zip(at.tolist(), own, strict=True):
                texts[place] = text
        return texts

    @cached_property
    def _starts(self) -> Numbers:
        """The first row of each row group, of all files."""
        starts, row = list[int](), 0
        for number in range(len(self._files)):
            metadata = self._opened(number).metadata
            for group in range(metadata.num_row_groups):
                self._groups.append((number, group))
                starts.append(row)
                row += metadata.row_group(group).num_rows
        return numpy().array(starts)

    def _opened(self, number: int) -> Any:
        if number not in self._open:
            path = self._files[number].path
            with reading(self._archive, path):
                self._open[number] = parquet().ParquetFile(
                    self._folder / path, page_checksum_verification=True
                )
        return self._open[number]

    def _taken(self, group: int, rows: Numbers) -> list[bytes]:
        taken: list[bytes] = self._group(group).take(arrow().array(rows)).to_pylist()
        return taken

    def _group(self, group: int) -> Any:
        if group in self._held:
            self._held.move_to_end(group)
            return self._held[group]
        number, own = self._groups[group]
        with reading(self._archive, self._files[number].path):
            table = self._opened(number).read_row_group(own, columns=["event"])
        texts = table.column("event").combine_chunks()
        texts = (texts.chunk(0) if hasattr(texts, "chunk") else texts).cast(arrow().binary())
        self._held[group] = texts
        if len(self._held) > _GROUPS_HELD:
            self._held.popitem(last=False)
        return texts
