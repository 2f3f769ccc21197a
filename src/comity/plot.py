"""Pictures of answers, as figures of matplotlib: `pip install 'comity[plot]'`.

Every picture needs neither pyplot nor a display, can be made in any thread, and shows itself in a
notebook. `picture.savefig("file.svg")` writes the same bytes for the same answer, as PNG, SVG or
PDF. Sizes are widths and heights in inches, from 5×4 to 60×60.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from comity.adapters.plots.picture import Picture
    from comity.domain.selection import Entry
    from comity.projections.views.deals import RelationshipDeal
    from comity.projections.views.missions import RelationshipMission
    from comity.projections.views.network import Network
    from comity.projections.views.tone import PeriodTone

__all__ = ["deal", "missions", "network", "timeline", "tone"]

_Size = tuple[float, float]


def timeline(
    entries: Iterable[Entry], *, parties: Sequence[str] = (), size: _Size | None = None
) -> Picture:
    """What happened and what stood, as `engine.timeline` answers: a lane for each kind of matter.

    A spell is a bar, what is not known to the day is hatched, an open end is an arrow, and a ring
    stands around what several accounts tell. There are as many labels as have room; where there
    are too many events for a mark each, bars say how many. `parties` are named in the title, by
    default those that all entries share. Without `size` the picture is as high as it needs to be.
    Raises `InvalidValue` for another size, and `NotInstalled` without matplotlib.
    """
    figure: Picture = _drawer("timeline")(entries, parties=parties, size=size)
    return figure


def tone(
    periods: Iterable[PeriodTone], *, parties: Sequence[str] = (), size: _Size = (8.0, 5.0)
) -> Picture:
    """How many events of each quad class there were in each period, and their mean weight.

    It shows what `engine.tone` answers, of up to four relationships, coded and recorded events
    apart. Periods without events are gaps. Raises as `timeline` does.
    """
    figure: Picture = _drawer("tone")(periods, parties=parties, size=size)
    return figure


def missions(
    answer: Sequence[RelationshipMission],
    *,
    parties: Sequence[str] = (),
    on: str = "",
    size: _Size | None = None,
) -> Picture:
    """The missions that `engine.missions` answers; `on` is the day of the question.

    Up to sixteen are bars from the day on which they opened. More are a matrix of who has a
    mission where. Raises as `timeline` does.
    """
    figure: Picture = _drawer("missions")(answer, parties=parties, on=on, size=size)
    return figure


def network(answer: Network, *, parties: Sequence[str] = (), size: _Size | None = None) -> Picture:
    """The parties and ties that `engine.network` answers, around a ring, by name.

    Where not all names have room, the parties with the most ties have theirs. Raises as
    `timeline` does.
    """
    figure: Picture = _drawer("network")(answer, parties=parties, size=size)
    return figure


def deal(answer: RelationshipDeal | None, *, name: str = "", size: _Size = (8.0, 5.0)) -> Picture:
    """What was ordered, planned, delivered, paid and what remains of one deal, by unit, over time.

    `answer` is one of the deals of `engine.deals`; None says that nothing is recorded of the deal
    `name`. Raises as `timeline` does.
    """
    figure: Picture = _drawer("deal")(answer, name=name, size=size)
    return figure


def _drawer(name: str) -> Callable[..., Any]:
    from comity.adapters.plots import drawer

    return drawer(name)
