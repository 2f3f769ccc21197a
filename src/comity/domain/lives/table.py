"""The lives of subjects, as data: for each kind, between which states it leads.

Order, narrowing, findings, the sections of a state and the reference page read this table. The
lives of missions and of posts are here too; which mission an event means is in `missions`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

SAME: Final = "="
"""The target of a kind that leaves the state as it is."""
BEFORE: Final = "<"
"""The target of a kind that leads back to the state before the present one."""
NONE: Final = "none"
"""The state of a subject of which nothing is recorded."""


class Row(NamedTuple):
    """A kind leads from each of the `states` to another.

    From `none` an incoherent event leads to `from_none`. `end` is the state after the last day of
    an interval; empty: an interval has no end that matters.
    """

    kind: str
    states: str
    to: str
    from_none: str = ""
    end: str = ""


_ROWS: Final[dict[str, tuple[Row, ...]]] = {
    "relations": (
        Row("relations-established", "none severed", "established"),
        Row("relations-suspended", "established", "suspended", end="established"),
        Row("relations-severed", "established suspended", "severed"),
        Row("relations-restored", "suspended severed", "established"),
        Row("relations-changed", "established suspended", SAME, from_none="established"),
    ),
    "recognition": (
        Row("recognition-extended", "none recognised", "recognised"),
        Row("recognition-withdrawn", "recognised", NONE),
    ),
    "mission": (
        Row("mission-opened", "none", "open", end=NONE),
        Row("mission-level-changed", "open", SAME, from_none="open"),
        Row("mission-moved", "open", SAME, from_none="open"),
        Row("mission-closed", "open", NONE),
    ),
    "post": (
        Row("envoy-appointed", "none", "named"),
        Row("envoy-arrived", "none named in-post", "in-post"),
        Row("credentials-presented", "none named in-post", "in-post"),
        Row("envoy-departed", "named in-post", NONE),
        Row("envoy-expelled", "named in-post", NONE),
    ),
    "meeting": (
        Row("meeting-scheduled", "none scheduled cancelled", "scheduled"),
        Row("meeting-rescheduled", "scheduled cancelled", "scheduled"),
        Row("meeting-held", "none scheduled cancelled", "held"),
        Row("meeting-cancelled", "scheduled", "cancelled"),
    ),
    "agreement": (
        Row("agreement-signed", "none", "signed"),
        Row("agreement-ratified", "none signed", "ratified"),
        Row("agreement-ratified", "provisional in-force suspended leaving", SAME),
        Row("ratification-withdrawn", "ratified", "signed"),
        Row("ratification-withdrawn", "provisional in-force suspended leaving", SAME),
        Row(
            "agreement-provisionally-applied", "none signed ratified left terminated",
            "provisional", end=BEFORE,
        ),
        Row("provisional-application-ended", "provisional", BEFORE, from_none=NONE),
        Row(
            "agreement-in-force", "none signed ratified provisional suspended left terminated",
            "in-force", end="terminated",
        ),
        Row("agreement-in-force", "leaving", BEFORE, end="terminated"),
        Row(
            "agreement-acceded", "none signed ratified provisional suspended left terminated",
            "in-force",
        ),
        Row("agreement-suspended", "provisional in-force leaving", "suspended", end=BEFORE),
        Row("agreement-denounced", "in-force suspended", "leaving"),
        Row("agreement-denounced", "signed ratified provisional", SAME, from_none="leaving"),
        Row("denunciation-withdrawn", "leaving", BEFORE, from_none="in-force"),
        Row(
            "agreement-terminated",
            "signed ratified provisional in-force suspended leaving", "terminated",
        ),
        Row(
            "agreement-amended",
            "none signed ratified provisional in-force suspended leaving left terminated", SAME,
        ),
        Row(
            "reservation-made",
            "none signed ratified provisional in-force suspended leaving left terminated", SAME,
        ),
    ),
    "deal": (
        Row("deal-announced", "none", "announced"),
        Row("deal-signed", "none announced suspended", "signed"),
        Row("deal-amended", "announced signed suspended", SAME, from_none="announced"),
        Row("deal-suspended", "announced signed", "suspended", end=BEFORE),
        Row("deal-resumed", "suspended ended", BEFORE, from_none="signed"),
        Row("deal-ended", "announced signed suspended", "ended"),
    ),
    "shipment": (
        Row("shipment-scheduled", "none scheduled", "scheduled"),
        Row("shipment-delivered", "none scheduled", "delivered"),
    ),
    "measure": (
        Row("measure-imposed", "none lifted", "in-force", end="lifted"),
        Row("measure-extended", "in-force lifted", "in-force", end="lifted"),
        Row("measure-lifted", "in-force", "lifted"),
    ),
    "alignment": (Row("alignment-recorded", "none recorded", "recorded", end=NONE),),
}  # fmt: skip

OVER: Final = frozenset(
    {NONE, "severed", "held", "cancelled", "left", "terminated", "ended", "delivered", "lifted"}
)
"""The states in which nothing stands that could end."""

RETURNING: Final = frozenset({"suspended", "leaving", "provisional", "ended"})
"""The states that remember the one before them."""


class Life(NamedTuple):
    """The life of one subject: by kind and state the next state, and the ends of intervals."""

    subject: str
    moves: dict[str, dict[str, str]]
    from_none: dict[str, str]
    ends: dict[str, str]


def _life(subject: str, rows: tuple[Row, ...]) -> Life:
    life = Life(subject, {}, {}, {})
    for row in rows:
        moves = life.moves.setdefault(row.kind, {})
        moves.update(dict.fromkeys(row.states.split(), row.to))
        target = row.from_none or (row.to if row.to not in (SAME, BEFORE) else "")
        if target:
            life.from_none[row.kind] = target
        if row.end:
            life.ends[row.kind] = row.end
    return life


ROWS: Final = _ROWS
"""The rows of the table by subject, for the reference page."""
LIVES: Final[dict[str, Life]] = {subject: _life(subject, rows) for subject, rows in _ROWS.items()}
"""The life of each subject."""
