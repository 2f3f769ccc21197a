"""Tone over time: cooperation and conflict, in coded interactions and in recorded events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Literal, Self, get_args

from msgspec import Struct

from comity.domain.codelists.goldstein import (
    QUAD_NAMES,
    SCHEME_VERSIONS,
    goldstein,
    has_inherited_weight,
    quad_class,
)
from comity.domain.errors import InvalidValue
from comity.domain.events import CATALOGUE, Event, InteractionCoded
from comity.domain.time.dates import bounds, span
from comity.domain.values import added
from comity.projections.projection import Projection
from comity.projections.sections.tone import mean_weight
from comity.projections.views.view import Option, OptionValues, Table, View

TonePeriod = Literal["month", "year", "decade"]
PERIODS: tuple[TonePeriod, ...] = get_args(TonePeriod)

Counts = dict[tuple[date, date, str, str, str], int]
"""The number of events by first and last day, scheme, scheme version, and code.

The scheme of recorded events, which nobody coded, is empty.
"""

_Codes = Counter[tuple[str, str, str]]
_OWN = ("cameo", SCHEME_VERSIONS["cameo"])
"""The scheme and version of the codes of recorded events."""


class ToneReading(Struct, frozen=True):
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


class PeriodTone(Struct, frozen=True):
    """The tone of a `period`, EDTF: `2023-06`, `2023` or `202X`; empty if the period is unknown.

    `coded` is the tone of coded interactions, `recorded` of the other events, each with a CAMEO
    code. The two are never added up: the same event may be both coded and recorded.
    """

    relationship: str
    period: str
    coded: ToneReading
    recorded: ToneReading


def in_order(tone: PeriodTone) -> tuple[str, int, int]:
    """The order of periods: by time, longer periods before shorter ones, an unknown one last."""
    if not tone.period:
        return tone.relationship, date.max.toordinal() + 1, 0
    first, last = span(tone.period)
    return tone.relationship, first.toordinal(), -last.toordinal()


class ToneProjection(Projection[Counts, tuple[PeriodTone, ...]]):
    """A relationship's tone by month, year or decade, of events that can have happened since a day.

    Raises `InvalidValue` for another kind of period.
    """

    name = "tone"
    kinds = (*(kind for kind in CATALOGUE.values() if kind.tone), InteractionCoded)

    def __init__(self, by: TonePeriod = "year", since: date = date.min) -> None:
        if by not in PERIODS:
            raise InvalidValue("by", by, "'month', 'year' or 'decade'")
        self.by, self.since = by, since
        self.parties: tuple[str, ...] = ()

    def for_key(self, parties: tuple[str, ...]) -> Self:
        """This projection for these parties; the answer names their relationship."""
        bound = copy(self)
        bound.parties = parties
        return bound

    def initial(self) -> Counts:
        """Empty counts."""
        return {}

    def evolve(self, state: Counts, event: Event) -> Counts:
        """The counts with the event added under its days and its code, if it has a tone."""
        code = _code(event)
        if code[-1]:
            first, last = bounds(event.when)
            key = (first, last, *code)
            state[key] = state.get(key, 0) + 1
        return state

    def finish(self, state: Counts, on: date) -> tuple[PeriodTone, ...]:
        """Each period that has events, in order of time."""
        coded: dict[str, _Codes] = {}
        recorded: dict[str, _Codes] = {}
        for (first, last, scheme, version, code), count in state.items():
            if last < self.since:
                continue
            by_period = coded if scheme else recorded
            codes = by_period.setdefault(self._period(first, last), Counter())
            codes[(scheme, version, code) if scheme else (*_OWN, code)] += count
        relationship = "-".join(self.parties)
        tones = (
            PeriodTone(
                relationship, period, _read(coded.get(period, {})), _read(recorded.get(period, {}))
            )
            for period in coded.keys() | recorded.keys()
        )
        return tuple(sorted(tones, key=in_order))

    def _period(self, first: date, last: date) -> str:
        """The shortest period that holds both days; at least as long as `by` says."""
        if self.by == "month" and (first.year, first.month) == (last.year, last.month):
            return f"{first.year:04d}-{first.month:02d}"
        if self.by != "decade" and first.year == last.year:
            return f"{first.year:04d}"
        return f"{first.year // 10:03d}X" if first.year // 10 == last.year // 10 else ""


def _code(event: Event) -> tuple[str, str, str]:
    if isinstance(event, InteractionCoded):
        return event.scheme, event.scheme_version, event.code
    return "", "", event.tone_code()


def _read(codes: Mapping[tuple[str, str, str], int]) -> ToneReading:
    quads: Counter[int] = Counter()
    total, weighted, events, inherited = Decimal(0), 0, 0, 0
    for (scheme, _, code), count in codes.items():
        events += count
        quad, weight = quad_class(scheme, code), goldstein(scheme, code)
        if quad is not None:
            quads[quad] += count
        if weight is not None:
            total, weighted = added(total, weight * count), weighted + count
            inherited += count * has_inherited_weight(scheme, code)
    return ToneReading(
        events,
        cooperation=quads[1] + quads[2],
        conflict=quads[3] + quads[4],
        by_quad_class={QUAD_NAMES[quad]: count for quad, count in sorted(quads.items())},
        mean_goldstein=mean_weight(total, weighted),
        unweighted=events - weighted,
        inherited=inherited,
        schemes=tuple(sorted({f"{scheme} {version}".strip() for scheme, version, _ in codes})),
        scales=tuple(
            f"{scheme} {version}"
            for scheme, version in sorted(SCHEME_VERSIONS.items())
            if any(scheme == used for used, _, _ in codes)
        ),
    )


# The view

_FIELDS = {
    "": "events",
    "_coop": "cooperation",
    "_conflict": "conflict",
    "_mean": "mean_goldstein",
    "_by_quad_class": "by_quad_class",
    "_unweighted": "unweighted",
    "_inherited": "inherited",
    "_schemes": "schemes",
    "_scales": "scales",
}
_SHOWN = ("", "_coop", "_conflict", "_mean")


def _columns(half: str) -> dict[str, Callable[[PeriodTone], object]]:
    """The columns of one half of the answer, `coded` or `recorded`."""
    return {f"{half}{name}": attrgetter(f"{half}.{field}") for name, field in _FIELDS.items()}


def _shown(values: OptionValues, rows: Sequence[PeriodTone]) -> Sequence[str]:
    """The columns of the halves that have events: a table with both is very wide."""
    halves = ("coded", "recorded")
    filled = [half for half in halves if any(getattr(row, half).events for row in rows)]
    columns = [f"{half}{name}" for half in filled or halves for name in _SHOWN]
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
    ),
    options={"by": Option("The periods.", placeholder="month|year|decade")},
)
