"""What the values of the lists mean, each in a few words; a test compares them with the types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from comity.domain.events import (
    AlignmentKind,
    MeetingLevel,
    MissionLevel,
    Rank,
    RecognitionForm,
    RelationsLevel,
)
from comity.domain.events.base import Phase

RELATIONS_LEVELS: Final[dict[RelationsLevel, str]] = {
    "full": "each sends heads of mission of any rank, as a rule ambassadors",
    "chargé": "chargés d'affaires only, on either side",
}
RECOGNITION_FORMS: Final[dict[RecognitionForm, str]] = {
    "de facto": "as what holds power in fact; it can be taken back",
    "de jure": "in law, in full",
}
MISSION_LEVELS: Final[dict[MissionLevel, str]] = {
    "embassy": "the mission of an ambassador",
    "high-commission": "the embassy of one member of the Commonwealth in another",
    "apostolic-nunciature": "the embassy of the Holy See",
    "permanent-mission": "the mission at an international organisation",
    "legation": "the mission of an envoy or minister, below an embassy",
    "delegation": "the mission of an organisation, such as the European Union",
    "liaison-office": "a diplomatic mission before or without an embassy",
    "representative-office": "an office where there are no diplomatic relations",
    "interests-section": "the staff of one party in the embassy of a protecting power",
    "consulate-general": "a consular post of the first class",
    "consulate": "a consular post",
    "honorary-consulate": "the post of an honorary consul",
}
RANKS: Final[dict[Rank, str]] = {
    "ambassador": "first class of Article 14 of the Vienna Convention of 1961",
    "high commissioner": "first class; between members of the Commonwealth",
    "nuncio": "first class; of the Holy See",
    "permanent representative": "first class; at an international organisation",
    "envoy": "second class; envoy extraordinary",
    "minister": "second class; minister plenipotentiary",
    "internuncio": "second class; of the Holy See",
    "chargé d'affaires": "third class; accredited to the foreign minister (en pied)",
}
MEETING_LEVELS: Final[dict[MeetingLevel, str]] = {
    "head-of-state": "presidents, monarchs",
    "head-of-government": "prime ministers",
    "minister": "ministers",
    "deputy-minister": "deputy ministers, state secretaries, vice ministers",
    "senior-official": "directors-general, political directors, ambassadors",
    "working": "experts and working groups",
}
ALIGNMENTS: Final[dict[AlignmentKind, str]] = {
    "aligned": "on the same side in the matter",
    "neutral": "on no side",
    "opposed": "on opposite sides",
}
PHASES: Final[dict[Phase, str]] = {
    Phase.BEGINS: "begins",
    Phase.CONTINUES: "continues",
    Phase.HAPPENS: "happens",
    Phase.PAUSES: "pauses",
    Phase.RESUMES: "resumes",
    Phase.ENDS: "ends",
    Phase.ANNOTATES: "annotates",
}
"""How a kind moves its subject, in a word."""

# Any text may stand in the fields of the following lists.

MEETING_KINDS: Final[Mapping[str, str]] = {
    "consultation": "regular talks between ministries",
    "summit": "a meeting of heads of state or government",
    "visit": "`visitor` comes to `host`",
    "call": "by telephone or video",
    "negotiation": "on a text; it ends in an agreement or not",
    "negotiations": "as negotiation",
    "talks": "as negotiation",
    "commission": "a session of an intergovernmental commission",
    "exercise": "of armed forces, together",
}
MEASURE_KINDS: Final[Mapping[str, str]] = {
    "sanction": "a restriction on persons, goods, money or services",
    "sanctions": "several of them",
    "embargo": "no trade in some goods, or in any",
    "boycott": "no purchases",
    "tariff": "a duty on goods",
    "travel-ban": "no entry for some persons",
    "recall": "of a head of mission, for consultations or for good",
}
STANCES: Final[Mapping[str, str]] = {
    "friendly": "praise",
    "supportive": "support for the other's position or act",
    "cooperative": "readiness to work together",
    "neutral": "neither for nor against",
    "critical": "criticism or denunciation",
    "unfriendly": "disapproval in general",
    "hostile": "enmity",
    "threatening": "a threat",
}
VOTES: Final[Mapping[str, str]] = {
    "for": "yes",
    "against": "no",
    "abstained": "neither",
    "absent": "did not vote; it does not count",
}

CAMEO_ROOTS: Final[Mapping[str, str]] = {
    "01": "make public statement", "02": "appeal", "03": "express intent to cooperate",
    "04": "consult", "05": "engage in diplomatic cooperation",
    "06": "engage in material cooperation", "07": "provide aid", "08": "yield",
    "09": "investigate", "10": "demand", "11": "disapprove", "12": "reject", "13": "threaten",
    "14": "protest", "15": "exhibit force posture", "16": "reduce relations", "17": "coerce",
    "18": "assault", "19": "fight", "20": "use unconventional mass violence",
}  # fmt: skip
"""The roots of CAMEO codes: the first two digits."""
