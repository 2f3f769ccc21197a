"""Events of record keeping: they say something about other events, and have recorded time only."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import force_setattr

from comity.domain.errors import InvalidDate, InvalidValue
from comity.domain.events.base import Event, Phase
from comity.domain.events.fields import Plan
from comity.domain.events.roles import given_parties
from comity.domain.phrases import after, joined


class RecordKeeping(Event, frozen=True, kw_only=True):
    """What retractions and preferences share: a `target`, a `reason`, and no valid time.

    `parties` are those of the target; the engine fills them in.
    """

    phase: ClassVar[Phase] = Phase.ANNOTATES
    needs: ClassVar[tuple[str, ...]] = ("target", "reason")

    when: str = ""
    target: str
    reason: str

    def summary(self) -> str:
        """Which record was retracted or preferred, why, and what replaces it."""
        replaced = after("replaced by", getattr(self, "replacement", ""))
        return joined(f"{self.target} {self.verb}: {self.reason}", replaced)

    def _complete(self, plan: Plan) -> None:
        self._validate_values(plan)
        if self.when:
            raise InvalidDate(self.when, f"{self.type} has recorded time only; leave `when` out")
        if self.happening:
            raise InvalidValue("happening", self.happening, "none: a record has no rival accounts")
        self._check_fields()
        force_setattr(self, "parties", given_parties(self.parties) if self.parties else ())
        self._leave_out_defaults(plan)

    def _identify(self) -> bool:
        """Derive the id; the parties, which the engine fills in, are not part of it."""
        parties = self.parties
        force_setattr(self, "parties", ())
        can_be_written = super()._identify()
        force_setattr(self, "parties", parties)
        return can_be_written


class RecordRetracted(RecordKeeping, frozen=True):
    """The event `target` should not have been recorded; `replacement` is what stands instead.

    A retraction is an event like any other and can itself be retracted.

    >>> RecordRetracted(target="meeting-held-1", reason="the page was a forgery").target
    'meeting-held-1'
    """

    verb: ClassVar[str] = "retracted"

    replacement: str = ""


class AccountPreferred(RecordKeeping, frozen=True):
    """Among the rival accounts of one happening, `target` is the one to believe.

    >>> AccountPreferred(target="credentials-1", reason="the protocol itself is dated").reason
    'the protocol itself is dated'
    """

    verb: ClassVar[str] = "preferred"


class Redacted(RecordKeeping, frozen=True, kw_only=True):
    """What is left of an event that was redacted: its place, its kind, and a random id.

    Nothing follows from it. `comity.TimelineEngine.redact` puts it in the event's place.

    >>> Redacted(parties=("PAK", "RUS"), kind="meeting-held", id="redacted-1").kind
    'meeting-held'
    """

    verb: ClassVar[str] = "redacted"
    needs: ClassVar[tuple[str, ...]] = ("kind",)

    target: str = ""
    reason: str = ""
    kind: str

    def summary(self) -> str:
        """The kind of what was redacted."""
        return f"{self.kind} {self.verb}"


class RecordRedacted(RecordKeeping, frozen=True):
    """The text of an event was removed for good; `target` is the id of what is left of it.

    `forms` hold the position and the SHA-256 digest of each stored form that was written anew.
    `comity.TimelineEngine.redact` records it; without that it removes nothing.

    >>> RecordRedacted(target="redacted-1", reason="a court's order").target
    'redacted-1'
    """

    verb: ClassVar[str] = "redacted"

    forms: tuple[str, ...] = ()
