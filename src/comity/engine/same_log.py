"""Whether an archive is the beginning of a store's log, as the log is now."""

from __future__ import annotations

from collections.abc import Iterator

from comity.domain.errors import LogsDiffer
from comity.domain.events import RecordRedacted, kind_tag
from comity.domain.integrity import START, chained
from comity.ports import LogStore
from comity.query import Progress


def check_same_log(store: LogStore, archive: str, position: int, commitment: str) -> None:
    """Raise `LogsDiffer` unless an archive that ends at a position is of the store's log.

    `commitment` is that of the archive's last event. A redaction leaves it as it is.
    """
    if not position:
        return
    end = store.head().position
    if end < position:
        reason = f"is not in the log, which ends at {end}"
        raise LogsDiffer(store.name, position, reason, archive=archive)
    page = next(iter(store.sealed(position - 1)))
    if page.commitments[0].hex() != commitment:
        raise LogsDiffer(store.name, position, "is another event there", archive=archive)


def digest_at(store: LogStore, position: int, progress: Progress) -> bytes:
    """The digest of a store's log up to a position, made anew from its events."""
    log, streams, rest = START, dict[str, bytes](), position
    for page in store.sealed() if position else ():
        names = [record.relationship for record in page.records[:rest]]
        log = chained(log, streams, names, page.commitments[:rest])[-1]
        rest -= len(names)
        progress(position - rest)
        if not rest:
            break
    return log


def differing(store: LogStore, position: int, digest: str, progress: Progress) -> Iterator[str]:
    """In what a store differs from an archive that ends at a position with a digest."""
    if (end := store.head().position) < position:
        yield f"the store's log ends at {end:,}, before the archive does"
    elif digest_at(store, position, progress).hex() != digest:
        yield f"the store's log has another digest at position {position:,}"
    elif (at := first_redaction(store, position)) is not None:
        yield f"an event was redacted in the store, at position {at:,}; archive it again"


def first_redaction(store: LogStore, after: int) -> int | None:
    """The position of the first redaction after a position; None if there is none.

    An archive that ends before it still holds the text that was redacted.
    """
    redactions = store.log(after, {kind_tag(RecordRedacted)})
    return next((record.position for record in redactions), None)
