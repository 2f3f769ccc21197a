"""Events of record keeping: they say something about other events, and have recorded time only."""

from __future__ import annotations

from typing import Any, ClassVar

from msgspec.structs import force_setattr

from comity.domain.errors import InvalidDate, InvalidValue
from comity.domain.events.base import AFTER, Event
from comity.domain.trust import trust


class RecordKeeping(Event, frozen=True, kw_only=True):
    """What retractions and preferences share: a `target`, a `reason`, and no valid time.

    `parties` are those of the target; the engine fills them in.
    """

    phase: ClassVar[int] = AFTER
    needs: ClassVar[tuple[str, ...]] = ("target", "reason")

    when: str = ""
    target: str
    reason: str

    def _content(self) -> dict[str, Any]:
        # The engine fills the parties in after the id was derived.
        content = super()._content()
        content.pop("parties", None)
        return content

    def __post_init__(self) -> None:
        if trust.on:
            return
        if self.when:
            raise InvalidDate(self.when, f"{self.type} has recorded time only; leave `when` out")
        if self.happening:
            raise InvalidValue("happening", self.happening, "none: a record has no rival accounts")
        self._check_fields()
        if self.parties:
            force_setattr(self, "parties", self._given_parties())
        force_setattr(self, "confidence", float(self.confidence))
        if not self.id or self.has_derived_id:
            force_setattr(self, "id", self.derived_id())


class RecordRetracted(RecordKeeping, frozen=True):
    """The event `target` should not have been recorded; `replacement` is what stands instead.

    A retraction is an event like any other and can itself be retracted.

    >>> RecordRetracted(target="meeting-held-1", reason="the page was a forgery").target
    'meeting-held-1'
    """

    replacement: str = ""


class AccountPreferred(RecordKeeping, frozen=True):
    """Among the rival accounts of one happening, `target` is the one to believe.

    >>> AccountPreferred(target="credentials-1", reason="the protocol itself is dated").reason
    'the protocol itself is dated'
    """
