"""What it costs to ask about the past of a log: what came late, and what was known at a moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

import comity
from benchmarks import questions
from benchmarks.scoring.board import Board
from benchmarks.scoring.limits import LATE, PAST_10, PAST_100
from benchmarks.shelf import CHARACTERS, TODAY, Character, Shelf
from benchmarks.sizes import Sizes
from comity import RelationshipState, StatementMade, TimelineEngine

_MIDDLE = "2007-06-15"


@pytest.mark.parametrize("character", CHARACTERS)
def test_after_a_late_event(board: Board, shelf: Shelf, sizes: Sizes, character: Character) -> None:
    """Each question is the first after an event that is dated in the middle of the past."""
    days = questions.days(sizes.days // 2, since=_MIDDLE)
    path = shelf.log(character, sizes.long)
    with shelf.copy(path) as engine:
        warm = questions.warm_seconds(engine, days)
        before = engine.state(*questions.parties_of(engine), on=days[-1])
        late = questions.median_seconds(
            _AfterALateEvent(engine, n, day) for n, day in enumerate(days)
        )
        after = engine.state(*questions.parties_of(engine), on=days[-1])
    assert after.events == before.events + len(days)
    how = f"{late * 1e3:.3g} ms against {warm * 1e3:.3g} ms"
    board.note(LATE, character, late / warm, how)


class _AfterALateEvent:
    """Records a late event when it is made, and asks when it is called."""

    def __init__(self, engine: TimelineEngine, number: int, day: str) -> None:
        self.engine, self.day, self.parties = engine, day, questions.parties_of(engine)
        by = self.parties[0]
        words = f"late words {number}"
        engine.append(StatementMade(by=by, parties=self.parties, when=_MIDDLE, text=words))

    def __call__(self) -> RelationshipState:
        return self.engine.state(*self.parties, on=self.day)


@pytest.mark.parametrize("moment", ["a day ago", "half of the log ago"])
@pytest.mark.parametrize("size", ["10,000", "100,000"])
@pytest.mark.parametrize("character", CHARACTERS)
def test_as_known_in_the_past(
    board: Board, shelf: Shelf, sizes: Sizes, character: Character, size: str, moment: str
) -> None:
    """Where the state is materialized. Each question is as known at another position."""
    count = sizes.middle if size == "10,000" else sizes.long
    days = questions.days(sizes.days // 2 + 1)
    with comity.open(shelf.materialized(character, count)) as engine:
        warm = questions.warm_seconds(engine, days)
        last = _a_day_ago(engine, count) if moment == "a day ago" else count // 2
        parties = questions.parties_of(engine)
        past = questions.median_seconds(
            partial(engine.state, *parties, on=day, known_at=last - number)
            for number, day in enumerate(days)
        )
        answer = engine.state(*parties, on=days[0], known_at=last)
    assert answer == questions.folded_from_the_start(shelf.log(character, count), days[0], last)
    how = f"{past * 1e3:.3g} ms against {warm * 1e3:.3g} ms"
    limit = PAST_10 if size == "10,000" else PAST_100
    board.note(limit, f"{character}, {moment}", past / warm, how)


def _a_day_ago(engine: TimelineEngine, count: int) -> int:
    """The last position recorded by this time yesterday; the moment and it answer the same."""
    position = count - TODAY
    yesterday = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251 - the caller brings the clock
    parties = questions.parties_of(engine)
    at_moment = engine.state(*parties, on=questions.SINCE, known_at=yesterday)
    assert at_moment == engine.state(*parties, on=questions.SINCE, known_at=position)
    return position
