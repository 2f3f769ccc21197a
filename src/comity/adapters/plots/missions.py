"""The pictures of missions: since when each is open, or, for many parties, who has one where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from matplotlib.patches import Patch, Rectangle

from comity.adapters.interchange.exporters.cells import days_of as days_told
from comity.adapters.interchange.exporters.code_words import choice_words
from comity.adapters.interchange.exporters.sentences import all_of, name_of, the
from comity.adapters.plots.days import Days, days_of
from comity.adapters.plots.lane_drawing import HATCH
from comity.adapters.plots.page import AXIS, Axes, Box, Page, put_ticks, sample
from comity.adapters.plots.picture import SIZE, Picture, Size
from comity.adapters.plots.style import (
    BLUE,
    FAINT,
    INK,
    LINE,
    ORANGE,
    PAPER,
    POINTS,
    RULE,
    SKY,
    SMALL,
)
from comity.adapters.plots.words import cut, drawable, width
from comity.domain.lives.missions import CONSULAR, DIPLOMATIC, RANKED
from comity.domain.phrases import joined

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from comity.projections.views.missions import RelationshipMission

_MOST_BARS = 16
"""More missions than this are shown as a matrix."""
_ROW = 22.0
_AROUND = 110.0
"""Points that title, axis and key take."""
_CELL = SMALL * LINE + 2
_WIDE, _HIGHEST = 8.0, 14.0
"""The width and the greatest height, in inches, where no size is told."""
_CLASSES = (
    ("embassy or its like", frozenset(DIPLOMATIC), BLUE, ""),
    ("other diplomatic mission", frozenset(RANKED) - {*DIPLOMATIC, *CONSULAR}, SKY, "////"),
    ("consulate", frozenset(CONSULAR), ORANGE, "...."),
    ("level not known", frozenset({""}), RULE, ""),
)
"""The classes of levels, from the highest down, with colour and hatching."""
_Pair = tuple[str, str]


def missions(
    answer: Sequence[RelationshipMission], *, parties: Sequence[str] = (), on: str = "",
    size: Size | None = None,
) -> Picture:  # fmt: skip
    """The picture; the parameters are those of `comity.plot.missions`."""
    told = sorted(set(answer), key=_order)
    codes = sorted({code for each in told for code in (each.sender, each.host)})
    names = all_of(map(the, parties or codes)) if 0 < len(parties or codes) <= 4 else ""
    title = f"Missions: {names}" if names else "Missions"
    if len(told) > _MOST_BARS:
        page = Page(
            size or _matrix_size(len(codes)),
            title,
            f"{joined(_count(told), _day(on))}: the row sends, the column receives",
        )
        return _matrix(page, told, codes)
    if not told:
        page = Page(size or SIZE, title, _day(on))
        return page.say_nothing(f"open missions of {names}" if names else "open missions")
    subtitle = joined(_count(told), _day(on))
    if size is not None:
        return _bars(Page(size, title, subtitle), told, on)
    high = (len(told) * _ROW + _AROUND) / POINTS
    return _bars(Page((_WIDE, round(high, 2)), title, subtitle, lowest=0.0), told, on)


def _order(mission: RelationshipMission) -> tuple[str, str, int, str, str]:
    level = RANKED.index(mission.level) if mission.level else len(RANKED)
    return mission.sender, mission.host, level, mission.city, mission.mission


def _count(told: Sequence[RelationshipMission]) -> str:
    return f"{len(told)} open mission{'' if len(told) == 1 else 's'}"


def _day(on: str) -> str:
    return f"on {on}" if on else ""


def _look(level: str) -> tuple[str, str]:
    return next((color, hatch) for _, levels, color, hatch in _CLASSES if level in levels)


def _key(levels: Sequence[str]) -> Iterator[tuple[Patch, str]]:
    for words, of, color, hatch in _CLASSES:
        if of.intersection(levels):
            yield Patch(facecolor=color, edgecolor=PAPER, hatch=hatch), words


# Since when


def _bars(page: Page, told: Sequence[RelationshipMission], on: str) -> Picture:
    """A bar for each mission, from its opening to the day of the question."""
    windows = [days_told(mission.since) for mission in told]
    page.key(_bar_key(told))
    left, bottom, right, top = page.room
    wanted = max(width(line, SMALL) for mission in told for line in _names(mission))
    names = min(wanted, page.room.wide * 0.42) + 10
    row = min((top - bottom - AXIS) / len(told), _ROW * 1.3)
    box = Box(left + names, top - row * len(told), right, top)
    heads = [days_told(mission.head.since) for mission in told if mission.head]
    asked = [days_told(on)] if on else []
    known = [float(d.toordinal()) for both in (*windows, *heads, *asked) for d in both if d]
    days = days_of(known, box.wide)
    axes = page.axes(box)
    axes.set_xlim(0, days.points)
    axes.set_ylim(-box.high, 0)
    ticks = days.ticks() if known else []
    put_ticks(axes, "x", [days.x(tick.at) for tick in ticks], [tick.word for tick in ticks])
    for at, (mission, (first, last)) in enumerate(zip(told, windows, strict=True)):
        middle = -(at + 0.5) * row
        _write_names(page, mission, (left, box.top + middle), names - 10, row)
        start = days.x(first.toordinal() if first else None)
        sure = days.x(last.toordinal() if last else None, at_end=True)
        _draw_bar(axes, mission, (start, sure, days.points), middle, min(row * 0.5, 13))
        if mission.head is not None and mission.head.since:
            _draw_head(axes, mission, days, middle)
    return page.picture


def _bar_key(told: Sequence[RelationshipMission]) -> Iterator[tuple[Artist, str]]:
    yield from _key([mission.level for mission in told])
    if any(_is_imprecise(mission.since) for mission in told):
        yield Patch(facecolor=PAPER, edgecolor=FAINT, hatch=HATCH), "opened some time within"
    if any(mission.head and mission.head.since for mission in told):
        yield sample(marker="D", ms=5, mfc=PAPER, mec=INK, ls=""), "its head, since"


def _is_imprecise(since: str) -> bool:
    first, last = days_told(since)
    return first != last or first is None


def _names(mission: RelationshipMission) -> tuple[str, str]:
    """Who is represented where, and by whom."""
    where = mission.city or ""
    first = f"{name_of(mission.sender)} in {name_of(mission.host)}"
    head = mission.head.name if mission.head else ""
    vacant = "no head" if mission.vacant else ""
    second = joined(choice_words(mission.level) or "mission", where, head or vacant)
    return drawable(first), drawable(second)


def _write_names(
    page: Page, mission: RelationshipMission, at: tuple[float, float], room: float, row: float
) -> None:
    left, middle = at
    first, second = _names(mission)
    if row < 2 * SMALL * LINE:
        page.text(left, middle, cut(joined(first, second), room, SMALL), va="center_baseline")
        return
    page.text(left, middle + 1, cut(first, room, SMALL, "bold"), weight="bold", va="bottom")
    page.text(left, middle - 1, cut(second, room, SMALL), color=FAINT, va="top")


def _draw_bar(
    axes: Axes, mission: RelationshipMission, places: tuple[float, float, float], middle: float,
    high: float,
) -> None:  # fmt: skip
    start, sure, end = places
    color, hatch = _look(mission.level)
    bottom = middle - high / 2
    if sure - start > 1.5:
        axes.add_patch(Rectangle((start, bottom), sure - start, high, facecolor=PAPER,
                                 edgecolor=FAINT, hatch=HATCH, lw=0.6))  # fmt: skip
    axes.add_patch(Rectangle((sure, bottom), end - sure, high, facecolor=color, hatch=hatch,
                             edgecolor=PAPER, lw=0.6))  # fmt: skip


def _draw_head(axes: Axes, mission: RelationshipMission, days: Days, middle: float) -> None:
    assert mission.head is not None
    first, last = days_told(mission.head.since)
    if first is None or last is None:
        return
    at = days.x((first.toordinal() + last.toordinal()) / 2)
    axes.plot([at], [middle], marker="D", ms=5, mfc=PAPER, mec=INK, zorder=4, ls="")


# Who has one where


def _matrix_size(count: int) -> Size:
    """As large as all parties need, within what a sheet of paper or a screen shows."""
    wide, high = ((count * _CELL + around) / POINTS for around in (165, 225))
    return round(min(max(wide, _WIDE), _HIGHEST), 2), round(min(max(high, 4.5), _HIGHEST), 2)


def _matrix(page: Page, told: Sequence[RelationshipMission], codes: Sequence[str]) -> Picture:
    """A row for each sender and a column for each host; a cell tells the highest level."""
    page.key(_key([mission.level for mission in told]))
    if _fitting(page, codes) < len(codes):
        most = _fitting(page, codes) - 2
        page.note(f"The {most} parties with the most missions, of {len(codes)}.")
        active = Counter(code for each in told for code in (each.sender, each.host))
        codes = sorted(sorted(codes, key=lambda code: (-active[code], code))[:most])
    names = {code: drawable(name_of(code)) for code in codes}
    codes = sorted(codes, key=lambda code: (names[code], code))
    left, bottom, right, top = page.room
    wide, high = _names_room(page, codes)
    cell = min((right - left - wide) / len(codes), (top - bottom - high) / len(codes), 26.0)
    box = Box(
        left + wide, top - high - cell * len(codes), left + wide + cell * len(codes), top - high
    )
    axes = page.axes(box)
    axes.set_xlim(0, len(codes))
    axes.set_ylim(len(codes), 0)
    _rule(axes, len(codes))
    for at, code in enumerate(codes):
        middle = (at + 0.5) * cell
        page.text(box.left - 5, box.top - middle, cut(names[code], wide - 5, SMALL), ha="right",
                  va="center_baseline")  # fmt: skip
        page.text(box.left + middle, box.top + 4, cut(names[code], high - 5, SMALL), rotation=90,
                  ha="center", va="bottom")  # fmt: skip
    for pair, mission in _highest(told).items():
        if pair[0] in names and pair[1] in names:
            _draw_cell(axes, codes.index(pair[0]), codes.index(pair[1]), mission)
    return page.picture


def _names_room(page: Page, codes: Sequence[str]) -> tuple[float, float]:
    """The points that names take to the left and above."""
    longest = max(width(drawable(name_of(code)), SMALL) for code in codes) + 6
    room = page.room
    return min(longest, room.wide * 0.25, 140.0), min(longest, room.high * 0.3, 140.0)


def _fitting(page: Page, codes: Sequence[str]) -> int:
    """How many parties a matrix can have on the page."""
    wide, high = _names_room(page, codes)
    return int(min(page.room.high - high, page.room.wide - wide) // (SMALL * LINE))


def _highest(told: Sequence[RelationshipMission]) -> dict[_Pair, RelationshipMission]:
    highest: dict[_Pair, RelationshipMission] = {}
    for mission in told:  # of one sender at one host, the highest level comes first
        highest.setdefault((mission.sender, mission.host), mission)
    return highest


def _rule(axes: Axes, count: int) -> None:
    axes.hlines(range(count + 1), 0, count, colors=RULE, lw=0.4, zorder=0)
    axes.vlines(range(count + 1), 0, count, colors=RULE, lw=0.4, zorder=0)
    for at in range(count):
        axes.add_patch(Rectangle((at, at), 1, 1, facecolor=RULE, edgecolor="none", zorder=0))


def _draw_cell(axes: Axes, row: int, column: int, mission: RelationshipMission) -> None:
    color, hatch = _look(mission.level)
    axes.add_patch(Rectangle((column + 0.14, row + 0.14), 0.72, 0.72, facecolor=color, hatch=hatch,
                             edgecolor=PAPER, lw=0.4))  # fmt: skip
    if mission.vacant:
        axes.plot([column + 0.5], [row + 0.5], marker="x", ms=4, mec=PAPER, mew=1.2, ls="")
