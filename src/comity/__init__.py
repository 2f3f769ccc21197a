"""comity: an event-sourced engine for diplomatic timelines.

Open a store with `comity.open`, append events, and ask any relationship for its state on any date,
as known at any moment.
"""

from __future__ import annotations

from comity import plot
from comity._archives import (
    ArchiveProblem,
    ArchiveReport,
    ArchiveVerification,
    ReplayPart,
    ReplayParts,
)
from comity._archives import archive as archive  # like `open`, these are not in __all__
from comity._archives import replay as replay
from comity._archives import replay_each as replay_each
from comity._archives import replay_parts as replay_parts
from comity._archives import verify_archive as verify_archive
from comity._copies import copy as copy  # like `open`, these are not in __all__
from comity._copies import merge as merge
from comity._copies import restore as restore
from comity._open import open as open  # not in __all__: it would shadow the built-in
from comity.domain import events as _events
from comity.domain.accounts import Difference
from comity.domain.errors import (
    ArchiveBusy,
    ArchiveDamaged,
    ArchiveError,
    ArchiveReadOnly,
    ArchiveUnwritable,
    ComityError,
    ForkedEngine,
    IdConflict,
    IncoherentHistory,
    InvalidDate,
    InvalidInput,
    InvalidRecord,
    InvalidValue,
    LogsDiffer,
    NoSuchEvent,
    NotAnArchive,
    NotAStore,
    NotInstalled,
    NotRetracted,
    ProjectionSuperseded,
    RecordedTimeDecreases,
    RecordedTimeInFuture,
    Refused,
    ReplayFailed,
    StoreBehind,
    StoreBusy,
    StoreClosed,
    StoreDamaged,
    StoreError,
    StoreExists,
    StoreFull,
    StoreMayLackEvents,
    StoreNotFound,
    StoreReadOnly,
    StoreTooNew,
    StoreUnreachable,
    TargetRetracted,
    TracesLeft,
    UnknownEventKind,
    UnknownParty,
    UnreadableFile,
    VersionConflict,
)
from comity.domain.events import *  # noqa: F403 - its __all__ is the list of the public names
from comity.domain.parties import Organisation
from comity.domain.parties.directory import PartyInfo, find_parties
from comity.domain.recorded import Recorded
from comity.domain.scope import Certainty, Key, Query, Scope
from comity.domain.search.found import Facets, Hit, SearchResult, Snippet
from comity.domain.selection import Entry
from comity.domain.time.dates import Bounds
from comity.domain.values import (
    Money,
    Quantity,
    Source,
)
from comity.engine import TimelineEngine
from comity.engine.batch import Receipt, RetractedEvent
from comity.engine.bulk import ImportReport, Rejected
from comity.engine.integrity import Redaction
from comity.engine.merging import MergeConflict, MergeReport
from comity.engine.subscription import Subscription
from comity.engine.verifying import Digest, Problem, Verification
from comity.materialized import MaterializedProjection, ProjectionStatus, Settings
from comity.ports import Clock
from comity.projections.diff import Change
from comity.projections.evidence import Account, Evidence, Verdict
from comity.projections.findings import Finding, FindingKind
from comity.projections.learned import Learned
from comity.projections.presenting import Rows
from comity.projections.projection import Projection
from comity.projections.sections.agreement import Agreement, AgreementStatus
from comity.projections.sections.aid import Aid
from comity.projections.sections.alignment import Alignment
from comity.projections.sections.anniversaries import Anniversary, Marked
from comity.projections.sections.deal import Deal, DealStatus, Shipment
from comity.projections.sections.measures import Measure
from comity.projections.sections.meetings import Meeting, Meetings
from comity.projections.sections.mission import Envoy, Mission
from comity.projections.sections.relations import Relations, RelationsStatus
from comity.projections.sections.series import Series
from comity.projections.sections.statements import Statement
from comity.projections.sections.tone import Tone
from comity.projections.state import RelationshipState, StateProjection
from comity.projections.timeline import TimelineProjection
from comity.projections.views import catalogue as _views
from comity.projections.views.catalogue import *  # noqa: F403 - as above
from comity.query import Day, KnownAt, Progress

__version__ = "0.1.0"
"""The version of this package."""

__all__: list[str] = [
    "Account",
    "Agreement",
    "AgreementStatus",
    "Aid",
    "Alignment",
    "Anniversary",
    "ArchiveBusy",
    "ArchiveDamaged",
    "ArchiveError",
    "ArchiveProblem",
    "ArchiveReadOnly",
    "ArchiveReport",
    "ArchiveUnwritable",
    "ArchiveVerification",
    "Bounds",
    "Certainty",
    "Change",
    "Clock",
    "ComityError",
    "Day",
    "Deal",
    "DealStatus",
    "Difference",
    "Digest",
    "Entry",
    "Envoy",
    "Evidence",
    "Facets",
    "Finding",
    "FindingKind",
    "ForkedEngine",
    "Hit",
    "IdConflict",
    "ImportReport",
    "IncoherentHistory",
    "InvalidDate",
    "InvalidInput",
    "InvalidRecord",
    "InvalidValue",
    "Key",
    "KnownAt",
    "Learned",
    "LogsDiffer",
    "Marked",
    "MaterializedProjection",
    "Measure",
    "Meeting",
    "Meetings",
    "MergeConflict",
    "MergeReport",
    "Mission",
    "Money",
    "NoSuchEvent",
    "NotAStore",
    "NotAnArchive",
    "NotInstalled",
    "NotRetracted",
    "Organisation",
    "PartyInfo",
    "Problem",
    "Progress",
    "Projection",
    "ProjectionStatus",
    "ProjectionSuperseded",
    "Quantity",
    "Query",
    "Receipt",
    "Recorded",
    "RecordedTimeDecreases",
    "RecordedTimeInFuture",
    "Redaction",
    "Refused",
    "Rejected",
    "Relations",
    "RelationsStatus",
    "RelationshipState",
    "ReplayFailed",
    "ReplayPart",
    "ReplayParts",
    "RetractedEvent",
    "Rows",
    "Scope",
    "SearchResult",
    "Series",
    "Settings",
    "Shipment",
    "Snippet",
    "Source",
    "StateProjection",
    "Statement",
    "StoreBehind",
    "StoreBusy",
    "StoreClosed",
    "StoreDamaged",
    "StoreError",
    "StoreExists",
    "StoreFull",
    "StoreMayLackEvents",
    "StoreNotFound",
    "StoreReadOnly",
    "StoreTooNew",
    "StoreUnreachable",
    "Subscription",
    "TargetRetracted",
    "TimelineEngine",
    "TimelineProjection",
    "Tone",
    "TracesLeft",
    "UnknownEventKind",
    "UnknownParty",
    "UnreadableFile",
    "Verdict",
    "Verification",
    "VersionConflict",
    "__version__",
    "find_parties",
    "plot",
]
__all__ += _events.__all__
__all__ += _views.__all__
