"""Tone over time: cooperation and conflict, in coded interactions and in recorded events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Literal, Self, get_args

from msgspec import Struct
from msgspec.structs import replace

from comity.domain.codelists.goldstein import QUAD_NAMES, SCHEME_VERSIONS
from comity.domain.counting import NOTHING, Measure, MeasuredCell, measure, of_both, tone_of
from comity.domain.errors import InvalidValue
from comity.domain.events import CATALOGUE, Event, InteractionCoded
from comity.domain.time.dates import bounds, span
from comity.projections.counting import CountingProjection
from comity.projections.sections.tone import mean_weight
from comity.projections.views.view import ColumnKind, Option, OptionValues, Table, View

TonePeriod = Literal["month", "quarter", "year", "decade"]
PERIODS: tuple[TonePeriod, ...] = get_args(TonePeriod)
_MONTHS: dict[TonePeriod, int] = {"month": 1, "quarter": 3, "year": 12, "decade": 120}

Counts = dict[tuple[date, date, str], Measure]
"""The measure of events by first and last day, and scheme.

The scheme of recorded events, which nobody coded, is empty; else its version, if it is known,
follows after a space.
"""

_OWN = f"cameo {SCHEME_VERSIONS['cameo']}"
"""The scheme of the codes of recorded events."""
_QUARTER = 33
"""The first quarter in EDTF."""


class ToneReading(Struct, frozen=True, gc=False):
    """The tone of some events: their number, also by quad class, and their mean Goldstein weight.

    `cooperation` counts the first two quad classes, `conflict` the other two. The mean is of the
    known weights, exact to three places; `unweighted` events have none, and `inherited` ones have
    the weight of their code's parent, as the table lacks the code. `schemes` are the schemes in
    which the events were coded, with the version if it is known. `scales` are the editions whose
    weights are used.
    """

    events: int = 0
    cooperation: int = 0
    conflict: int = 0
    by_quad_class: dict[str, int] = {}
    mean_goldstein: Decimal | None = None
    unweighted: int = 0
    inherited: int = 0
    schemes: tuple[str, ...] = ()
    scales: tuple[str, ...] = ()


class PeriodTone(Struct, frozen=True, gc=False):
    """The tone of a `period`, EDTF; empty if the period is unknown.

    It is `2023-06`, `2023` or `202X`, and `2023-33` to `2023-36` for the quarters of a year.
    `coded` is the tone of coded interactions, `recorded` of the other events, each with a CAMEO
    code. The two are never added up: the same event may be both coded and recorded.
    """

    relationship: str
    period: str
    coded: ToneReading
    recorded: ToneReading


def in_order(tone: PeriodTone) -> tuple[str, int, int]:
    """The order of periods: by time, longer periods before shorter ones, an unknown one last."""
    return tone.relationship, *_place(tone.period)


@lru_cache(maxsize=65536)
def _place(period: str) -> tuple[int, int]:
    if not period:
        return date.max.toordinal() + 1, 0
    first, last = span(period)
    return first.toordinal(), -last.toordinal()


class ToneProjection(CountingProjection[Counts, tuple[PeriodTone, ...]]):
    """A relationship's tone by period, of events that can have happened since a day.

    Raises `InvalidValue` for another kind of period.
    """

    name = "tone"
    version = 2
    kinds = (*(kind for kind in CATALOGUE.values() if kind.tone), InteractionCoded)

    def __init__(self, by: TonePeriod = "year", since: date = date.min) -> None:
        if by not in PERIODS:
            raise InvalidValue("by", by, "'month', 'quarter', 'year' or 'decade'")
        self.by: TonePeriod = by
        self.months = _MONTHS[by]
        self.since = since
        self.parties: tuple[str, ...] = ()

    def for_key(self, parties: tuple[str, ...]) -> Self:
        """This projection for these parties; the answer names their relationship."""
        bound = self.__new__(type(self))  # `copy` is slow
        vars(bound).update(vars(self))
        bound.parties = parties
        return bound

    def initial(self) -> Counts:
        """Empty counts."""
        return {}

    def evolve(self, state: Counts, event: Event) -> Counts:
        """The counts with the event added under its days and its code, if it has a tone."""
        scheme, code = tone_of(event)
        if code:
            first, last = bounds(event.when)
            days = (first, last, scheme)
            state[days] = of_both(state.get(days, NOTHING), measure(scheme, code))
        return state

    def counted(self, cells: Sequence[MeasuredCell]) -> Counts:
        """The counts after the events that were counted."""
        state: Counts = dict(cells)
        if len(state) == len(cells):
            return state
        state.clear()  # a cell comes several times
        for cell, own in cells:
            known = state.get(cell)
            state[cell] = own if known is None else of_both(known, own)
        return state

    def finish(self, state: Counts, on: date) -> tuple[PeriodTone, ...]:
        """Each period that has events, in order of time."""
        coded: dict[str, Measure] = {}
        recorded: dict[str, Measure] = {}
        for (first, last, scheme), own in state.items():
            if own[0] and last >= self.since:
                period = _period(self.by, first, last)
                half = coded if scheme else recorded
                known = half.get(period)
                half[period] = own if known is None else of_both(known, own)
        relationship = "-".join(self.parties)
        periods = coded.keys() | recorded.keys() if recorded else coded
        return tuple(
            PeriodTone(
                relationship,
                period,
                _reading(coded[period]) if period in coded else ToneReading(),
                _reading(recorded[period]) if period in recorded else ToneReading(),
            )
            for period in sorted(periods, key=_place)
        )


@lru_cache(maxsize=65536)
def _period(by: TonePeriod, first: date, last: date) -> str:
    """The shortest period that holds both days; at least as long as `by` says."""
    if first.year // 10 != last.year // 10:
        return ""
    if by == "decade" or first.year != last.year:
        return f"{first.year // 10:03d}X"
    if by == "month" and first.month == last.month:
        return f"{first.year:04d}-{first.month:02d}"
    quarter = (first.month - 1) // 3
    if by == "quarter" and quarter == (last.month - 1) // 3:
        return f"{first.year:04d}-{_QUARTER + quarter}"
    return f"{first.year:04d}"


def _reading(measure: Measure) -> ToneReading:
    if measure[0] > _FEW:
        return _new_reading(measure)
    known = _known_reading(measure)
    return replace(known, by_quad_class=dict(known.by_quad_class))


def _new_reading(measure: Measure) -> ToneReading:
    events, one, two, three, four, weight, unweighted, inherited, used = measure
    schemes, scales = _schemes(used)
    quads = zip(_QUADS, (one, two, three, four), strict=True)
    return ToneReading(
        events,
        one + two,
        three + four,
        {name: number for name, number in quads if number},
        mean_weight(Decimal(weight) / 1000, events - unweighted),
        unweighted,
        inherited,
        schemes,
        scales,
    )


_known_reading = lru_cache(maxsize=32_768)(_new_reading)
_FEW = 16
"""Measures of so few events are often alike, so their readings are kept."""
_QUADS = tuple(QUAD_NAMES.values())


@lru_cache(maxsize=256)
def _schemes(used: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The schemes as an answer names them, and the editions whose weights are used."""
    schemes = sorted({scheme.strip() or _OWN for scheme in used})
    names = {scheme.partition(" ")[0] for scheme in schemes}
    editions = sorted(SCHEME_VERSIONS.items())
    return tuple(schemes), tuple(f"{name} {edition}" for name, edition in editions if name in names)


