"""Replaying projections, the users' own too, and asking for the world."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import comity
from comity import (
    DealAnnounced,
    DealSuspended,
    Event,
    InvalidDate,
    InvalidInput,
    InvalidValue,
    MeasureImposed,
    MeetingHeld,
    RelationsEstablished,
    StatementMade,
    TimelineEngine,
    UnknownEventKind,
    UnknownParty,
)
from comity.projections.projection import Projection
from comity.projections.state import StateProjection
from tests.unit.given import Clock, given

LATER = "2023-12-31"


class Ids(Projection[list[str], list[str]]):
    """The ids of the events in the order in which they are folded."""

    name = "ids"

    def initial(self) -> list[str]:
        """None."""
        return []

    def evolve(self, state: list[str], event: Event) -> list[str]:
        """One more."""
        return [*state, event.id]


class Tally:
    """Ten lines of a user's own: no base class, and a state that is changed in place."""

    name, version, key = "tally", 1, "relationship"

    def initial(self) -> dict[str, int]:
        return {}

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        state[event.type] = state.get(event.type, 0) + 1
        return state


class Raising(Ids):
    """A projection that meets an error."""

    def __init__(self, error: Exception, member: str = "evolve") -> None:
        self.error = error
        setattr(self, member, self._fail)

    def _fail(self, *_: object) -> Any:
        raise self.error


def made(base: Any = Ids, **members: Any) -> Any:
    """A projection that is like another but for some of its members."""
    return type("Own", (base,), members)()


def met(id: str, *parties: str, when: str = "2023-06-20") -> Event:
    return MeetingHeld(meeting=id, id=id, parties=parties or ("PAK", "RUS"), when=when)


def founded(id: str, *parties: str, when: str = "1948-05-01") -> Event:
    return RelationsEstablished(id=id, parties=parties or ("PAK", "SUN"), when=when)


def replayed(engine: TimelineEngine, **members: Any) -> dict[str, Any]:
    return engine.replay(made(**members), on=LATER)


# Which keys, and what is folded for each


def test_a_ten_line_projection_of_the_users_own_is_answered_per_relationship() -> None:
    engine = given(met("m1"), met("m2"), met("m3", "IND", "RUS"), founded("f"))
    assert engine.replay(Tally(), on=LATER) == {
        "IND-RUS": {"meeting-held": 1},
        "PAK-RUS": {"meeting-held": 2, "relations-established": 1},
    }


def test_a_projection_with_the_base_class_and_one_without_are_answered_alike() -> None:
    engine = given(met("m1"), met("m2", "IND", "RUS"))
    with_base = type("WithBase", (Tally, Projection), {})()
    assert engine.replay(with_base, on=LATER) == engine.replay(Tally(), on=LATER)


def test_events_are_folded_in_order_of_time_and_not_of_recording() -> None:
    engine = given(met("later"), met("sooner", when="2020"))
    assert replayed(engine) == {"PAK-RUS": ["sooner", "later"]}


def test_a_party_has_the_events_that_it_takes_part_in() -> None:
    engine = given(met("m1"), met("m2", "IND", "RUS", when="2023-06-21"))
    assert replayed(engine, key="party") == {"IND": ["m2"], "PAK": ["m1"], "RUS": ["m1", "m2"]}


def test_the_log_as_a_whole_has_one_key() -> None:
    engine = given(met("m1"), met("m2", "IND", "RUS", when="2020"))
    assert replayed(engine, key="log") == {"log": ["m2", "m1"]}


def test_an_event_of_three_counts_for_each_pair_each_party_and_the_three_and_once_in_all() -> None:
    engine = given(met("m", "CHN", "PAK", "RUS"))
    pairs = ["CHN-PAK", "CHN-RUS", "PAK-RUS"]
    assert replayed(engine) == {key: ["m"] for key in [*pairs, "CHN-PAK-RUS"]}
    assert replayed(engine, key="party") == {"CHN": ["m"], "PAK": ["m"], "RUS": ["m"]}
    assert replayed(engine, key="log") == {"log": ["m"]}
    assert list(engine.world(on=LATER)) == pairs


def test_what_the_soviet_union_did_is_russias_until_it_was_continued() -> None:
    engine = given(founded("1948"), met("1991", "PAK", "SUN", when="1991-12-26"), met("2023"))
    assert replayed(engine) == {"PAK-RUS": ["1948", "2023"]}
    assert replayed(engine, key="party") == {
        "PAK": ["1948", "1991", "2023"],
        "RUS": ["1948", "2023"],
    }
    assert replayed(engine, key="log") == {"log": ["1948", "1991", "2023"]}
    of_russia = engine.replay(made(key="log"), on=LATER, relationships=["PAK-RUS"])
    assert of_russia == {"log": ["1948", "2023"]}


