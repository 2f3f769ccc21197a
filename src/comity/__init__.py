"""comity: an event-sourced engine for diplomatic timelines.

Open a store with `comity.open`, append events, and ask any relationship for its state on any date,
as known at any moment.
"""

from __future__ import annotations

from comity._open import open
from comity.domain import events as _events
from comity.domain.errors import (
    ComityError,
    IdConflict,
    IncoherentHistory,
    InvalidDate,
    InvalidInput,
    InvalidRecord,
    InvalidValue,
    NoSuchEvent,
    NotAStore,
    ProjectionSuperseded,
    RecordedTimeDecreases,
    Refused,
    StoreBusy,
    StoreClosed,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreNotFound,
    StoreReadOnly,
    StoreTooNew,
    UnknownEventKind,
    UnknownParty,
    VersionConflict,
)
from comity.domain.events import *  # noqa: F403 - its __all__ is the list of the public names
from comity.domain.recorded import Recorded
from comity.domain.selection import Entry
from comity.domain.values import (
    Money,
    Quantity,
    Source,
)
from comity.engine import TimelineEngine
from comity.engine.batch import Receipt
from comity.engine.bulk import ImportReport, Rejected
from comity.engine.subscription import Subscription
from comity.materialized import MaterializedProjection, ProjectionStatus, Settings
from comity.projections.diff import Change
from comity.projections.evidence import Evidence
from comity.projections.findings import Finding
from comity.projections.learned import Learned
from comity.projections.projection import Projection
from comity.projections.state import RelationshipState, StateProjection
from comity.projections.timeline import Timeline
from comity.projections.views.agenda import AgendaItem, AgendaProjection
from comity.projections.views.agreements import AgreementsProjection, RelationshipAgreement
from comity.projections.views.anniversaries import AnniversariesProjection, RelationshipAnniversary
from comity.projections.views.deals import (
    DealsProjection,
    Payment,
    RelationshipDeal,
    ShipmentHistory,
)
from comity.projections.views.measures import Measures, MeasuresProjection, RelationshipMeasure
from comity.projections.views.missions import MissionsProjection, RelationshipMission
from comity.projections.views.network import Link, Network, NetworkProjection, Node
from comity.projections.views.series import Contact, RelationshipSeries, SeriesProjection
from comity.projections.views.tone import PeriodTone, ToneProjection, ToneReading

__version__ = "0.1.0"

__all__: list[str] = [
    "AgendaItem",
    "AgendaProjection",
    "AgreementsProjection",
    "AnniversariesProjection",
    "Change",
    "ComityError",
    "Contact",
    "DealsProjection",
    "Entry",
    "Evidence",
    "Finding",
    "IdConflict",
    "ImportReport",
    "IncoherentHistory",
    "InvalidDate",
    "InvalidInput",
    "InvalidRecord",
    "InvalidValue",
    "Learned",
    "Link",
    "MaterializedProjection",
    "Measures",
    "MeasuresProjection",
    "MissionsProjection",
    "Money",
    "Network",
    "NetworkProjection",
    "NoSuchEvent",
    "Node",
    "NotAStore",
    "Payment",
    "PeriodTone",
    "Projection",
    "ProjectionStatus",
    "ProjectionSuperseded",
    "Quantity",
    "Receipt",
    "Recorded",
    "RecordedTimeDecreases",
    "Refused",
    "Rejected",
    "RelationshipAgreement",
    "RelationshipAnniversary",
    "RelationshipDeal",
    "RelationshipMeasure",
    "RelationshipMission",
    "RelationshipSeries",
    "RelationshipState",
    "SeriesProjection",
    "Settings",
    "ShipmentHistory",
    "Source",
    "StateProjection",
    "StoreBusy",
    "StoreClosed",
    "StoreDamaged",
    "StoreError",
    "StoreFull",
    "StoreNotFound",
    "StoreReadOnly",
    "StoreTooNew",
    "Subscription",
    "Timeline",
    "TimelineEngine",
    "ToneProjection",
    "ToneReading",
    "UnknownEventKind",
    "UnknownParty",
    "VersionConflict",
    "__version__",
    "open",
]
__all__ += _events.__all__
