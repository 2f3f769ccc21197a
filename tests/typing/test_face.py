"""The public face as a type checker sees it: `assert_type` is judged by mypy and by pyright.

The calls are run as well, so that what the checkers are told is what happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal, assert_type

import pytest

import comity
from comity import (
    Affinity,
    AgendaItem,
    AlignmentKind,
    AlignmentRecorded,
    AnyEvent,
    Change,
    Entry,
    EnvoyAppointed,
    Event,
    Evidence,
    Finding,
    ImportReport,
    InvalidValue,
    Learned,
    MaterializedProjection,
    MeetingHeld,
    MeetingLevel,
    MissionClosed,
    MissionLevel,
    MissionLevelChanged,
    MissionOpened,
    Money,
    Network,
    Organisation,
    PartyInfo,
    PeriodTone,
    Projection,
    ProjectionStatus,
    Quantity,
    Rank,
    Receipt,
    RecognitionExtended,
    RecognitionForm,
    Recorded,
    Rejected,
    RelationsChanged,
    RelationshipAgreement,
    RelationshipAnniversary,
    RelationshipDeal,
    RelationshipMeasure,
    RelationshipMission,
    RelationshipSeries,
    RelationshipState,
    RelationsLevel,
    Rows,
    Source,
    Subscription,
    TimelineEngine,
    World,
)


def clock() -> datetime:
    return datetime(2024, 6, 1, tzinfo=UTC)


MEETING = MeetingHeld(meeting="m", parties=("PAK", "RUS"), when="2023-06-20", id="a")


def test_a_store_is_opened_by_name_or_path_as_a_context(tmp_path: Path) -> None:
    with comity.open(tmp_path / "relations.db", clock=clock) as engine:
        assert_type(engine, TimelineEngine)
    assert_type(comity.open(str(tmp_path / "relations.db")), TimelineEngine).close()


def test_the_table_of_parties_is_typed() -> None:
    assert_type(comity.find_parties("Korea", on="1950-06-25"), tuple[PartyInfo, ...])
    table = [Organisation(code="an_alliance", existed="1958-01-01/1993-10-31")]
    assert_type(comity.open(":memory:", parties=table), TimelineEngine).close()
    assert_type(table[0].successor, str)


def test_events_and_values_know_their_fields() -> None:
    assert_type(MEETING.parties, tuple[str, ...])
    assert_type(MEETING.round, int | None)
    assert_type(MEETING.heads, dict[str, str])
    assert_type(MEETING.sources, Sequence[Source])
    assert_type(MEETING.replace(when="2024"), MeetingHeld)
    assert_type(Quantity(Decimal(1), "TNE").amount, Decimal)
    assert_type(Money(Decimal(1), "USD").currency, str)


def test_amounts_are_taken_in_the_forms_in_which_people_write_them() -> None:
    assert_type(Quantity("45142", "TNE").amount, Decimal)
    assert_type(Money(5, "USD").amount, Decimal)


def test_a_closed_list_is_a_literal() -> None:
    assert_type(MEETING.level, MeetingLevel | Literal[""])
    appointed = EnvoyAppointed(sender="PAK", host="RUS", name="N", when="2023", rank="envoy")
    assert_type(appointed.rank, Rank | Literal[""])
    opened = MissionOpened(sender="PAK", host="RUS", when="2023")
    assert_type(opened.level, MissionLevel | Literal[""])
    opposed = AlignmentRecorded(
        parties=("PAK", "SUN"), when="1980", alignment="opposed", matter="the war"
    )
    assert_type(opposed.alignment, AlignmentKind)
    closed = MissionClosed(sender="PAK", host="RUS", when="2023")
    assert_type(closed.level, MissionLevel | Literal[""])
    raised = MissionLevelChanged(sender="PAK", host="RUS", when="2023", level="embassy")
    assert_type(raised.level, MissionLevel)
    recognised = RecognitionExtended(by="USA", on="ISR", when="1948", form="de facto")
    assert_type(recognised.form, RecognitionForm | Literal[""])
    changed = RelationsChanged(parties=("CHN", "GBR"), when="1972-03-13", level="full")
    assert_type(changed.level, RelationsLevel | Literal[""])


def test_the_checkers_refuse_what_is_in_no_list() -> None:
    with pytest.raises(InvalidValue):
        MeetingHeld(meeting="m", parties=("PAK", "RUS"), when="2023", level="king")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(InvalidValue):
        RecognitionExtended(by="USA", on="ISR", when="1948", form="tacit")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    with pytest.raises(InvalidValue):
        MissionLevelChanged(sender="PAK", host="RUS", when="2023")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    with pytest.raises(InvalidValue):
        Quantity(1.5, "TNE")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_recording_answers_receipts_and_reports() -> None:
    with comity.open(":memory:", clock=clock) as engine:
        receipt = engine.append(MEETING, expected_version={"PAK-RUS": 0}, strict=True)
        assert_type(receipt, Receipt)
        assert_type(receipt.positions, tuple[int, ...])
        report = engine.extend([MEETING], batch_size=10, progress=print)
        assert_type(report, ImportReport)
        assert_type(report.rejected, tuple[Rejected, ...])
        assert_type(engine.prefer("a", "r"), Receipt)
        assert_type(engine.correct("a", MEETING.replace(id="b", when="2024"), "r"), Receipt)
        assert_type(engine.retract("b", "r"), Receipt)
        assert_type(engine.position, int)
        assert_type(engine.read_your_writes(engine.position, timeout=None), None)
    with comity.open(":memory:", read_only=True) as reader:
        assert_type(reader, TimelineEngine)


def test_questions_answer_with_their_own_types() -> None:
    with comity.open(":memory:", clock=clock) as engine:
        engine.append(MEETING)
        entries = engine.timeline("PAK", "RUS", since="2023", until=date(2024, 1, 1), known_at=1)
        assert_type(entries, Rows[Entry])
        sequence: Sequence[Entry] = entries
        plain: tuple[Entry, ...] = entries
        assert_type(entries[:1], tuple[Entry, ...])
        assert sequence == plain == tuple(entries)
        assert_type(entries[0].event, AnyEvent)
        assert_type(entries[0].earliest, date)
        assert_type(entries[0].accounts, tuple[Recorded, ...])
        state = engine.state("PAK", "RUS", on="2023-06-20", known_at=clock(), certainty="possible")
        assert_type(state, RelationshipState)
        assert_type(state.findings, tuple[Finding, ...])
        assert_type(state.undetermined, tuple[Event, ...])
        assert_type(state.payments, dict[str, Decimal])
        assert_type(engine.diff("PAK", "RUS", on=("2023-01-01", None)), Rows[Change])
        assert_type(engine.diff("PAK", "RUS", known_at=(0, "2024-01-01")), Rows[Change])
        assert_type(engine.evidence("a"), Evidence)
        assert_type(engine.relationships(including="PAK"), tuple[str, ...])
        assert_type(engine.events(after=0, kinds=[MeetingHeld, "deal-signed"]), Iterator[Recorded])


class Hosts(Projection[dict[str, int], int]):
    """How many meetings were held, counted by host on the way."""

    name = "hosts"
    kinds = (MeetingHeld,)

    def initial(self) -> dict[str, int]:
        return {}

    def evolve(self, state: dict[str, int], event: Event) -> dict[str, int]:
        assert isinstance(event, MeetingHeld)
        state[event.host] = state.get(event.host, 0) + 1
        return state

    def finish(self, state: dict[str, int], on: date) -> int:
        return sum(state.values())


def test_a_projection_tells_the_type_of_its_answers() -> None:
    with comity.open(":memory:", clock=clock) as engine:
        engine.append(MEETING)
        assert_type(engine.replay(Hosts(), on="2024-01-01"), dict[str, int])
        handle = engine.materialize(Hosts())
        assert_type(handle, MaterializedProjection[int])
        assert_type(handle.answer("PAK", "RUS"), int)
        assert_type(handle.answers(), dict[str, int])
        assert_type(engine.projections(), tuple[ProjectionStatus, ...])
        with engine.subscribe(after=0) as news:
            assert_type(news, Subscription)
            assert_type(next(news), Recorded)


def test_overviews_answer_with_their_own_types() -> None:
    with comity.open(":memory:", clock=clock) as engine:
        engine.append(MEETING)
        assert_type(engine.world(on="2024-01-01"), World)
        states: dict[str, RelationshipState] = engine.world(on="2024-01-01")
        assert set(states) == {"PAK-RUS"}
        assert_type(engine.anniversaries("PAK", since="2023"), Rows[RelationshipAnniversary])
        assert_type(engine.agenda(until=date(2024, 7, 1)), Rows[AgendaItem])
        assert_type(engine.series(level="minister"), Rows[RelationshipSeries])
        assert_type(engine.deals("PAK", "RUS"), Rows[RelationshipDeal])
        assert_type(engine.missions(rank="ambassador"), Rows[RelationshipMission])
        assert_type(engine.agreements(within=30), Rows[RelationshipAgreement])
        assert_type(engine.measures("USA"), Rows[RelationshipMeasure])
        assert_type(engine.tone(by="month"), Rows[PeriodTone])
        assert_type(engine.affinity("PAK", "RUS"), Rows[Affinity])
        assert_type(engine.network(), Network)
        assert_type(engine.learned(known_at=(0, 1)), tuple[Learned, ...])