def test_an_event_between_a_state_and_its_own_past_is_of_no_two() -> None:
    engine = given(met("m", "RUS", "SUN", when="1990"))
    assert replayed(engine) == {}
    assert replayed(engine, key="party") == {"RUS": ["m"]}


def test_where_nothing_is_recorded_only_the_log_has_an_answer() -> None:
    assert replayed(given()) == replayed(given(), key="party") == given().world() == {}
    assert replayed(given(), key="log") == {"log": []}


def test_of_what_was_retracted_nothing_is_folded() -> None:
    engine = given(met("m"))
    engine.retract("m", "a forgery")
    assert replayed(engine) == {"PAK-RUS": []}
    assert replayed(engine, key="party") == {"PAK": [], "RUS": []}
    assert replayed(engine, key="log") == {"log": []}
    assert engine.world(on=LATER)["PAK-RUS"].events == 0


@pytest.mark.parametrize(
    ("kinds", "ids"),
    [
        ((), ["f", "m", "s"]),
        ("meeting-held", ["m"]),
        (MeetingHeld, ["m"]),
        (("meeting-held",), ["m"]),
        ([MeetingHeld, "statement-made"], ["m", "s"]),
        ({RelationsEstablished}, ["f"]),
        ((MeasureImposed,), []),
    ],
)
@pytest.mark.parametrize("base", [Ids, Tally])
def test_a_projection_gets_the_kinds_that_it_wants(
    base: type[Any], kinds: Any, ids: list[str]
) -> None:
    said = StatementMade(id="s", by="PAK", parties=("PAK", "RUS"), when="2023-07")
    engine = given(founded("f"), met("m"), said)
    [answer] = engine.replay(made(base, kinds=kinds), on=LATER).values()
    assert answer == ids if base is Ids else sum(answer.values()) == len(ids)


# The question


def test_on_a_day_of_the_past_what_came_later_is_not_folded() -> None:
    engine = given(founded("f"), met("m", when="2023-06"))
    assert engine.replay(Ids(), on="2023-06-29") == {"PAK-RUS": ["f"]}
    assert engine.replay(Ids(), on="2023-06-30") == {"PAK-RUS": ["f", "m"]}
    assert engine.replay(Ids(), on=date(2023, 6, 1), certainty="possible") == {
        "PAK-RUS": ["f", "m"]
    }


def test_without_a_day_it_is_today_by_the_engines_clock() -> None:
    engine = given(met("today", when="2024-06-01"), met("tomorrow", when="2024-06-02"))
    assert engine.replay(Ids()) == {"PAK-RUS": ["today"]}


@pytest.mark.parametrize("key", ["relationship", "party"])
def test_of_what_nothing_was_known_then_there_is_no_key(key: str) -> None:
    engine = given(met("m1"))
    engine.append(met("m2", "IND", "USA"))
    then = engine.replay(made(key=key), on=LATER, known_at=1)
    assert set(then) == ({"PAK-RUS"} if key == "relationship" else {"PAK", "RUS"})
    assert engine.replay(made(key=key), on=LATER, known_at=0) == {}


def test_what_is_recorded_later_makes_no_key_of_what_was_known_before() -> None:
    """A larger set is a key where it is recorded, and not by there being one still larger."""
    engine = given(met("m1", "CHN", "IND", "PAK", "RUS"))
    then = engine.replay(Ids(), on=LATER, known_at=1)
    parties = engine.replay(made(key="party"), on=LATER, known_at=1, relationships=["PAK-RUS"])
    engine.append(met("m2", "CHN", "PAK", "RUS"), met("m3", "PAK", "RUS", "USA"))
    assert engine.replay(Ids(), on=LATER, known_at=1) == then
    assert engine.replay(Ids(), on=LATER)["CHN-PAK-RUS"] == ["m1", "m2"]
    again = engine.replay(made(key="party"), on=LATER, known_at=1, relationships=["PAK-RUS"])
    assert again == parties == {code: ["m1"] for code in ("CHN", "IND", "PAK", "RUS")}


def test_the_world_as_known_then_is_the_same_for_all_and_for_one_party() -> None:
    engine = given(met("m1"))
    engine.append(met("m2", "IND", "PAK"))
    assert list(engine.world(known_at=1)) == list(engine.world("PAK", known_at=1)) == ["PAK-RUS"]
    assert engine.world("IND", known_at=1) == {}
    assert list(engine.world("IND", "PAK", known_at=1)) == ["IND-PAK"]


