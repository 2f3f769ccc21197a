"""The picture of a note: the relationship's timeline as SVG that stands within the page."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from comity.adapters.interchange.exporters.sentences import all_of, the
from comity.adapters.interchange.safe_text import readable
from comity.adapters.plots import drawer
from comity.domain.events import FACTS
from comity.domain.scope import scope_of
from comity.engine.engine import asked

if TYPE_CHECKING:
    from comity.adapters.plots.picture import Picture
    from comity.engine import TimelineEngine
    from comity.query import Day, KnownAt

_SIZE = (6.7, 6.0)
"""In inches: the width of the page, so that no text becomes smaller."""
_KINDS = FACTS - {"interaction-coded"}
_BEFORE = re.compile(r".*?<svg ", re.DOTALL)
"""What a file needs before the drawing, and a page does not."""


def timeline_svg(
    engine: TimelineEngine, parties: tuple[str, ...], on: Day, known_at: KnownAt
) -> str:
    """The timeline up to a day, as an element of HTML; raises `NotInstalled`."""
    draw = drawer("timeline")
    scope, question = scope_of(*parties), asked(engine, parties, on, known_at)
    entries = engine.timeline(
        scope.key, until=question.day, kinds=_KINDS, known_at=question.position
    )
    picture: Picture = draw(entries, parties=scope.parties, size=_SIZE)
    drawing = _BEFORE.sub("", picture.written("svg").decode(), count=1)
    told = escape(readable(f"Timeline of {all_of(map(the, scope.parties))}"))
    return (
        f'<figure style="margin:1em 0"><svg role="img" aria-label="{told}" '
        f'style="max-width:100%;height:auto" {drawing.strip()}</figure>'
    )
