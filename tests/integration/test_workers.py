"""Replays one after another, and in several processes: the answers are those of one process."""

from __future__ import annotations

import multiprocessing
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import comity
from comity import (
    AgreementSigned,
    Event,
    InvalidValue,
    MeetingHeld,
    MeetingScheduled,
    Organisation,
    Projection,
    RelationsEstablished,
    StatementMade,
    StateProjection,
    TimelineEngine,
)
from comity.domain.scope import Certainty, Key
from comity.engine import workers
from tests.processes import ROOT

PARTIES = ("CHN", "IND", "IRN", "PAK", "RUS")
PAIRS = [(one, other) for one in PARTIES for other in PARTIES if one < other]


def history(pair: tuple[str, ...]) -> list[Event]:
    name = "-".join(pair)
    return [
        RelationsEstablished(parties=pair, when="1950"),
        MeetingScheduled(meeting=name, parties=pair, when="2001-02-03", planned_for="2001-03"),
        MeetingHeld(meeting=name, parties=pair, when="2001-03"),
        *(StatementMade(by=pair[0], parties=pair, when=f"20{n}-01-01") for n in range(10, 20)),
    ]


class Count(Projection[dict[str, int], dict[str, int]]):
    """Counts events by kind, and those of every key that are folded in this process."""

    name, version = "count", 1
    folded = 0

    def __init__(self, key: Key = "relationship") -> None:
        self.key = key

    def initial(self) -> dict[str, int]:
        return {}

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        Count.folded += 1
        return state | {event.type: state.get(event.type, 0) + 1}


class OddError(Exception):
    """An error that cannot be made again from what it says."""

    def __init__(self, first: int, second: int) -> None:
        super().__init__(f"{first} and {second}")


class Failing(Count):
    """Raises an error of its own."""

    def __init__(self, error: type[Exception], *values: object) -> None:
        super().__init__()
        self.error, self.values = error, values

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        raise self.error(*self.values)


class Unsendable(Count):
    """Has answers that cannot be pickled."""

    def finish(self, state: Any, on: object) -> Any:
        return lambda: state


@pytest.fixture
def engine(lasting_address: str) -> Iterator[TimelineEngine]:
    with comity.open(lasting_address) as opened:
        for pair in PAIRS:
            opened.append(*history(pair))
        opened.append(
            MeetingHeld(meeting="three", parties=("CHN", "PAK", "RUS"), when="2020-05"),
            AgreementSigned(agreement="pact", parties=("PAK", "SUN"), when="1970"),
        )
        meeting = next(e.event.id for e in opened.timeline("CHN-IND") if "held" in e.event.type)
        opened.retract(meeting, "it was another one")
        yield opened


# One after another


def test_answers_come_one_after_another_and_each_is_folded_when_it_is_asked_for(
    engine: TimelineEngine,
) -> None:
    whole = engine.replay(Count())
    each = engine.replay_each(Count())
    Count.folded = 0
    assert next(each) == ("CHN-IND", whole["CHN-IND"])
    assert Count.folded == sum(whole["CHN-IND"].values())
    assert dict(each) == {key: whole[key] for key in list(whole)[1:]}


def test_what_is_recorded_meanwhile_is_not_in_the_answers(engine: TimelineEngine) -> None:
    whole, each = engine.world(), engine.world_each()
    engine.append(StatementMade(by="RUS", parties=("PAK", "RUS"), when="2021"))
    assert dict(each) == whole


def test_a_wrong_argument_is_refused_before_the_first_answer(engine: TimelineEngine) -> None:
    wrongs: list[dict[str, Any]] = [
        {"on": "2023-02-30"}, {"known_at": 10_000}, {"workers": 0}, {"workers": "two"},
    ]  # fmt: skip
    for wrong in wrongs:
        with pytest.raises(comity.InvalidInput):
            engine.replay_each(Count(), **wrong)


