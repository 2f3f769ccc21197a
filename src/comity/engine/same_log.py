"""Whether an archive is the beginning of a store's log, as the log is now."""

from __future__ import annotations

from comity.domain.errors import LogsDiffer
from comity.domain.events import RecordRedacted, kind_tag
from comity.ports import LogStore


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


def first_redaction(store: LogStore, after: int) -> int | None:
    """The position of the first redaction after a position; None if there is none.

    An archive that ends before it still holds the text that was redacted.
    """
    redactions = store.log(after, {kind_tag(RecordRedacted)})
    return next((record.position for record in redactions), None)
