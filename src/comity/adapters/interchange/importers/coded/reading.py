"""Files of coded events, read as events: what the three formats share."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple, Protocol

from comity.adapters.interchange.importers.coded.cells import Unreadable
from comity.adapters.interchange.importers.coded.codes import UNSURE
from comity.adapters.interchange.importers.coded.repeats import Evidence, Key, Repeated, Repeats
from comity.adapters.interchange.importers.coded.rows import Row, faulty, rows
from comity.adapters.interchange.importers.inputs import InputFile
from comity.adapters.interchange.importers.outcomes import Faulty, Outcome, Skipped, Told
from comity.domain.errors import InvalidInput, UnreadableFile
from comity.domain.events import InteractionCoded
from comity.domain.values import Source

_TRIED = 100
"""So many rows at the beginning may be of no known layout."""
_VISITOR_FIRST = {"042": True, "043": False, "CONSULT-visit": True, "CONSULT-host": False}
"""The codes that tell a visit, and whether the source is who visits."""


class Interaction(NamedTuple):
    """What a row tells."""

    key: Key
    evidence: Evidence
    mentions: int = 1


class Layout(Protocol):
    """The columns of a file."""

    width: int
    """How many cells a row has."""
    zeros_lost: bool
    """Whether a code has been read that had lost its first zero."""

    def read(self, cells: list[str]) -> str | Sequence[Interaction]:
        """What a row tells, or the reason for which it tells nothing; raises `Unreadable`."""
        ...

    def aligned(self, cells: list[str]) -> list[str]:
        """The cells of a row that has more or fewer than `width`; raises `Unreadable`."""
        ...


class Coder(NamedTuple):
    """Who coded a file, in which scheme, and how the layout of a file is found.

    `headed` gives the layout that a header tells, `headless` the layout of a row without one; each
    gives None for what is no such row. `expected` says in words how a file begins.
    """

    publisher: str
    scheme: str
    headed: Callable[[list[str]], Layout | None]
    headless: Callable[[list[str]], Layout | None]
    expected: str


def read_coded(file: InputFile, coder: Coder) -> Iterator[Outcome]:
    """What the rows of a file tell; raises `UnreadableFile`.

    What is skipped or cannot be read comes as it is found, then come the interactions.
    """
    with Repeats() as repeats:
        zeros_lost = yield from _counted(file, coder, repeats)
        for repeated in repeats:
            yield _outcome(coder, repeated, zeros_lost=zeros_lost)


def _counted(file: InputFile, coder: Coder, repeats: Repeats) -> Generator[Outcome, None, bool]:
    """Count the interactions, and give what the other rows are; returns `zeros_lost`."""
    start = _Start(file.name, coder)
    for row in rows(file):
        if isinstance(row, Faulty):
            yield row
            continue
        layout = start.layout
        if layout is None:
            layout = start.found(row)
            if layout is None:
                continue
            yield from start.unknown_rows()
            if start.header:
                continue
        if (outcome := _read(layout, row, start.header, repeats)) is not None:
            yield outcome
    return start.lost_zeros()


class _Start:
    """The beginning of a file, where its layout is looked for."""

    def __init__(self, file: str, coder: Coder) -> None:
        self._file, self._coder = file, coder
        self._unknown: list[Row] = []
        self.layout: Layout | None = None
        self.header: list[str] = []

    def found(self, row: Row) -> Layout | None:
        """The layout, if this row tells it; raises `UnreadableFile` after too many rows."""
        if (layout := self._coder.headed(row.cells)) is not None:
            self.header = row.cells
        elif (layout := self._coder.headless(row.cells)) is None:
            self._unknown.append(row)
            if len(self._unknown) == _TRIED:
                raise self._unreadable()
        self.layout = layout
        return layout

    def unknown_rows(self) -> Iterator[Faulty]:
        """The rows before the first of a known layout."""
        for line, raw, _ in self._unknown:
            yield faulty(line, raw, f"expected {self._coder.expected}")
        self._unknown.clear()

    def lost_zeros(self) -> bool:
        """At the end, whether codes have lost their zeros; raises `UnreadableFile`."""
        if self.layout is None:
            raise self._unreadable()
        return self.layout.zeros_lost

    def _unreadable(self) -> UnreadableFile:
        return UnreadableFile(self._file, f"it does not begin with {self._coder.expected}")


def _read(layout: Layout, row: Row, header: list[str], repeats: Repeats) -> Skipped | Faulty | None:
    """Count what a row tells; what it is if it tells nothing."""
    line, raw, cells = row
    try:
        told = layout.read(cells if len(cells) == layout.width else layout.aligned(cells))
    except Unreadable as unreadable:
        if cells == header:
            return Skipped(line, "a header")
        return faulty(line, raw, *unreadable.reasons)
    if isinstance(told, str):
        return Skipped(line, told)
    _count(repeats, line, told)
    return None


def _count(repeats: Repeats, line: int, told: Iterable[Interaction]) -> None:
    rows = 1
    for key, evidence, mentions in told:
        repeats.count(key, line, rows, mentions, evidence)
        rows = 0  # the row is counted once, with the first event that it tells


def _outcome(coder: Coder, repeated: Repeated, *, zeros_lost: bool) -> Told | Faulty:
    key, line, rows, mentions, evidence = repeated
    when, source, code, target, source_actor, target_actor = key
    if code.endswith(UNSURE):
        code = code.removesuffix(UNSURE)
        if zeros_lost:
            reason = f"the code {code} may be 0{code}: codes of this file have lost their zeros"
            return Faulty(line, key._asdict(), (reason,), rows)
        key = key._replace(code=code)
    published, note, url, place = evidence
    try:
        event = InteractionCoded(
            id=_id(coder.publisher, key),
            scheme=coder.scheme,
            when=when,
            source=source,
            code=code,
            target=target,
            source_actor=source_actor,
            target_actor=target_actor,
            place=place,
            mentions=mentions,
            happening=_visit(coder.publisher, key),
            sources=_sources(coder.publisher, published, note, url),
        )
    except InvalidInput as error:
        return Faulty(line, key._asdict(), (str(error),), rows)
    return Told(line, event, rows=rows, is_keyed=True)


def _id(publisher: str, key: Key) -> str:
    """The id of an interaction: the same in every file that tells it."""
    digest = blake2b("\n".join(key).encode(), digest_size=12)
    return f"{publisher.lower()}-{digest.hexdigest()}"


def _visit(publisher: str, key: Key) -> str:
    """The happening of a visit, which is told twice: by who makes it, and by who is host to it.

    Empty for any other interaction.
    """
    if (visitor_first := _VISITOR_FIRST.get(key.code)) is None:
        return ""
    actors = (key.source_actor or key.source, key.target_actor or key.target)
    visitor, host = actors if visitor_first else reversed(actors)
    return f"{publisher.lower()}/visit/{key.when}/{visitor}/{host}"


@lru_cache(maxsize=4_096)
def _sources(publisher: str, published: str, note: str, url: str) -> tuple[Source]:
    return (Source(publisher, url, published, note),)
