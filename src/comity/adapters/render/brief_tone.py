"""The tone of coded interactions in one line: they are too many to tell one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from comity.adapters.interchange.exporters.code_words import choice_words
from comity.adapters.interchange.exporters.dates_in_sentences import since
from comity.domain.phrases import after, joined
from comity.projections.views.tone import ToneReading

if TYPE_CHECKING:
    from comity.projections.sections.tone import Tone


def tone_line(tone: Tone, first: str) -> str:
    """The tone of a state, `first` is the month (EDTF) of the first interaction; empty if none."""
    return _line(tone.interactions, since(first), tone.mean_goldstein, tone.by_quad_class)


def change_line(readings: Iterable[ToneReading]) -> str:
    """The tone of the interactions of several periods together; empty if there are none."""
    quads: Counter[str] = Counter()
    weight, weighted, events = Decimal(0), 0, 0
    for reading in readings:
        events += reading.events
        quads.update(reading.by_quad_class)
        if reading.mean_goldstein is not None:
            known = reading.events - reading.unweighted
            weight, weighted = weight + reading.mean_goldstein * known, weighted + known
    return _line(events, "", weight / weighted if weighted else None, quads)


def _line(number: int, first: str, mean: Decimal | None, quads: Mapping[str, int]) -> str:
    if not number:
        return ""
    rounded = "" if mean is None else str(mean.quantize(Decimal("0.01"), ROUND_HALF_EVEN))
    counted = f"{number:,} coded interaction{'' if number == 1 else 's'}"
    return f"{joined(joined(counted, first, by=' '), after('mean weight', rounded), _most(quads))}."


def _most(quads: Mapping[str, int]) -> str:
    """What most of them are, or are more often than anything else."""
    if not quads:
        return ""
    name, number = max(quads.items(), key=lambda item: item[1])
    total = sum(quads.values())
    how = "all" if number == total else "mostly" if 2 * number > total else "most often"
    return f"{how} {choice_words(name)}"
