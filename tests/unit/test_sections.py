"""A projection folds the sections that it names, and only those; the state names them all."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

import msgspec
import pytest

from comity import (
    DealSigned,
    InteractionCoded,
    MeasureImposed,
    MissionOpened,
    RelationsEstablished,
    StatementMade,
    StateProjection,
)
from comity.domain.errors import UnknownEventKind
from comity.domain.events import CATALOGUE, Event, RecordKeeping
from comity.projections.sections import section as sections
from comity.projections.sections.anniversaries import ANNIVERSARIES
from comity.projections.sections.folding import SectionsProjection
from comity.projections.sections.missions import MISSIONS
from comity.projections.sections.relations import RELATIONS, Relations
from comity.projections.sections.section import Section, WorkingState
from comity.projections.sections.statements import STATEMENTS
from comity.projections.state_codec import StateCodec
from comity.projections.views.missions import MissionsProjection
from tests.unit.given import PAIR

FOUNDED = RelationsEstablished(parties=PAIR, when="1948-05-01")
EMBASSY = MissionOpened(sender="PAK", host="RUS", when="1949-12")
SAID = StatementMade(by="PAK", parties=PAIR, when="2023-06")
DAY = date(2023, 6, 20)


class Both(SectionsProjection[Relations]):
    """Relations and missions."""

    name = "both"
    sections = (RELATIONS, MISSIONS)

    def finish(self, state: WorkingState, on: date) -> Relations:
        return RELATIONS.answer(state, on)


def folded(projection: SectionsProjection[Any], *events: Event) -> WorkingState:
    bound = projection.for_key(PAIR)
    state = bound.initial()
    for event in events:
        state = bound.evolve(state, event)
    return state


# The whole catalogue


def test_the_state_handles_every_kind_but_record_keeping() -> None:
    kinds = {kind for kind in CATALOGUE.values() if not issubclass(kind, RecordKeeping)}
    assert set(StateProjection.steps) == kinds


def test_a_kind_that_no_section_handles_is_refused_when_the_state_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class VisaWaived(Event, frozen=True):
        """A kind that somebody added to the catalogue, and to no section."""

    monkeypatch.setitem(CATALOGUE, VisaWaived.type, VisaWaived)
    way_out = "'visa-waived' (VisaWaived): add a handler for it to a section"
    with pytest.raises(TypeError, match=re.escape(way_out)):

        class State(SectionsProjection[None], whole_catalogue=True):  # pyright: ignore[reportUnusedClass]
            sections = StateProjection.sections


def test_a_section_left_out_of_the_state_is_noticed_by_its_kinds() -> None:
    with pytest.raises(TypeError, match="'statement-made'"):

        class State(SectionsProjection[None], whole_catalogue=True):  # pyright: ignore[reportUnusedClass]
            sections = tuple(s for s in StateProjection.sections if s is not STATEMENTS)


# What is folded


def test_a_projection_wants_the_kinds_that_its_sections_handle() -> None:
    assert set(Both.kinds) == set(RELATIONS.handlers) | set(MISSIONS.handlers)


def test_an_event_that_no_section_handles_is_an_error() -> None:
    with pytest.raises(UnknownEventKind, match="StatementMade"):
        folded(Both(), SAID)


def test_a_state_has_only_the_named_sections() -> None:
    codec = StateCodec(MissionsProjection())
    snapshot = msgspec.msgpack.decode(codec.encode(folded(MissionsProjection(), EMBASSY))[1:])
    assert snapshot.keys() == {"parties", "events", "missions"}


def test_a_section_has_no_substate_before_an_event_needs_it() -> None:
    state = folded(Both(), FOUNDED)
    known = RELATIONS.of(state)
    assert known is not None
    assert known.status == "established"
    assert MISSIONS.of(state) is None
    assert MISSIONS.answer(state, DAY) == ()
    assert MISSIONS.of(folded(Both(), FOUNDED, EMBASSY)) is not None


def test_a_section_that_the_projection_does_not_name_has_no_substate() -> None:
    assert STATEMENTS.of(folded(Both(), FOUNDED)) is None


def test_a_follow_up_makes_no_substate_and_changes_one_that_is_there() -> None:
    class Notes(msgspec.Struct):
        words: list[str] = []

    def note(notes: Notes, event: Event, _state: WorkingState) -> None:
        notes.words.append(event.type)

    noting = Section("noting", Notes, {StatementMade: note}, follow_ups={MissionOpened: note})

    class Noting(SectionsProjection[None]):
        name = "noting"
        sections = (noting,)

    assert noting.of(folded(Noting(), EMBASSY)) is None
    assert noting.of(folded(Noting(), SAID, EMBASSY)) == Notes(["statement-made", "mission-opened"])
    assert folded(Noting(), EMBASSY).events == 1


def test_a_section_must_come_after_those_that_it_reads() -> None:
    with pytest.raises(TypeError, match="'anniversaries' reads 'agreements', 'deals': name"):

        class Wrong(SectionsProjection[None]):  # pyright: ignore[reportUnusedClass]
            sections = (RELATIONS, ANNIVERSARIES)


def test_a_state_is_written_and_read_back_with_all_its_substates() -> None:
    state = folded(
        StateProjection(),
        FOUNDED,
        EMBASSY,
        SAID,
        DealSigned(deal="urals", buyer="PAK", seller="RUS", when="2023-04"),
        MeasureImposed(measure="cap", by="RUS", on="PAK", when="2022-12"),
        InteractionCoded(source="PAK", target="RUS", scheme="cameo", code="042", when="2023"),
    )
    codec = StateCodec(StateProjection())
    read = codec.decode(codec.encode(state))
    assert type(read) is type(state)
    assert codec.encode(read) == codec.encode(state)
    assert StateProjection().finish(read, DAY) == StateProjection().finish(state, DAY)


def test_two_answers_never_share_what_a_section_answers_when_nothing_was_recorded() -> None:
    first, other = (StateProjection().finish(folded(StateProjection()), DAY) for _ in range(2))
    first.agreements["signed"] = ()
    first.relations.recognised["PAK → RUS"] = "1948"
    assert other.agreements == {}
    assert other.relations.recognised == {}


def test_a_section_without_events_costs_an_answer_nothing() -> None:
    """Only the modules of sections whose kinds were recorded are called."""
    state, entered = folded(StateProjection(), SAID), set[str]()

    def enter(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            entered.add(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(enter)
    try:
        StateProjection().finish(state, DAY)
    finally:
        sys.setprofile(before)
    here = Path(sections.__file__).parent
    assert {Path(f).stem for f in entered if Path(f).parent == here} == {"section", "statements"}
