"""Whether an archive is the beginning of a store's log, as the log is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from comity.domain import codec
from comity.domain.errors import LogsDiffer
from comity.domain.events import RecordRedacted, kind_tag
from comity.domain.integrity import START, chained, form_of
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


def _read(
    store: LogStore, position: int, forms: Mapping[int, str], progress: Progress
) -> tuple[bytes, int]:
    """The digest of a store's log up to a position, made anew from its events.

    And the first position whose form is not that which is given; 0 if there is none.
    """
    log, streams, rest, differs = START, dict[str, bytes](), position, 0
    for page in store.sealed() if position else ():
        names = [record.relationship for record in page.records[:rest]]
        log = chained(log, streams, names, page.commitments[:rest])[-1]
        for record in page.records[:rest] if forms and not differs else ():
            at = record.position
            if at in forms and form_of(at, codec.content_of(record)) != forms[at]:
                differs = at
                break
        rest -= len(names)
        progress(position - rest)
        if not rest:
            break
    return log, differs


def differing(
    store: LogStore, position: int, digest: str, forms: Mapping[int, str], progress: Progress
) -> Iterator[str]:
    """In what a store differs from an archive that ends at a position with a digest.

    `forms` are those of events, by position, which the digest does not prove.
    """
    if (end := store.head().position) < position:
        yield f"the store's log ends at {end:,}, before the archive does"
        return
    found, differs = _read(store, position, forms, progress)
    if found.hex() != digest:
        yield f"the store's log has another digest at position {position:,}"
    elif differs:
        yield f"position {differs:,} is not what the store has there"
    elif (at := first_redaction(store, position)) is not None:
        yield f"an event was redacted in the store, at position {at:,}; archive it again"


def first_redaction(store: LogStore, after: int) -> int | None:
    """The position of the first redaction after a position; None if there is none.

    An archive that ends before it still holds the text that was redacted.
    """
    redactions = store.log(after, {kind_tag(RecordRedacted)})
    return next((record.position for record in redactions), None)