# The view

_FIELDS: dict[str, tuple[str, ColumnKind]] = {
    "": ("events", "integer"),
    "_coop": ("cooperation", "integer"),
    "_conflict": ("conflict", "integer"),
    "_mean": ("mean_goldstein", "number"),
    "_by_quad_class": ("by_quad_class", "by key"),
    "_unweighted": ("unweighted", "integer"),
    "_inherited": ("inherited", "integer"),
    "_schemes": ("schemes", "texts"),
    "_scales": ("scales", "texts"),
}
_HALVES, _SHOWN = ("coded", "recorded"), ("", "_coop", "_conflict", "_mean")
_KINDS: dict[str, ColumnKind] = {f"{h}{n}": _FIELDS[n][1] for h in _HALVES for n in _FIELDS}


def _columns(half: str) -> dict[str, Callable[[PeriodTone], object]]:
    """The columns of one half of the answer, `coded` or `recorded`."""
    return {f"{half}{name}": attrgetter(f"{half}.{field}") for name, (field, _) in _FIELDS.items()}


def _shown(values: OptionValues, rows: Sequence[PeriodTone]) -> Sequence[str]:
    """The columns of the halves that have events: a table with both is very wide."""
    filled = [half for half in _HALVES if any(getattr(row, half).events for row in rows)]
    columns = [f"{half}{name}" for half in filled or _HALVES for name in _SHOWN]
    if any(row.coded.inherited for row in rows):
        columns.append("coded_inherited")
    return ("relationship", "period", *columns)


VIEW = View(
    name="tone",
    projection=ToneProjection,
    help="""Cooperation and conflict over time.

    As coders read the news, and as the record has it; a table leaves out the one without events.
    The mean is of Goldstein weights, from -10 (conflict) to 10 (cooperation). An inherited weight
    is that of the code's parent: the table of weights lacks the code itself.
    """,
    table=Table[PeriodTone](
        {
            "relationship": lambda row: row.relationship,
            "period": lambda row: row.period,
            **_columns("coded"),
            **_columns("recorded"),
        },
        shown=_shown,
        kinds={"relationship": "relationship", "period": "date", **_KINDS},
    ),
    options={"by": Option("The periods.", placeholder="month|quarter|year|decade")},
)