def test_a_party_has_in_its_world_the_pairs_of_the_state_that_it_continues() -> None:
    """All that is recorded of Russia was recorded of the Soviet Union."""
    engine = given(
        founded("f"), founded("g", "CHN", "PAK", "SUN"), founded("h", "SUN", "imf"),
        met("of no two", "RUS", "SUN", when="1990"),
    )  # fmt: skip
    assert list(engine.world("RUS")) == ["CHN-RUS", "PAK-RUS", "RUS-imf"]
    assert engine.world("RUS")["PAK-RUS"].relations.established_on == "1948-05-01"
    assert list(engine.world("SUN")) == ["CHN-SUN", "PAK-SUN", "SUN-imf"]
    assert engine.world("SUN")["PAK-SUN"] == engine.state("PAK", "SUN")
    assert list(engine.world()) == ["CHN-PAK", "CHN-RUS", "PAK-RUS", "RUS-imf"]


def test_only_the_given_relationships_are_folded() -> None:
    engine = given(met("m1"), met("m2", "IND", "RUS"), met("m3", "CHN", "PAK", "RUS"))
    names = ["PAK-RUS", "CHN-PAK-RUS", "PAK-USA"]
    assert engine.replay(Ids(), on=LATER, relationships=names) == {
        "PAK-RUS": ["m1", "m3"],
        "CHN-PAK-RUS": ["m3"],
        "PAK-USA": [],
    }
    assert engine.replay(Ids(), on=LATER, relationships="IND-RUS") == {"IND-RUS": ["m2"]}
    assert engine.replay(Ids(), on=LATER, relationships=[]) == {}
    of_one = engine.replay(made(key="log"), on=LATER, relationships=["IND-RUS"])
    assert of_one == {"log": ["m2"]}
    by_party = engine.replay(made(key="party"), on=LATER, relationships=["CHN-RUS"])
    assert by_party == {"CHN": ["m3"], "PAK": ["m3"], "RUS": ["m3"]}


def test_a_relationship_under_its_old_name_holds_the_events_of_that_time() -> None:
    engine = given(founded("f"), met("m"))
    assert engine.replay(Ids(), relationships=["PAK-SUN"]) == {"PAK-SUN": ["f"]}


@pytest.mark.parametrize("key", ["relationship", "party", "log"])
def test_progress_rises_and_ends_at_the_last_position_known(key: str) -> None:
    engine = given(*(met(f"m{at}", "PAK", other) for at, other in enumerate(("IND", "RUS", "USA"))))
    engine.append(met("m9", "CHN", "PAK"))
    for known_at in (None, 3, 1, 0):
        positions: list[int] = []
        engine.replay(made(key=key), known_at=known_at, progress=positions.append)
        assert positions == sorted(positions)
        assert positions[-1] == (4 if known_at is None else known_at)
    positions = []
    engine.world(progress=positions.append)
    assert positions == sorted(positions)
    assert positions[-1] == 4


@pytest.mark.parametrize("key", ["relationship", "party", "log"])
def test_progress_ends_also_where_there_is_nothing_to_do(key: str) -> None:
    positions: list[int] = []
    given().replay(made(key=key), progress=positions.append)
    assert positions[-1] == 0
    nobodys = given(met("m", "RUS", "SUN", when="1990"))
    nobodys.world(progress=positions.append)
    assert positions[-1] == 1


# What a projection may do, and what it may not


def test_a_state_that_is_changed_in_place_is_of_one_key_and_one_answer() -> None:
    engine = given(met("m1"), met("m2", "IND", "RUS"))
    projection = Tally()
    first = engine.replay(projection, on=LATER)
    assert first == engine.replay(projection, on=LATER)
    first["PAK-RUS"]["meeting-held"] = 99
    assert engine.replay(projection, on=LATER)["PAK-RUS"] == {"meeting-held": 1}


def test_a_projection_without_the_base_class_has_every_hook_of_it() -> None:
    class Own:
        name = "own"

        def __init__(self, parties: tuple[str, ...] = ()) -> None:
            self.parties = parties

        def for_key(self, parties: tuple[str, ...]) -> Own:
            return Own(parties)

        def initial(self) -> list[str]:
            return list(self.parties)

        def evolve_entry(self, state: list[str], entry: Any) -> list[str]:
            return [*state, f"{entry.event.id} of {len(entry.accounts)}"]

        def on_undetermined(self, state: list[str], entry: Any) -> list[str]:
            return [*state, f"{entry.event.id}?"]

        def finish(self, state: list[str], on: date) -> str:
            return f"{on.year}: {' '.join(state)}"

    rival = MeetingHeld(meeting="m", id="r", parties=("PAK", "RUS"), when="2023", confidence=0.5)
    engine = given(met("m"), rival, met("unsure", when="202X"))
    assert engine.replay(Own(), on=LATER) == {"PAK-RUS": "2023: PAK RUS m of 2 unsure?"}


