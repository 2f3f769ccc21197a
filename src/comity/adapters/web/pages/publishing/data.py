"""The data of both sliders: what the state was on each day, as known at each moment."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from comity.adapters.web.pages.history import History, Moment, thinned
from comity.adapters.web.pages.links import Link, evidence_address
from comity.adapters.web.pages.picture import picture
from comity.adapters.web.pages.publishing.days import Change, changes
from comity.adapters.web.pages.relationship import panel_html
from comity.adapters.web.pages.state_panel import panel
from comity.domain.scope import Query
from comity.domain.time.dates import Bounds
from comity.projections.state import RelationshipState, StateProjection
from comity.query.fold import folded_on

MOST_STATES, MOST_ITEMS, MOST_DAYS = 30_000, 60_000, 1_500
"""How many states and how many entries of pictures a site holds at most, and on how many days."""
_DAY = timedelta(1)
_AHEAD, _FARTHEST = timedelta(days=366), timedelta(days=3_660)
"""How far after today the days of a site go: every anniversary comes once; and how far at most."""


class SliderData(NamedTuple):
    """The fragments and pictures, each once, and which of them shows on which day and moment.

    `moments_left_out` and `first_left_out` say what is missing: so many moments of knowing, and
    the first day of the timeline if the days of the site begin later.
    """

    days: list[str]
    moments: list[Moment]
    states: list[list[int]]
    pictures: list[int]
    fragments: list[str]
    picture_data: list[dict[str, Any]]
    moments_left_out: int
    first_left_out: str


def slider_data(
    latest: History,
    history_at: Callable[[int], History],
    today: date,
    link: Link,
) -> SliderData:
    """The data of a relationship, as it is known by `latest`, whose moments they are."""
    moments = _chosen_moments(latest)
    histories = [history_at(moment.position) for moment in moments]
    last = max(_after(today, _AHEAD), min(_last(histories, today), _after(today, _FARTHEST)))
    first, first_left_out = _first_day(latest, Bounds(_first(histories, today), last))
    told = [list(_changes(h, Bounds(first, last))) for h in histories]
    days = sorted({change.day for each in told for change in each})
    panels, pictures = _Numbered(), _Numbered()
    states = [
        _row(days, each, history, panels) for each, history in zip(told, histories, strict=True)
    ]
    drawn = [_picture(h, today, moments, link, days) for h in histories]
    numbers = [pictures.number(repr(each)) for each in drawn]
    kept = dict(zip(numbers, drawn, strict=True))
    return SliderData(
        [day.isoformat() for day in days], moments, states, numbers,
        [panel_html(each, latest.relationship, link) for each in panels],
        [kept[number] for number in range(len(kept))], len(latest.moments) - len(moments),
        first_left_out,
    )  # fmt: skip


class _Numbered(dict[Any, int]):
    """Things by number, each once."""

    def number(self, thing: Hashable) -> int:
        return self.setdefault(thing, len(self))


def _chosen_moments(latest: History) -> list[Moment]:
    """As many moments as there is room for, evenly chosen; at least the first and the last."""
    room = MOST_ITEMS // max(len(latest.entries), 1)
    states = MOST_STATES // min(8 * len(latest.entries) + 1, MOST_DAYS)
    none = [Moment(0, "", 0)] if not latest.moments else []
    return none or thinned(latest.moments, max(2, min(room, states)))


def _changes(history: History, days: Bounds) -> Iterator[Change]:
    projection = StateProjection()

    def state_on(day: date) -> RelationshipState:
        query = Query(history.scope, day, history.position)
        return folded_on(projection, history.entries, query)

    return changes(state_on, history.entries, history.scope.parties, days)


def _first_day(latest: History, days: Bounds) -> tuple[date, str]:
    """The first day of the site, and the timeline's own first day if that is left out."""
    all_days = [change.day for change in _changes(latest, days)]
    if len(all_days) <= MOST_DAYS:
        return days.earliest, ""
    return all_days[-MOST_DAYS], days.earliest.isoformat()


def _first(histories: Sequence[History], today: date) -> date:
    """The day before the first of which anything is told: on it, as before it, nothing stands."""
    bounds = [entry.bounds for history in histories for entry in history.entries]
    first = min([*(b.earliest if b.earliest > date.min else b.latest for b in bounds), today])
    return max(first, date.min + _DAY) - _DAY


def _last(histories: Sequence[History], today: date) -> date:
    """The last day that an entry tells, as far as they are not open."""
    lasts = [entry.latest for history in histories for entry in history.entries]
    return max([last for last in lasts if last < date.max], default=today)


def _after(day: date, days: timedelta) -> date:
    return day + days if days <= date.max - day else date.max


def _row(
    days: Sequence[date],
    told: Sequence[Change],
    history: History,
    panels: _Numbered,
) -> list[int]:
    """For each day the number of the fragment that holds then: that of the last change by it."""
    row: list[int] = []
    at, number = -1, 0
    for day in days:
        while at + 1 < len(told) and told[at + 1].day <= day:
            at += 1
            number = panels.number(panel(told[at].state, history))
        row.append(number)
    return row


def _picture(
    history: History, today: date, moments: Sequence[Moment], link: Link, days: Sequence[date]
) -> dict[str, Any]:
    """The picture of a moment; its days are those of the site."""
    drawn = picture(history, today, moments, partial(evidence_address, link))
    return drawn | {"days": {"first": days[0].isoformat(), "last": days[-1].isoformat()}}
