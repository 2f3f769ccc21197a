"""What is right in itself and refused; `comity.domain.errors` has the whole hierarchy as a tree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from comity.domain.root_error import ComityError


class Refused(ComityError):
    """Right in itself, but not on this log as it stands; nothing was written."""


class VersionConflict(Refused):
    """The relationship has new events that the caller has not read."""

    def __init__(self, relationship: str, expected: int, current: int) -> None:
        self.relationship, self.expected, self.current = relationship, expected, current
        super().__init__(
            f"Wrong expected version of {relationship}: expected {expected}, current {current}; "
            "nothing was written. Read the relationship again, then decide again"
        )


class IdConflict(Refused):
    """The log already has an event with this id and other content."""

    def __init__(self, id: str, position: int) -> None:
        self.id, self.position = id, position
        super().__init__(
            f"The id {id!r} belongs to another event, at position {position}; nothing was "
            "written. Leave the id out to have one derived, or use correct() to replace it"
        )


class NoSuchEvent(Refused):
    """No event in the log has this id."""

    def __init__(self, id: str, purpose: str) -> None:
        self.id = id
        super().__init__(f"No event has the id {id!r}, so there is nothing to {purpose}")


class IncoherentHistory(Refused):
    """A strict append would have added findings; `findings` holds them."""

    def __init__(self, findings: Sequence[Any]) -> None:
        self.findings = tuple(findings)
        said = "; ".join(str(getattr(finding, "message", finding)) for finding in self.findings)
        super().__init__(
            f"The append would make the history incoherent: {said}. Nothing was written; "
            "correct the event, or append without strict to have it reported as a finding"
        )


class RecordedTimeDecreases(Refused):
    """Recorded time never decreases along the log."""

    def __init__(self, given: datetime, last: datetime) -> None:
        self.given, self.last = given, last
        super().__init__(
            f"recorded_at {given.isoformat()} lies before the log's last, {last.isoformat()}; "
            "nothing was written. Import older archives first, each in the order of its recording"
        )


class RecordedTimeInFuture(Refused):
    """Recorded time is when the engine learned it, so it is not later than the engine's clock."""

    def __init__(self, given: datetime, now: datetime) -> None:
        self.given, self.now = given, now
        super().__init__(
            f"recorded_at {given.isoformat()} lies after the present moment, {now.isoformat()}; "
            "nothing was written. Give the time at which it was recorded, or leave it out for now"
        )


class TargetRetracted(Refused):
    """A preference for an event that is retracted; `act` is the id of the retraction."""

    def __init__(self, id: str, act: str, reason: str) -> None:
        self.id, self.act, self.reason = id, act, reason
        super().__init__(
            f"The event {id!r} was retracted by {act!r} ({reason}), so it cannot be preferred; "
            "nothing was written. Take the retraction back with reinstate() first"
        )


class NotRetracted(Refused):
    """The event is not retracted, so it cannot be reinstated."""

    def __init__(self, id: str) -> None:
        self.id = id
        super().__init__(
            f"The event {id!r} is not retracted, so there is nothing to reinstate; nothing was "
            "written. Ask evidence() why it stands or not"
        )


class LogsDiffer(Refused):
    """The log of a store is not the beginning of what is to be copied into it.

    Or the `archive` is not the beginning of that log, as it is now.
    """

    def __init__(self, store: str, position: int, reason: str, *, archive: str = "") -> None:
        self.store, self.position, self.reason, self.archive = store, position, reason, archive
        differs = (
            f"The archive {archive!r} is not the beginning of the log of {store!r}"
            if archive
            else f"The store {store!r} does not begin as what is to be copied into it"
        )
        way_out = "use an archive of this log, or write one" if archive else "copy into a new store"
        super().__init__(f"{differs}: position {position} {reason}. Nothing was written; {way_out}")


class ProjectionSuperseded(Refused):
    """Another version of the projection is materialized (`current`), or none (None)."""

    def __init__(self, name: str, version: int, current: int | None) -> None:
        self.name, self.version, self.current = name, version, current
        if current is None:
            said = f"The projection {name!r} is no longer materialized; materialize it again"
        elif current > version:
            said = (
                f"The projection {name!r} is materialized in version {current}, newer than "
                f"{version}; use the newer one, or delete it first"
            )
        else:
            said = (
                f"The projection {name!r} is still materialized in version {current}, "
                f"not in {version}"
            )
        super().__init__(said)