def test_the_state_is_a_projection_like_any_other() -> None:
    engine = given(met("m1"), met("m2", "CHN", "PAK", "RUS"))
    replayed = engine.replay(StateProjection(), on=LATER)
    world = engine.world(on=LATER)
    assert {name: replayed[name] for name in world} == world
    assert set(replayed) - set(world) == {"CHN-PAK-RUS"}


ERRORS = [
    ValueError("no"),
    KeyError("no"),
    OSError(28, "no room"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no text"),
    InvalidDate("2023", "no"),
    StopIteration("no"),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("member", ["initial", "evolve", "finish", "for_key"])
@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_what_a_projection_raises_passes_unchanged_and_harms_no_store(
    store: str, member: str, error: Exception, tmp_path: Path
) -> None:
    address = ":memory:" if store == "memory" else str(tmp_path / "relations.db")
    with comity.open(address, clock=Clock()) as engine:
        engine.append(met("m"))
        with pytest.raises(type(error)) as raised:
            engine.replay(Raising(error, member), on=LATER)
        assert raised.value is error
        assert engine.replay(Ids(), on=LATER) == {"PAK-RUS": ["m"]}
        engine.append(met("m2"))


def test_what_progress_raises_passes_unchanged() -> None:
    def stop(done: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        given(met("m")).replay(Ids(), progress=stop)


class NoEvolve:
    name = "none"

    def initial(self) -> None: ...


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (lambda: Ids, "an instance"),
        (lambda: Tally, "an instance"),
        (lambda: "state", "an instance"),
        (lambda: None, "an instance"),
        (NoEvolve, "an instance"),
        (lambda: made(name=""), "name"),
        (lambda: made(name="  "), "name"),
        (lambda: made(name=5), "name"),
        (lambda: made(Tally, name=None), "name"),
        (lambda: made(version=0), "version 0"),
        (lambda: made(version="1"), "version '1'"),
        (lambda: made(version=True), "version True"),
        (lambda: made(version=1.0), "version 1.0"),
        (lambda: made(key="planet"), "'party' or 'log'"),
        (lambda: made(key=["log"]), "'party' or 'log'"),
        (lambda: made(kinds=5), "kinds 5"),
        (lambda: made(kinds=iter(["meeting-held"])), "in a tuple"),
    ],
)
def test_what_is_no_projection_is_refused_before_anything_is_read(
    bad: Callable[[], Any], said: str
) -> None:
    with pytest.raises(InvalidValue, match=said):
        given().replay(bad())


@pytest.mark.parametrize("kinds", ["meeting-hold", ("meeting-held", "x"), (Event,), [Ids], (5,)])
def test_a_kind_that_is_not_in_the_catalogue_is_refused_before_anything_is_read(kinds: Any) -> None:
    with pytest.raises(UnknownEventKind):
        given().replay(made(kinds=kinds))


def test_a_question_that_makes_no_sense_is_refused() -> None:
    nonsense: list[tuple[dict[str, Any], type[InvalidInput]]] = [
        ({"on": "2023"}, InvalidDate),
        ({"known_at": 5}, InvalidValue),
        ({"certainty": "sure"}, InvalidValue),
        ({"relationships": ["PAK"]}, InvalidValue),
        ({"relationships": ["PAK-XXQ"]}, UnknownParty),
        ({"relationships": 5}, InvalidValue),
    ]
    for question, error in nonsense:
        with pytest.raises(error):
            given(met("m")).replay(Ids(), **question)
    with pytest.raises(UnknownParty):
        given(met("m")).world("PAKI")


class OfParties(Projection[list[str], int]):
    """How many events each party has."""

    name, version, key = "of-parties", 1, "party"

    def initial(self) -> list[str]:
        return []

    def evolve(self, state: list[str], event: Event) -> list[str]:
        return [*state, event.id]

    def finish(self, state: list[str], on: date) -> int:
        return len(state)


def test_an_order_is_found_where_an_event_has_to_come_after_its_ending() -> None:
    """Nothing else is left to come next; once, the search ended with a `KeyError`."""
    many, three, two = ("IND", "PAK", "SUN", "imf"), ("CHN", "PAK", "RUS"), ("DDR", "PAK")
    engine = given(
        DealSuspended(deal="blé", when="../1993-01", parties=many),
        DealSuspended(deal="blé", when="../1993-01", parties=many, happening="h1"),
        DealSuspended(deal="blé", when="1992-01", parties=three),
        DealAnnounced(deal="d1", when="1990-10-02", parties=three),
        DealSuspended(deal="d1", when="1990-10-02", parties=three),
        DealAnnounced(deal="d1", when="1990-10-02", parties=two),
    )
    answers = engine.replay(OfParties(), on="2000-01-01")
    assert answers["PAK"] == 6
