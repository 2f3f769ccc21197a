"""The columns of a panel: what each is called, of what type it is, and what it says."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, get_args

from comity.adapters.interchange.exporters.columns import Column
from comity.adapters.interchange.exporters.periods import PanelPeriod
from comity.projections.sections.relations import RelationsStatus
from comity.projections.views.network import LEVELS

QUADS = ("verbal cooperation", "material cooperation", "verbal conflict", "material conflict")
_SHORT = ("verb_coop", "mat_coop", "verb_conf", "mat_conf")
_FLOW = "Flow: within the period."
_NUMBER = "The last in the period as a member of that system; missing in a period without. Of"
_STOCK = "Stock: on the day `stock_date`."


class PanelRow(NamedTuple):
    """A row of a panel: a dyad in a period.

    Every field is a column of `panel_columns`, which say what they mean. `quarter` and `month` are
    None where the periods are longer.
    """

    ccode1: int | None
    ccode2: int | None
    gwcode1: int | None
    gwcode2: int | None
    iso3c1: str
    iso3c2: str
    year: int
    quarter: int | None
    month: int | None
    days: int
    stock_date: date
    coded_events: int
    coded_verb_coop: int
    coded_mat_coop: int
    coded_verb_conf: int
    coded_mat_conf: int
    coded_goldstein: float | None
    recorded_events: int
    recorded_verb_coop: int
    recorded_mat_coop: int
    recorded_verb_conf: int
    recorded_mat_conf: int
    recorded_goldstein: float | None
    visits: int
    relations: str
    missions: int
    mission_level: str | None
    agreements: int
    measures: int
    alliances: int
    aligned: int
    opposed: int


def key_of(by: PanelPeriod) -> tuple[str, ...]:
    """The primary key of a panel."""
    return ("iso3c1", "iso3c2", "year", *(() if by == "year" else (by,)))


def panel_columns(by: PanelPeriod = "year", *, directed: bool = False) -> tuple[Column, ...]:
    """The columns of a panel, in order."""
    return (*_key_columns(by), *_flows(directed=directed), *_stocks(directed=directed))


def positions(by: PanelPeriod) -> list[int]:
    """The places in a `PanelRow` of the columns of a panel."""
    left_out = {"quarter", "month"} - {by}
    return [at for at, name in enumerate(PanelRow._fields) if name not in left_out]


def _key_columns(by: PanelPeriod) -> tuple[Column, ...]:
    sides = (("1", "the first"), ("2", "the second"))
    own: tuple[Column, ...] = tuple(
        Column(f"{name}{n}", "integer", f"{label}, state {n}", f"{_NUMBER} {which} state.")
        for name, label in (("ccode", "Correlates of War"), ("gwcode", "Gleditsch-Ward"))
        for n, which in sides
    )
    iso = tuple(
        Column(
            f"iso3c{n}", label=f"ISO 3166 alpha-3, state {n}", required=True,
            meaning=f"Of {which} state; a state and what it continues have one code through time.",
        )
        for n, which in sides
    )  # fmt: skip
    parts = () if by == "year" else (Column(by, "integer", by.capitalize(), required=True),)
    return (
        *own,
        *iso,
        Column("year", "integer", "Year", required=True),
        *parts,
        Column(
            "days", "integer", "Days on which both states were members", required=True,
            meaning=(
                "How many days of the period both were members of the system of states; without "
                "such a day, how many both existed. No row has none."
            ),
        ),
        Column(
            "stock_date", "date", "Day of the stocks", required=True,
            meaning="The last of the days that `days` counts.",
        ),
    )  # fmt: skip


def _flows(*, directed: bool) -> tuple[Column, ...]:
    sent = " by state 1 towards state 2" if directed else " between the two, in either direction"
    coded = _tone("coded", f"Coded interactions{sent}.", "Coded")
    recorded = _tone(
        "recorded",
        "Recorded events of the pair with a tone, each by its CAMEO code; without a direction.",
        "Recorded",
    )
    whose = "of state 1 to state 2" if directed else "of either to the other"
    visits = Column(
        "visits", "integer", f"Visits {whose}", required=True,
        meaning=(
            f"Meetings held with a visitor, or called visits, {whose}, that began then. {_FLOW} "
            + "A visit of which it is not told who came is in neither direction." * directed
        ).strip(),
    )  # fmt: skip
    return (*coded, *recorded, visits)


def _tone(prefix: str, meaning: str, label: str) -> tuple[Column, ...]:
    return (
        Column(
            f"{prefix}_events", "integer", f"{label} events", f"{meaning} {_FLOW}", required=True
        ),
        *(
            Column(
                f"{prefix}_{short}", "integer", f"{label} events: {quad}", required=True,
                meaning=f"Those of quad class {number}, {quad}. {_FLOW}",
            )
            for number, (short, quad) in enumerate(zip(_SHORT, QUADS, strict=True), start=1)
        ),
        Column(
            f"{prefix}_goldstein", "number", f"{label} events: mean Goldstein weight",
            f"Mean weight, -10 to 10, of those whose weight is known; else missing. {_FLOW}",
        ),
    )  # fmt: skip


def _stocks(*, directed: bool) -> tuple[Column, ...]:
    at = "of state 1 in state 2" if directed else "of either in the other"
    by = "by state 1 on state 2" if directed else "by either on the other"
    texts = (
        ("agreements", "Agreements in force", "Agreements that bind both, under notice or not."),
        ("measures", f"Measures in force {by}", f"Measures in force {by}."),
        ("alliances", "Alliances in force", "Agreements in force that were signed as alliances."),
        ("aligned", "Matters in which they are aligned", "As last recorded."),
        ("opposed", "Matters in which they are opposed", "As last recorded."),
    )
    return (
        Column(
            "relations", label="Diplomatic relations", required=True,
            meaning=f"Unknown where nothing is recorded. {_STOCK}",
            choices=get_args(RelationsStatus),
        ),
        Column(
            "missions", "integer", f"Open missions {at}", f"Open missions {at}. {_STOCK}",
            required=True,
        ),
        Column(
            "mission_level", label=f"Highest level of missions {at}",
            meaning=f"The highest known level; missing where none is known. {_STOCK}",
            choices=LEVELS,
        ),
        *(
            Column(name, "integer", label, f"{meaning} {_STOCK}", required=True)
            for name, label, meaning in texts
        ),
    )  # fmt: skip
