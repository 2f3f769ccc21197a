"""What a store of an archive refuses: it is written by `comity archive` alone."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import NoReturn

from comity.domain.errors import ArchiveReadOnly, InvalidValue
from comity.domain.events import Event
from comity.domain.recorded import Recorded
from comity.ports import NOTHING_AHEAD, Ahead, IndexCheck, LogStore, SealedPage

_WHOLE = (
    "its log is not copied, merged or archived again, and `comity verify --archive DIR` proves it; "
    "copy its folder, or ask its store"
)
REASON = "write into its store, and then run `comity archive`"


class OnlyRead:
    """Refuses whatever writes, and what an archive proves in another way."""

    name: str

    def _refuse(self, reason: str = REASON) -> NoReturn:
        raise ArchiveReadOnly(self.name, reason)

    @contextmanager
    def writing(self, ahead: Ahead = NOTHING_AHEAD) -> Generator[None]:
        """Raise `ArchiveReadOnly`."""
        self._refuse()
        yield

    def add(self, records: Sequence[Recorded], seals: Sequence[bytes] | None = None) -> None:
        """Raise `ArchiveReadOnly`."""
        self._refuse()

    def rewrite(self, forms: Mapping[int, Event]) -> None:
        """Raise `ArchiveReadOnly`."""
        self._refuse()

    def scrub(self) -> None:
        """Raise `ArchiveReadOnly`."""
        self._refuse()

    def sealed(self, after: int = 0) -> Iterator[SealedPage]:
        """Raise `ArchiveReadOnly`: an archive is verified file by file."""
        self._refuse(_WHOLE)

    def checkpoints(self) -> dict[int, bytes]:
        """No digests are kept on the way."""
        return {}

    def checker(self) -> IndexCheck:
        """Raise `ArchiveReadOnly`: an archive is verified file by file."""
        self._refuse(_WHOLE)

    def reopening(self) -> NoReturn:
        """Raise `InvalidValue`: several processes fold an archive file by file."""
        expected = (
            "1: an archive that is opened as a store is folded by one process. Several fold its "
            f"files: `comity replay --archive DIR --workers N`, or comity.replay({self.name!r}, …, "
            "executor=…)"
        )
        raise InvalidValue("workers", "more than 1", expected)

    def backup(
        self, target: str, *, overwrite: bool = False, progress: Callable[[float], None] = print
    ) -> AbstractContextManager[LogStore]:
        """Raise `ArchiveReadOnly`: an archive is copied as files are."""
        self._refuse("copy its folder")
