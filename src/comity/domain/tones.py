"""The tone of what is recorded: which CAMEO code says what an event of the catalogue says.

Source: P. A. Schrodt, *CAMEO: Conflict and Mediation Event Observations, Event and Actor
Codebook*, version 1.1b3 (2012), by its descriptions and usage notes; docs/decisions/0008-tone.md
has the reasons. The weights and quad classes of the codes are in `domain.scales`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from comity.domain.events import (
    AccountPreferred,
    AgreementAmended,
    AgreementDenounced,
    AgreementInForce,
    AgreementProvisionallyApplied,
    AgreementRatified,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
    AidDelivered,
    AidPledged,
    AlignmentRecorded,
    AnniversaryMarked,
    CredentialsPresented,
    DealAmended,
    DealAnnounced,
    DealEnded,
    DealResumed,
    DealSigned,
    DealSuspended,
    EnvoyAppointed,
    EnvoyDeparted,
    EnvoyExpelled,
    Event,
    InteractionCoded,
    MeasureImposed,
    MeasureLifted,
    MeetingCancelled,
    MeetingHeld,
    MeetingRescheduled,
    MeetingScheduled,
    MissionClosed,
    MissionLevelChanged,
    MissionOpened,
    PaymentMade,
    RecognitionExtended,
    RecognitionWithdrawn,
    RecordRetracted,
    RelationsEstablished,
    RelationsRestored,
    RelationsSevered,
    RelationsSuspended,
    ShipmentDelivered,
    ShipmentScheduled,
    StatementMade,
)


class ByField(NamedTuple):
    """The code follows from what stands in a `field`; `otherwise` for any other word, or none."""

    field: str
    codes: Mapping[str, str]
    otherwise: str = ""


_HELD = {
    "call": "041", "visit": "042", "negotiation": "046", "negotiations": "046", "talks": "046",
    "exercise": "062",
}  # fmt: skip
_CALLED_OFF = {"negotiation": "164", "negotiations": "164", "talks": "164"}
_IMPOSED = {
    **dict.fromkeys(("sanction", "sanctions", "embargo", "boycott", "tariff"), "163"),
    "recall": "161",
}
_LIFTED = {
    **dict.fromkeys(("sanction", "sanctions", "embargo", "boycott", "tariff"), "085"),
    "recall": "050",
}
_SAID = {
    "friendly": "051", "supportive": "051", "cooperative": "030", "neutral": "010",
    "critical": "111", "unfriendly": "110", "hostile": "110", "threatening": "130",
}  # fmt: skip

TONES: Final[Mapping[type[Event], str | ByField]] = {
    RelationsEstablished: "054",
    RelationsSuspended: "161",
    RelationsSevered: "161",
    RelationsRestored: "050",
    RecognitionExtended: "054",
    RecognitionWithdrawn: "161",
    MissionOpened: "050",
    MissionLevelChanged: "",
    MissionClosed: "161",
    EnvoyAppointed: "",
    CredentialsPresented: "",
    EnvoyDeparted: "",
    EnvoyExpelled: "161",
    MeetingScheduled: "036",
    MeetingRescheduled: "",
    MeetingHeld: ByField("kind", _HELD, "040"),
    MeetingCancelled: ByField("kind", _CALLED_OFF, "161"),
    AnniversaryMarked: "017",
    AgreementSigned: "057",
    AgreementRatified: "057",
    AgreementInForce: "",
    AgreementProvisionallyApplied: "",
    AgreementAmended: "",
    AgreementSuspended: "160",
    AgreementDenounced: "160",
    AgreementTerminated: "",
    DealAnnounced: "0311",
    DealSigned: "057",
    DealAmended: "",
    DealSuspended: "160",
    DealResumed: "061",
    DealEnded: "",
    ShipmentScheduled: "",
    ShipmentDelivered: "061",
    PaymentMade: "",
    MeasureImposed: ByField("kind", _IMPOSED, "160"),
    MeasureLifted: ByField("kind", _LIFTED, "080"),
    StatementMade: ByField("stance", _SAID),
    AidPledged: "033",
    AidDelivered: "070",
    AlignmentRecorded: ByField("alignment", {"aligned": "019", "opposed": "110"}),
    InteractionCoded: "",
    RecordRetracted: "",
    AccountPreferred: "",
}
"""Each kind's CAMEO code; empty for what says nothing of tone, or was coded by others."""


def tone_code(event: Event) -> str:
    """The CAMEO code of what a recorded event says of tone; empty if it says nothing."""
    tone = TONES[type(event)]
    if isinstance(tone, str):
        return tone
    return tone.codes.get(getattr(event, tone.field).strip().lower(), tone.otherwise)
