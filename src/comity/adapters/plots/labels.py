"""What is written at an event or a spell on a timeline, in few words that can be drawn."""

from __future__ import annotations

from comity.adapters.interchange.exporters.sentences import shortened
from comity.adapters.plots.spells import Strand
from comity.adapters.plots.strand_words import strand_words
from comity.adapters.plots.words import drawable

_LONGEST = 48


def strand_label(strand: Strand) -> str:
    """What the events of a strand are about; of a single event, also what happened."""
    return drawable(shortened(drawable(strand_words(strand)), _LONGEST))
