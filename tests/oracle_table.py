"""The table of section 5.1, copied by hand, and what 5.4 says of events that do not fit it."""

from __future__ import annotations

PHASES: dict[str, int] = {
    # begins
    "relations-established": 0, "recognition-extended": 0, "mission-opened": 0,
    "envoy-appointed": 0, "meeting-scheduled": 0, "shipment-scheduled": 0, "agreement-signed": 0,
    "deal-signed": 0, "deal-announced": 0, "measure-imposed": 0,
    # continues; the page lists `Extended` under begins: that is the recognition's
    "agreement-ratified": 1, "ratification-withdrawn": 1, "agreement-provisionally-applied": 1,
    "provisional-application-ended": 1, "relations-changed": 1, "mission-moved": 1,
    "agreement-amended": 1, "deal-amended": 1, "mission-level-changed": 1, "reservation-made": 1,
    "meeting-rescheduled": 1, "envoy-arrived": 1, "credentials-presented": 1,
    "measure-extended": 1,
    # pauses
    "relations-suspended": 3, "agreement-suspended": 3, "deal-suspended": 3,
    "agreement-denounced": 3,
    # resumes
    "relations-restored": 4, "deal-resumed": 4, "denunciation-withdrawn": 4,
    # ends
    "relations-severed": 5, "recognition-withdrawn": 5, "mission-closed": 5, "envoy-departed": 5,
    "envoy-expelled": 5, "meeting-cancelled": 5, "measure-lifted": 5, "agreement-terminated": 5,
    "deal-ended": 5,
}  # fmt: skip
"""Phases, for order; whatever is not here happens: 2."""

HAPPENS = 2

SUBJECTS: dict[str, str] = {
    "relations-established": "relations", "relations-suspended": "relations",
    "relations-severed": "relations", "relations-restored": "relations",
    "relations-changed": "relations",
    "recognition-extended": "recognition", "recognition-withdrawn": "recognition",
    "mission-opened": "mission", "mission-level-changed": "mission", "mission-moved": "mission",
    "mission-closed": "mission",
    "envoy-appointed": "post", "envoy-arrived": "post", "credentials-presented": "post",
    "envoy-departed": "post", "envoy-expelled": "post",
    "meeting-scheduled": "meeting", "meeting-rescheduled": "meeting", "meeting-held": "meeting",
    "meeting-cancelled": "meeting",
    "agreement-signed": "agreement", "agreement-ratified": "agreement",
    "ratification-withdrawn": "agreement", "agreement-in-force": "agreement",
    "agreement-acceded": "agreement", "agreement-provisionally-applied": "agreement",
    "provisional-application-ended": "agreement", "agreement-amended": "agreement",
    "reservation-made": "agreement", "agreement-suspended": "agreement",
    "agreement-denounced": "agreement", "denunciation-withdrawn": "agreement",
    "agreement-terminated": "agreement",
    "deal-announced": "deal", "deal-signed": "deal", "deal-amended": "deal",
    "deal-suspended": "deal", "deal-resumed": "deal", "deal-ended": "deal",
    "shipment-scheduled": "shipment", "shipment-delivered": "shipment",
    "measure-imposed": "measure", "measure-extended": "measure", "measure-lifted": "measure",
    "alignment-recorded": "alignment",
}  # fmt: skip
"""The subject of each kind; whatever is not here has no life."""

ANY = "any"

MOVES: dict[str, tuple[str, str]] = {
    # event: (the states from which it leads, what it does)
    # `x` takes the place of all before, `+x` covers it, `-` gives what was before, `=` stays.
    "relations-established": ("none, severed", "established"),
    "relations-suspended": ("established", "+suspended"),
    "relations-severed": ("established, suspended", "severed"),
    "relations-restored": ("suspended, severed", "established"),
    "relations-changed": ("established, suspended", "="),
    "recognition-extended": ("none, recognised", "recognised"),
    "recognition-withdrawn": ("recognised", "none"),
    "envoy-appointed": ("none", "named"),
    "envoy-arrived": ("none, named, in post", "in post"),
    "credentials-presented": ("none, named, in post", "in post"),
    "envoy-departed": ("named, in post", "none"),
    "envoy-expelled": ("named, in post", "none"),
    "meeting-scheduled": ("none, scheduled, cancelled", "scheduled"),
    "meeting-rescheduled": ("scheduled, cancelled", "scheduled"),
    "meeting-held": ("none, scheduled, cancelled", "held"),
    "meeting-cancelled": ("scheduled", "cancelled"),
    "agreement-signed": ("none", "signed"),
    "agreement-ratified": ("none, signed", "ratified"),
    "ratification-withdrawn": ("ratified", "signed"),
    "agreement-provisionally-applied": ("none, signed, ratified, left, terminated", "+provisional"),
    "provisional-application-ended": ("provisional", "-"),
    "agreement-acceded": (
        "none, signed, ratified, provisional, suspended, left, terminated", "in force",
    ),
    "agreement-amended": (ANY, "="),
    "reservation-made": (ANY, "="),
    "agreement-suspended": ("provisional, in force, leaving", "+suspended"),
    "denunciation-withdrawn": ("leaving", "-"),
    "agreement-terminated": (
        "signed, ratified, provisional, in force, suspended, leaving", "terminated",
    ),
    "deal-announced": ("none", "announced"),
    "deal-signed": ("none, announced, suspended", "signed"),
    "deal-amended": ("announced, signed, suspended", "="),
    "deal-suspended": ("announced, signed", "+suspended"),
    "deal-resumed": ("suspended, ended", "-"),
    "deal-ended": ("announced, signed, suspended", "+ended"),
    "shipment-scheduled": ("none, scheduled", "scheduled"),
    "shipment-delivered": ("none, scheduled", "delivered"),
    "measure-imposed": ("none, lifted", "in force"),
    "measure-extended": ("in force, lifted", "in force"),
    "measure-lifted": ("in force", "lifted"),
    "alignment-recorded": (ANY, "as recorded"),
}  # fmt: skip
"""How each life goes. InForce and Denounced of an agreement are in oracle_agreements."""

FROM_NONE: dict[str, tuple[str, ...]] = {
    "relations-changed": ("established",),
    "relations-suspended": ("established", "suspended"),
    "deal-resumed": ("signed",),
    "deal-amended": ("announced",),
    "deal-suspended": ("signed", "suspended"),
    "deal-ended": ("signed", "ended"),
    "agreement-suspended": ("in force", "suspended"),
    "denunciation-withdrawn": ("in force",),
    "provisional-application-ended": ("none",),
}
"""Where an event that does not lead from *none* leads all the same, if not where it says."""

ENDED = {"none", "severed", "left", "terminated", "ended", "lifted", "held", "delivered"}
"""States in which nothing stands that could be begun twice."""


def leads(event_type: str, status: str) -> bool:
    """Whether an event leads from a state."""
    states = MOVES[event_type][0]
    return states == ANY or status in states.split(", ")


def finding(event_type: str, status: str) -> str:
    """What an incoherent event is: begun twice, an end that ends nothing, or out of place."""
    if phase(event_type) == 5 or event_type == "provisional-application-ended":
        return "ends-nothing"
    begins = phase(event_type) == 0 or event_type in {
        "agreement-in-force", "agreement-acceded", "agreement-provisionally-applied",
    }  # fmt: skip
    if begins and status not in ENDED:
        return "begun-twice"
    return "out-of-place"


def phase(event_type: str) -> int:
    """The phase of a kind."""
    return PHASES.get(event_type, HAPPENS)
