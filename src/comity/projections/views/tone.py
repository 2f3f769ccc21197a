"""Tone over time: cooperation and conflict, in coded interactions and in recorded events."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache, reduce
from operator import attrgetter
from typing import Literal, Self, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from comity.domain.codelists.goldstein import (
    QUAD_NAMES,
    SCHEME_VERSIONS,
    goldstein,
    has_inherited_weight,
    quad_class,
)
from comity.domain.counting import CellCounts, tone_of
from comity.domain.errors import InvalidValue
from comity.domain.events import CATALOGUE, Event, InteractionCoded
from comity.domain.time.dates import bounds, span
from comity.projections.counting import CountingProjection
from comity.projections.sections.tone import mean_weight
from comity.projections.views.view import ColumnKind, Option, OptionValues, Table, View

TonePeriod = Literal["month", "quarter", "year", "decade"]
PERIODS: tuple[TonePeriod, ...] = get_args(TonePeriod)

Measure = tuple[int, int, int, int, int, int, int, int, tuple[str, ...]]
"""Of some events: their number; how many are in each quad class; the sum of their weights, in
thousandths; how many have none; how many inherit it; and their schemes, sorted."""
_NOTHING: Measure = (0, 0, 0, 0, 0, 0, 0, 0, ())

Counts = dict[tuple[date, date, str], Measure]
"""The measure of events by first and last day, and scheme.

The scheme of recorded events, which nobody coded, is empty; else its version, if it is known,
follows after a space.
"""

_OWN = f"cameo {SCHEME_VERSIONS['cameo']}"
"""The scheme of the codes of recorded events."""
_QUARTER = 33
"""The first quarter in EDTF."""
_decode = msgspec.json.Decoder(list[dict[str, int]]).decode


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
            state[days] = _sum(state.get(days, _NOTHING), _measure(scheme, code))
        return state

    def counted(self, cells: Sequence[CellCounts]) -> Counts:
        """The counts after the events that were counted."""
        state: Counts = {cell: _measure_all(cell[2], codes) for cell, codes in cells}
        if len(state) == len(cells):
            return state
        state.clear()  # a cell comes several times
        for cell, codes in cells:
            state[cell] = _sum(state.get(cell, _NOTHING), _measure_all(cell[2], codes))
        return state

    def finish(self, state: Counts, on: date) -> tuple[PeriodTone, ...]:
        """Each period that has events, in order of time."""
        coded: dict[str, Measure] = {}
        recorded: dict[str, Measure] = {}
        for (first, last, scheme), measure in state.items():
            if measure[0] and last >= self.since:
                period = _period(self.by, first, last)
                half = coded if scheme else recorded
                own = half.get(period)
                half[period] = measure if own is None else _sum(own, measure)
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


def _sum(one: Measure, other: Measure) -> Measure:
    a, b, c, d, e, f, g, h, used = one
    i, j, k, m, n, o, p, q, more = other
    schemes = used if used == more else tuple(sorted({*used, *more}))
    return a + i, b + j, c + k, d + m, e + n, f + o, g + p, h + q, schemes


@lru_cache(maxsize=4_096)
def _measure(scheme: str, code: str, number: int = 1) -> Measure:
    """The measure of a number of events with one code."""
    name = scheme.partition(" ")[0] or "cameo"
    weight = goldstein(name, code)
    first, second, third, fourth = (
        number if quad_class(name, code) == quad else 0 for quad in QUAD_NAMES
    )
    return (
        number, first, second, third, fourth, int((weight or 0) * 1000) * number,
        0 if weight is not None else number, number if has_inherited_weight(name, code) else 0,
        (scheme,),
    )  # fmt: skip


@lru_cache(maxsize=32_768)
def _measure_all(scheme: str, codes: str) -> Measure:
    """The measure of the events of a cell."""
    counts = (each for some in _decode(f"[{codes}]") for each in some.items())
    return reduce(_sum, (_measure(scheme, code, number) for code, number in counts), _NOTHING)


def _reading(measure: Measure) -> ToneReading:
    known = _known_reading(measure)
    return replace(known, by_quad_class=dict(known.by_quad_class))


@lru_cache(maxsize=32_768)
def _known_reading(measure: Measure) -> ToneReading:
    """The reading of a measure: most are of a few events, so many are alike."""
    events, one, two, three, four, weight, unweighted, inherited, used = measure
    quads = {1: one, 2: two, 3: three, 4: four}
    schemes, scales = _schemes(used)
    return ToneReading(
        events,
        one + two,
        three + four,
        {QUAD_NAMES[quad]: number for quad, number in quads.items() if number},
        mean_weight(Decimal(weight) / 1000, events - unweighted),
        unweighted,
        inherited,
        schemes,
        scales,
    )


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
