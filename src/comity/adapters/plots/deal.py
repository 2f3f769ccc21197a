"""The picture of a deal: ordered, planned, delivered, remaining and paid over time, by unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from comity.adapters.interchange.exporters.cells import days_of as days_told
from comity.adapters.interchange.exporters.code_words import unit_words
from comity.adapters.interchange.exporters.dates_in_sentences import dated, since
from comity.adapters.interchange.exporters.sentences import name_of
from comity.adapters.plots.days import Days, days_of
from comity.adapters.plots.page import AXIS, Axes, Box, Page, put_ticks, sample
from comity.adapters.plots.picture import SIZE, Picture, Size
from comity.adapters.plots.style import (
    BLUE,
    FAINT,
    GREEN,
    INK,
    LINE,
    ORANGE,
    SMALL,
)
from comity.adapters.plots.words import cut, drawable, width
from comity.domain.phrases import joined, number

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from comity.projections.views.deals import RelationshipDeal

_MOST = 4
_ACTS = ("announced", "signed")
"""The statuses that say what was done on a day, and not how the deal stands since."""
_Window = tuple[date, date]


class _Step(NamedTuple):
    """An amount that came, or is planned, between two days."""

    first: float
    last: float
    amount: Decimal


class _Panel(NamedTuple):
    """What is known of one unit or currency."""

    unit: str
    limit: Decimal | None
    """What was ordered, or what the deal is worth."""
    total: Decimal
    """What was delivered or paid, also on unknown days."""
    rest: Decimal | None
    """What remains, if it is known."""
    done: list[_Step]
    planned: list[_Step]
    is_money: bool = False


def deal(answer: RelationshipDeal | None, *, name: str = "", size: Size = SIZE) -> Picture:
    """The picture; the parameters are those of `comity.plot.deal`."""
    if answer is None:
        title = f"Deal {name}" if name else "Deal"
        return Page(size, title).say_nothing(f"the deal {name}" if name else "the deal")
    page = Page(size, joined(f"Deal {answer.deal}", answer.commodity, by=": "), _subtitle(answer))
    panels = [p for p in _panels(answer) if p.done or p.planned or p.limit is not None]
    if not panels:
        return page.say_nothing(f"amounts of the deal {answer.deal}")
    shown = panels[: max(1, min(_MOST, int((page.room.high - 40) // 85)))]
    undated = _undated(answer)
    page.note(joined(undated, f"{len(panels) - len(shown)} more units are not shown."
                     if len(panels) > len(shown) else "", by=" "))  # fmt: skip
    page.key(_key(shown))
    left, bottom, right, top = page.room
    numbers = max(width(f"{_most(p):,.0f}", SMALL) for p in shown) + 14
    box = Box(left + numbers, bottom + AXIS, right - 4, top)
    days = days_of(_with_end(list(_places(answer, shown))), box.wide)
    high = box.high / len(shown)
    for at, panel in enumerate(shown):
        above = box.top - at * high
        page.text(left, above - SMALL * LINE, cut(_heading(panel), right - left, SMALL, "bold"),
                  weight="bold", va="bottom")  # fmt: skip
        own = Box(box.left, above - high + 8, box.right, above - SMALL * LINE - 6)
        _draw(page, own, panel, days, is_last=at == len(shown) - 1)
    return page.picture


def _subtitle(answer: RelationshipDeal) -> str:
    is_act = answer.status in _ACTS
    sides = (name_of(code) if code else "" for code in (answer.seller, answer.buyer))
    return joined(
        joined(*sides, by=" to "),
        joined(answer.status, (dated if is_act else since)(answer.since), by=" "),
    )


def _panels(answer: RelationshipDeal) -> Iterator[_Panel]:
    units = [*answer.ordered, *answer.delivered, *answer.scheduled]
    for shipment in answer.shipments:
        units += [*shipment.delivered, *([shipment.planned.unit] if shipment.planned else [])]
    for unit in dict.fromkeys(units):
        yield _Panel(
            unit, answer.ordered.get(unit), answer.delivered.get(unit, Decimal(0)),
            answer.remaining.get(unit),
            [_Step(*_places_of(s.arrived), s.delivered[unit]) for s in answer.shipments
             if unit in s.delivered and _is_placed(s.arrived)],
            [_Step(*_places_of(s.planned_for), s.planned.amount) for s in answer.shipments
             if not s.arrived and s.planned and s.planned.unit == unit
             and _is_placed(s.planned_for)],
        )  # fmt: skip
    worth = {answer.value.currency: answer.value.amount} if answer.value else {}
    for currency in dict.fromkeys([*worth, *(p.currency for p in answer.payments)]):
        yield _Panel(
            currency, worth.get(currency), answer.paid.get(currency, Decimal(0)), None,
            [_Step(*_places_of(p.when), p.amount) for p in answer.payments
             if p.currency == currency and p.amount is not None and _is_placed(p.when)],
            [], is_money=True,
        )  # fmt: skip


def _is_placed(when: str) -> bool:
    return None not in days_told(when)


def _places_of(when: str) -> tuple[float, float]:
    first, last = days_told(when)
    assert first is not None
    assert last is not None
    return first.toordinal(), last.toordinal() + 1


def _undated(answer: RelationshipDeal) -> str:
    """How many amounts have no place in the picture."""
    shipments = sum(
        1 for s in answer.shipments
        if not _is_placed(s.arrived or s.planned_for) or not (s.delivered or s.planned)
    )  # fmt: skip
    payments = sum(1 for p in answer.payments if p.amount is None or not _is_placed(p.when))
    told = [
        f"{count} {thing}{'' if count == 1 else 's'}"
        for count, thing in ((shipments, "shipment"), (payments, "payment"))
        if count
    ]
    return f"Not shown, of unknown day or amount: {joined(*told)}." if told else ""


def _places(answer: RelationshipDeal, shown: Sequence[_Panel]) -> Iterator[float]:
    for panel in shown:
        for step in (*panel.done, *panel.planned):
            yield from step[:2]
    if _is_placed(answer.since):
        yield from _places_of(answer.since)


def _with_end(places: list[float]) -> list[float]:
    """The places, and some room after the last, where what stands then can be seen."""
    return [*places, max(places) + (max(places) - min(places)) * 0.06] if places else places


def _heading(panel: _Panel) -> str:
    unit = panel.unit if panel.is_money else unit_words(panel.unit, Decimal(2))
    verb, limit = ("paid", "worth") if panel.is_money else ("delivered", "ordered")
    told = joined(
        "" if panel.limit is None else f"{number(panel.limit)} {limit}",
        f"{number(panel.total)} {verb}",
        "" if panel.rest is None else f"{number(panel.rest)} remaining",
    )
    return drawable(f"{unit}: {told}")


def _most(panel: _Panel) -> float:
    total = sum(float(step.amount) for step in (*panel.done, *panel.planned))
    return max(total, float(panel.limit or 0), 1.0)


def _key(shown: Sequence[_Panel]) -> Iterator[tuple[Artist, str]]:
    goods = [panel for panel in shown if not panel.is_money]
    if any(panel.limit is not None for panel in shown):
        yield sample(color=INK, lw=1.4, ls="--"), "ordered, or worth"
    if any(panel.done for panel in goods):
        yield Patch(facecolor=BLUE), "delivered"
    if any(panel.planned for panel in goods):
        yield Patch(facecolor="none", edgecolor=BLUE, hatch="////"), "planned"
    if any(panel.limit is not None for panel in goods):
        yield sample(color=ORANGE, lw=1.6, ls="-."), "remaining"
    if any(panel.is_money and panel.done for panel in shown):
        yield Patch(facecolor=GREEN), "paid"
    if any(step.last - step.first > 1 for panel in shown for step in (*panel.done, *panel.planned)):
        yield sample(color=FAINT, lw=1.2, marker="|", ms=7), "some time within"


def _draw(page: Page, box: Box, panel: _Panel, days: Days, *, is_last: bool) -> None:
    axes = page.axes(box)
    axes.set_xlim(0, days.points)
    most = _most(panel)
    places = MaxNLocator(max(2, int(box.high // 26))).tick_values(0, most)
    places = [place for place in places if 0 <= place <= most * 1.3]
    axes.set_ylim(0, max(*places, most) * 1.06)
    decimals = 0 if places[-1] >= 10 else 2
    put_ticks(axes, "y", places, [f"{place:,.{decimals}f}" for place in places])
    ticks = days.ticks() if is_last else []
    put_ticks(axes, "x", [days.x(tick.at) for tick in ticks], [tick.word for tick in ticks])
    color = GREEN if panel.is_money else BLUE
    xs, ys = _stairs(panel.done, days)
    axes.fill_between(xs, ys, step="post", color=color, lw=0)
    _draw_windows(axes, panel.done, days, 0.0)
    if panel.planned:
        _draw_planned(axes, panel, days, ys[-1])
    if panel.limit is not None:
        axes.axhline(float(panel.limit), color=INK, ls="--", lw=1.4)
        if not panel.is_money:
            rest = [max(float(panel.limit) - y, 0.0) for y in ys]
            axes.step(xs, rest, where="post", color=ORANGE, ls="-.", lw=1.6)
    axes.axhline(0, color=INK, lw=0.8)


def _stairs(steps: Sequence[_Step], days: Days) -> tuple[list[float], list[float]]:
    """The sum after each step, from the left edge to the right."""
    xs, ys, total = [0.0], [0.0], 0.0
    for step in sorted(steps, key=lambda each: each.last):
        total += float(step.amount)
        xs.append(days.x((step.first + step.last) / 2 if _is_day(step) else step.last))
        ys.append(total)
    return [*xs, days.points], [*ys, total]


def _is_day(step: _Step) -> bool:
    return step.last - step.first <= 1


def _draw_windows(axes: Axes, steps: Sequence[_Step], days: Days, total: float) -> None:
    """Between which days an amount came, where the day is not known."""
    for step in sorted(steps, key=lambda each: each.last):
        total += float(step.amount)
        if not _is_day(step):
            axes.plot([days.x(step.first), days.x(step.last)], [total] * 2, c=FAINT, lw=1.2,
                      marker="|", ms=7)  # fmt: skip


def _draw_planned(axes: Axes, panel: _Panel, days: Days, done: float) -> None:
    xs, ys = _stairs(panel.planned, days)
    tops = [done + y for y in ys]
    axes.fill_between(xs, [done] * len(xs), tops, step="post", facecolor="none", edgecolor=BLUE,
                      hatch="////", lw=0.6)  # fmt: skip
    _draw_windows(axes, panel.planned, days, done)
