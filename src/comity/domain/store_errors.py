"""The errors of stores; `comity.domain.errors` has the whole hierarchy, drawn as a tree."""

from __future__ import annotations

from comity.domain.root_error import NOTHING, ComityError

_IN_DOUBT = "What was being recorded may or may not be recorded; repeating it is safe"


class StoreError(ComityError):
    """The store itself failed; an append that raised it is not in the log, unless `in_doubt`.

    Then the failure came as the append was made durable. It may be in the log; to repeat it is
    safe, since what is there already is a duplicate.
    """

    thing = "store"
    said = "failed"

    def __init__(self, store: str, reason: str = "", *, in_doubt: bool = False) -> None:
        self.store, self.reason, self.in_doubt = store, reason, in_doubt
        said = self.said.replace(f"; {NOTHING}", "") if in_doubt else self.said
        doubt = f". {_IN_DOUBT}" if in_doubt else ""
        super().__init__(
            f"The {self.thing} {store!r} {said}{': ' if reason else ''}{reason}{doubt}"
        )


class StoreNotFound(StoreError):
    """The store cannot be opened or made at this place."""

    said = "cannot be opened"


class StoreExists(StoreError):
    """Something is at the place already, and nobody said that it may be overwritten."""

    said = "was not written, as something is there already"


class NotAStore(StoreError):
    """The file is not a comity store; it was left untouched."""

    said = "is not a comity store and was left untouched"


class StoreDamaged(StoreError):
    """The file is truncated or corrupt; `position` is that in the log, if it is the log."""

    def __init__(
        self, store: str, reason: str = "", position: int | None = None, *, in_doubt: bool = False
    ) -> None:
        self.position = position
        where = "" if position is None else f"position {position} of its log: "
        super().__init__(store, f"{where}{reason}", in_doubt=in_doubt)

    said = "is damaged; try `comity verify`, then restore it from a backup"


class StoreMayLackEvents(StoreError, UserWarning):
    """A warning: the store was not closed after its `last` event, and has no `-wal` beside it."""

    def __init__(self, store: str, last: int) -> None:
        self.last = last
        super().__init__(
            store,
            f"it was not closed after event {last}, and no {store}-wal is beside it. If it is a "
            "copy that was made while it was open, copy it again, with `comity backup`. If not, "
            "nothing is amiss, and the next append ends this warning",
        )

    said = "may lack events"


class StoreTooNew(StoreError):
    """The store was written by a newer comity."""

    def __init__(self, store: str, written: object, supported: object) -> None:
        self.written, self.supported = written, supported
        StoreError.__init__(
            self, store, f"it holds {written}, this comity knows {supported}; upgrade comity"
        )

    said = "was written by a newer comity"


class StoreReadOnly(StoreError):
    """The store can be read but not written."""

    said = "is read-only; nothing was written. Open it to write, with the right to, or copy it"


class StoreFull(StoreError):
    """The disk is full; every append that returned is safe."""

    said = "has no room left on its disk; nothing was written. Free some, try again"


class StoreBusy(StoreError):
    """Another writer held the store for too long."""

    said = "is held by another writer; nothing was written. Try again"


class StoreUnreachable(StoreError):
    """The server that keeps the store cannot be reached, or the connection to it was lost."""

    said = (
        "cannot be reached; nothing was written. See that its server runs and that its address is "
        "right, then try again"
    )


class StoreBehind(StoreError):
    """The store has come to `position` and not to the one that was `wanted`, in all the time."""

    def __init__(self, store: str, position: int, wanted: int) -> None:
        self.position, self.wanted = position, wanted
        super().__init__(store, f"it has come to position {position}, and not to {wanted}")

    said = "is behind; wait longer, or ask the store that was written to"


class TracesLeft(StoreBusy):
    """An event was redacted, and others use the store, so traces of its text are left in the file.

    They go when the last of those closes it, or by `scrub`. `redaction` is what `redact` did.
    """

    redaction: object = None

    said = "was redacted, and traces of the text are left"


class StoreClosed(StoreError):
    """The engine was closed before this call."""

    said = "is closed; open it again with comity.open()"


class ForkedEngine(StoreError):
    """The engine was opened in another process, from which this one was forked."""

    said = "was opened by another process; open it in this one with comity.open()"
