"""The catalogue: every event that can be recorded, one class each."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import get_args

from comity.domain.errors import UnknownEventKind
from comity.domain.events.agreements import (
    AgreementAcceded,
    AgreementAmended,
    AgreementDenounced,
    AgreementInForce,
    AgreementProvisionallyApplied,
    AgreementRatified,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
    DenunciationWithdrawn,
    ProvisionalApplicationEnded,
    RatificationWithdrawn,
    ReservationMade,
)
from comity.domain.events.anniversaries import AnniversaryMarked
from comity.domain.events.base import Event
from comity.domain.events.interactions import InteractionCoded
from comity.domain.events.measures import MeasureExtended, MeasureImposed, MeasureLifted
from comity.domain.events.meetings import (
    MeetingCancelled,
    MeetingHeld,
    MeetingLevel,
    MeetingRescheduled,
    MeetingScheduled,
)
from comity.domain.events.missions import (
    CredentialsPresented,
    EnvoyAppointed,
    EnvoyArrived,
    EnvoyDeparted,
    EnvoyExpelled,
    MissionClosed,
    MissionLevel,
    MissionLevelChanged,
    MissionMoved,
    MissionOpened,
    Rank,
)
from comity.domain.events.records import (
    AccountPreferred,
    RecordKeeping,
    RecordRedacted,
    RecordRetracted,
    Redacted,
)
from comity.domain.events.relations import (
    RecognitionExtended,
    RecognitionForm,
    RecognitionWithdrawn,
    RelationsChanged,
    RelationsEstablished,
    RelationsLevel,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
)
from comity.domain.events.statements import (
    AidDelivered,
    AidPledged,
    AlignmentKind,
    AlignmentRecorded,
    StatementMade,
    VoteCast,
)
from comity.domain.events.trade import (
    DealAmended,
    DealAnnounced,
    DealEnded,
    DealResumed,
    DealSigned,
    DealSuspended,
    PaymentMade,
    ShipmentDelivered,
    ShipmentScheduled,
)

AnyEvent = (
    RelationsEstablished | RelationsSuspended | RelationsSevered | RelationsRestored
    | RelationsChanged | RecognitionExtended | RecognitionWithdrawn
    | MissionOpened | MissionLevelChanged | MissionMoved | MissionClosed
    | EnvoyAppointed | EnvoyArrived | CredentialsPresented | EnvoyDeparted | EnvoyExpelled
    | MeetingScheduled | MeetingRescheduled | MeetingHeld | MeetingCancelled
    | AnniversaryMarked
    | AgreementSigned | AgreementRatified | RatificationWithdrawn | AgreementInForce
    | AgreementAcceded | AgreementProvisionallyApplied | ProvisionalApplicationEnded
    | AgreementAmended | ReservationMade | AgreementSuspended
    | AgreementDenounced | DenunciationWithdrawn | AgreementTerminated
    | DealAnnounced | DealSigned | DealAmended | DealSuspended | DealResumed | DealEnded
    | ShipmentScheduled | ShipmentDelivered | PaymentMade
    | MeasureImposed | MeasureExtended | MeasureLifted
    | StatementMade | VoteCast | AidPledged | AidDelivered | AlignmentRecorded
    | InteractionCoded
    | RecordRetracted | AccountPreferred | RecordRedacted | Redacted
)  # fmt: skip
"""The tagged union of the whole catalogue, for decoders."""

CATALOGUE: dict[str, type[Event]] = {kind.type: kind for kind in get_args(AnyEvent)}
"""Every event class by its tag."""

RECORD_KEEPING = frozenset(
    tag for tag, kind in CATALOGUE.items() if issubclass(kind, RecordKeeping)
)
"""The tags of record keeping."""
FACTS = frozenset(CATALOGUE) - RECORD_KEEPING
"""The tags of all other kinds: they tell what became true."""


def kinds_with_subjects(kinds: Collection[str]) -> frozenset[str]:
    """These kinds, and all others that are about the same subjects: they share an order."""
    subjects = {CATALOGUE[kind].subject for kind in kinds} - {""}
    return frozenset(
        tag for tag, kind in CATALOGUE.items() if tag in kinds or kind.subject in subjects
    )


def kind_tag(kind: object) -> str:
    """The tag of `kind`, a tag or an event class; raises `UnknownEventKind` with near misses."""
    tag = kind if isinstance(kind, str) else getattr(kind, "type", "")
    if tag in CATALOGUE and kind in (tag, CATALOGUE[tag]):
        return str(tag)
    near = get_close_matches(str(getattr(kind, "__name__", kind)).lower(), CATALOGUE, n=2)
    raise UnknownEventKind(getattr(kind, "__name__", kind), near)


__all__ = [
    "AccountPreferred",
    "AgreementAcceded",
    "AgreementAmended",
    "AgreementDenounced",
    "AgreementInForce",
    "AgreementProvisionallyApplied",
    "AgreementRatified",
    "AgreementSigned",
    "AgreementSuspended",
    "AgreementTerminated",
    "AidDelivered",
    "AidPledged",
    "AlignmentKind",
    "AlignmentRecorded",
    "AnniversaryMarked",
    "AnyEvent",
    "CredentialsPresented",
    "DealAmended",
    "DealAnnounced",
    "DealEnded",
    "DealResumed",
    "DealSigned",
    "DealSuspended",
    "DenunciationWithdrawn",
    "EnvoyAppointed",
    "EnvoyArrived",
    "EnvoyDeparted",
    "EnvoyExpelled",
    "Event",
    "InteractionCoded",
    "MeasureExtended",
    "MeasureImposed",
    "MeasureLifted",
    "MeetingCancelled",
    "MeetingHeld",
    "MeetingLevel",
    "MeetingRescheduled",
    "MeetingScheduled",
    "MissionClosed",
    "MissionLevel",
    "MissionLevelChanged",
    "MissionMoved",
    "MissionOpened",
    "PaymentMade",
    "ProvisionalApplicationEnded",
    "Rank",
    "RatificationWithdrawn",
    "RecognitionExtended",
    "RecognitionForm",
    "RecognitionWithdrawn",
    "RecordKeeping",
    "RecordRedacted",
    "RecordRetracted",
    "Redacted",
    "RelationsChanged",
    "RelationsEstablished",
    "RelationsLevel",
    "RelationsRestored",
    "RelationsSevered",
    "RelationsSuspended",
    "ReservationMade",
    "ShipmentDelivered",
    "ShipmentScheduled",
    "StatementMade",
    "VoteCast",
]
