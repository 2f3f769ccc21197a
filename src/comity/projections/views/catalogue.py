"""The built-in views, in the order in which they are listed."""

from __future__ import annotations

from comity.projections.views import (
    affinity,
    agenda,
    agreements,
    anniversaries,
    deals,
    measures,
    missions,
    network,
    series,
    tone,
    world,
)
from comity.projections.views.affinity import Affinity, AffinityProjection
from comity.projections.views.agenda import AgendaItem, AgendaKind, AgendaProjection
from comity.projections.views.agreements import (
    AgreementsProjection,
    AgreementStanding,
    RelationshipAgreement,
)
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
from comity.projections.views.tone import PeriodTone, TonePeriod, ToneProjection, ToneReading
from comity.projections.views.view import View
from comity.projections.views.world import World

VIEWS: tuple[View, ...] = (
    anniversaries.VIEW,
    agenda.VIEW,
    series.VIEW,
    deals.VIEW,
    missions.VIEW,
    agreements.VIEW,
    measures.VIEW,
    tone.VIEW,
    affinity.VIEW,
    network.VIEW,
    world.VIEW,
)

__all__ = [
    "Affinity",
    "AffinityProjection",
    "AgendaItem",
    "AgendaKind",
    "AgendaProjection",
    "AgreementStanding",
    "AgreementsProjection",
    "AnniversariesProjection",
    "Contact",
    "DealsProjection",
    "Link",
    "Measures",
    "MeasuresProjection",
    "MissionsProjection",
    "Network",
    "NetworkProjection",
    "Node",
    "Payment",
    "PeriodTone",
    "RelationshipAgreement",
    "RelationshipAnniversary",
    "RelationshipDeal",
    "RelationshipMeasure",
    "RelationshipMission",
    "RelationshipSeries",
    "SeriesProjection",
    "ShipmentHistory",
    "TonePeriod",
    "ToneProjection",
    "ToneReading",
    "World",
]
