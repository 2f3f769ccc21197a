"""How much a run measures: a smoke test, five minutes, or as long as it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SizeName = Literal["tiny", "quick", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """The numbers of events and of rounds of a run."""

    name: SizeName
    rounds: int
    days: int
    """How many random days one figure is the median of."""
    short: int
    middle: int
    long: int
    """The events of one relationship: of the shortest log, and of two that are longer."""
    many: int
    pairs: int
    """The log of many relationships."""
    bulk: int
    single: int
    others: int
    """The log of many relationships of the contests with other libraries."""
    others_up_to: int
    """The longest log of the curves that they write: they need minutes for a longer one."""
    rare: int
    icews: int | None
    """The rows of ICEWS; None for all."""
    coded: int
    """The coded events of an archive that is counted."""
    replays: tuple[int, ...]
    """The lengths of the logs of the curve of a replay."""
    huge: tuple[int, int] | None
    """The lengths of two logs of very many relationships; None where they would take too long."""
    huge_pairs: int
    archived: int
    """The events of the logs that are archived from a store."""
    archived_pairs: int
    archive_growth: tuple[int, int] | None
    """The events of two archives that no store holds; None where they would take too long."""
    is_judged: bool = True
    """Whether a limit that is missed fails the run."""


SIZES: dict[SizeName, Sizes] = {
    "tiny": Sizes(
        name="tiny", rounds=1, days=2, short=60, middle=120, long=240, many=300, pairs=12,
        bulk=200, single=3, others=200, others_up_to=120, rare=1000, icews=300, coded=2_000,
        replays=(100,),
        huge=(300, 900), huge_pairs=15, archived=300, archived_pairs=15,
        archive_growth=(300, 900), is_judged=False,
    ),
    "quick": Sizes(
        name="quick", rounds=3, days=20, short=1_000, middle=10_000, long=100_000, many=50_000,
        pairs=200, bulk=20_000, single=50, others=5_000, others_up_to=10_000, rare=100_000,
        icews=None, coded=100_000, replays=(10_000, 50_000), huge=None, huge_pairs=5_000,
        archived=50_000, archived_pairs=1_000, archive_growth=None,
    ),
    "full": Sizes(
        name="full", rounds=7, days=30, short=1_000, middle=10_000, long=100_000, many=50_000,
        pairs=200, bulk=20_000, single=50, others=20_000, others_up_to=100_000, rare=100_000,
        icews=None, coded=10_000_000, replays=(10_000, 100_000, 1_000_000),
        huge=(100_000, 1_000_000), huge_pairs=5_000, archived=100_000, archived_pairs=1_000,
        archive_growth=(1_000_000, 10_000_000),
    ),
}  # fmt: skip