def test_the_state_of_one_relationship_comes_alone(engine: TimelineEngine) -> None:
    assert dict(engine.world_each("PAK", "RUS", workers=2)) == engine.world("PAK", "RUS")


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process imports the projections of this file, however pytest was started."""
    monkeypatch.setattr(sys, "path", [str(ROOT), *sys.path])


# In several processes


@pytest.mark.parametrize("key", ["relationship", "party", "log"])
def test_the_answers_are_those_of_one_process(engine: TimelineEngine, key: Key) -> None:
    last = engine.position
    certainties: tuple[Certainty, ...] = ("certain", "possible")
    for on, known_at in (("2015-06-01", last), ("2030-01-01", last // 2)):
        for certainty in certainties:
            question: dict[str, Any] = {"on": on, "known_at": known_at, "certainty": certainty}
            alone = engine.replay(Count(key), **question)
            several = engine.replay(Count(key), **question, workers=2)
            assert several == alone
            assert list(several) == list(alone)


def test_states_in_several_processes_are_those_of_one(engine: TimelineEngine) -> None:
    assert engine.world(on="2001-03-15", workers=3) == engine.world(on="2001-03-15")
    assert engine.world("PAK", workers=2) == engine.world("PAK")
    some = ["PAK-RUS", "CHN-PAK-RUS"]
    assert engine.replay(StateProjection(), relationships=some, workers=2) == engine.replay(
        StateProjection(), relationships=some
    )


def test_they_also_start_from_snapshots(engine: TimelineEngine) -> None:
    alone = engine.replay(Count())
    engine.materialize(Count())
    assert engine.replay(Count(), workers=2) == alone


def test_they_know_the_organisations_that_were_given(lasting_address: str) -> None:
    union = Organisation(code="ownunion", existed="1990/2010")
    with comity.open(lasting_address, parties=[union]) as engine:
        for code in ("PAK", "RUS"):
            engine.append(StatementMade(by=code, parties=(code, "ownunion"), when="2015"))
        alone = engine.world()
        assert [finding.kind for finding in alone["PAK-ownunion"].findings]
        assert engine.world(workers=2) == alone


def test_progress_tells_the_events_that_are_done(engine: TimelineEngine) -> None:
    told: list[int] = []
    engine.replay(Count(), workers=2, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == engine.position


@pytest.mark.parametrize(
    ("projection", "error"),
    [
        (Failing(ZeroDivisionError, "by zero"), ZeroDivisionError("by zero")),
        (Failing(InvalidValue, "field", 1, "two"), InvalidValue("field", 1, "two")),
        (Failing(OddError, 1, 2), RuntimeError("OddError: 1 and 2")),
    ],
    ids=["any", "one of comity's", "one that cannot be sent"],
)
def test_an_error_of_the_projection_is_raised_here(
    engine: TimelineEngine, projection: Failing, error: Exception
) -> None:
    with pytest.raises(type(error), match=str(error)) as caught:
        engine.replay(projection, workers=2)
    assert not multiprocessing.active_children()
    if isinstance(error, InvalidValue):
        assert caught.value.args == error.args
        assert vars(caught.value).items() >= vars(error).items()


def test_the_processes_end_when_nobody_asks_for_more(engine: TimelineEngine) -> None:
    each = engine.world_each(workers=2)
    assert next(each)[0] == "CHN-IND"
    assert multiprocessing.active_children()
    each.close()  # type: ignore[attr-defined]  # it is a generator
    assert not multiprocessing.active_children()


def test_a_log_that_no_other_process_can_read_is_refused() -> None:
    with (
        comity.open(":memory:") as engine,
        pytest.raises(InvalidValue, match="keep the log in a file"),
    ):
        engine.replay(Count(), workers=2)


def local() -> Any:
    class Local(Count):
        pass

    return Local()


@pytest.mark.parametrize("make", [local, Unsendable], ids=["projection", "answer"])
def test_what_cannot_be_sent_to_another_process_is_refused(
    engine: TimelineEngine, make: Callable[[], Any]
) -> None:
    with pytest.raises(InvalidValue, match="cannot be pickled"):
        engine.replay(make(), workers=2)


def test_a_process_that_is_ended_from_outside_is_an_error_of_the_store(
    engine: TimelineEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "_EVENTS_AT_ONCE", 1)
    each = engine.world_each(workers=2)
    next(each)
    for child in multiprocessing.active_children():
        child.kill()
    with pytest.raises(comity.StoreError, match="has ended"):
        list(each)
