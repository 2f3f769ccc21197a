"""The state of a relationship as a panel: each line with what is behind it, and what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from comity.adapters.render.finding_words import finding_words
from comity.adapters.render.in_short import in_short
from comity.adapters.render.section import Item, Part
from comity.adapters.render.state_page import state_parts
from comity.adapters.web.pages.behind import Behind, Reasons
from comity.adapters.web.pages.history import History
from comity.projections.findings import Finding

if TYPE_CHECKING:
    from comity.projections.state import RelationshipState

Mark = Literal["", "new", "gone"]
"""Whether only this state has a line, or only the one that it is compared with."""


class PanelLine(NamedTuple):
    """A line of the state."""

    label: str
    text: str
    behind: Reasons
    mark: Mark = ""


class PanelSection(NamedTuple):
    """A section of the state that has lines."""

    title: str
    items: tuple[tuple[PanelLine, ...], ...]
    """The lines that tell of one thing stand together; the first says of which."""


class Panel(NamedTuple):
    """A whole state: the sentence in short (empty where nothing is known), and its sections."""

    short: str
    sections: tuple[PanelSection, ...]


def panel(
    state: RelationshipState,
    history: History,
    than: RelationshipState | None = None,
    than_history: History | None = None,
) -> Panel:
    """The panel of a state; with `than`, its lines say what differs from that other state.

    Nothing in it names the day of the question, so equal states have equal panels.
    """
    behind = Behind(history, date.fromisoformat(state.on))
    parts = state_parts(state)
    if than is None:
        told = [_lines(part, behind) for part in parts]
    else:
        other = Behind(than_history or history, date.fromisoformat(than.on))
        pairs = zip(parts, state_parts(than), strict=True)
        told = [_compared(_lines(now, behind), _lines(then, other)) for now, then in pairs]
    sections = [
        PanelSection(part.title, tuple(_together(lines)))
        for part, lines in zip(parts, told, strict=True)
        if lines
    ]
    is_empty = not state.events and not state.undetermined
    return Panel("" if is_empty else in_short(state), tuple(sections))


def _lines(part: Part, behind: Behind) -> list[PanelLine]:
    return [line for item in part.items for line in _item(item, behind)]


def _item(item: Item, behind: Behind) -> Iterator[PanelLine]:
    """The lines of an item; what is behind it stands at the first."""
    if isinstance(item.of, Finding):
        yield PanelLine("", finding_words(item.of), behind.of(item.of))
        return
    reasons = behind.of(item.of)
    for label, text in item.lines:
        yield PanelLine(label, text, reasons)
        reasons = Reasons()


def _compared(now: Sequence[PanelLine], then: Sequence[PanelLine]) -> list[PanelLine]:
    """The lines of now, marked where they are new, and those that are gone."""
    had = {(label, text) for label, text in _labelled(then)}
    has = {(label, text) for label, text in _labelled(now)}
    marked = [
        line if key in had else line._replace(mark="new")
        for line, key in zip(now, _labelled(now), strict=True)
    ]
    gone: list[PanelLine] = []
    for item in _together(then):
        left = [
            line._replace(label=item[0].label if at == 0 else "", mark="gone")
            for at, line in enumerate(
                line for line in item if (item[0].label, line.text) not in has
            )
        ]
        gone += left
    return [*marked, *gone]


def _together(lines: Sequence[PanelLine]) -> list[tuple[PanelLine, ...]]:
    """Lines by the thing that they tell of: one without a label goes on from that above it."""
    items: list[list[PanelLine]] = []
    for line in lines:
        if items and not line.label and items[-1][0].label:
            items[-1].append(line)
        else:
            items.append([line])
    return [tuple(item) for item in items]


def _labelled(lines: Sequence[PanelLine]) -> Iterator[tuple[str, str]]:
    """The label and text of each line; one without a label has that of the line above it."""
    label = ""
    for line in lines:
        label = line.label or label
        yield label, line.text
