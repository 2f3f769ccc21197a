"""An archive in Parquet is a store that is only read: it answers as the store that it is of."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

import comity
from comity import (
    ArchiveDamaged,
    Event,
    InteractionCoded,
    NotAnArchive,
    StoreNotFound,
    StoreReadOnly,
    TimelineEngine,
)
from comity.adapters.archive.placing import bucket_of
from comity.adapters.interchange.exporters.panel import panel
from comity.domain.time.dates import period
from comity.projections.views.tone import PERIODS, PeriodTone, ToneProjection
from tests.effort import UNMEASURED, examples
from tests.integration.test_tone_counts import histories
from tests.recording import established, meeting
from tests.strategies import VIEWS, catalogues, dates
from tests.whole_archives import resealed

pytestmark = UNMEASURED

NOW = datetime(2024, 6, 1, 12, tzinfo=UTC)
CODES = ("042", "0511", "0519", "112", "1439", "CONSULT", "CONSULT-visit", "ASSAULT-new")
"""Of CAMEO and of PLOVER; 0519, 1439 and ASSAULT-new are in no table and inherit a weight."""


@contextmanager
def archived(events: Sequence[Event], cut: int = 0) -> Generator[tuple[TimelineEngine, Path]]:
    """A store with the events, and its archive, which was brought up to date once."""
    with TemporaryDirectory() as folder, comity.open(":memory:", clock=lambda: NOW) as engine:
        place = Path(folder) / "archive"
        for batch in (events[:cut], events[cut:]):
            if batch:
                engine.append(*batch)
                comity.archive(engine, place, files=3)
        yield engine, place


def reading(place: Path) -> TimelineEngine:
    return comity.open(place, clock=lambda: NOW, read_only=True)


# Counts


def folded(
    engine: TimelineEngine, parties: tuple[str, ...], projection: ToneProjection,
    until: date, known_at: int,
) -> tuple[PeriodTone, ...]:  # fmt: skip
    """The same question answered by reading and folding every event."""
    runner = engine._runner  # pyright: ignore[reportPrivateUsage]
    answers = runner.answers_of(projection, parties, until, known_at, "possible")
    return tuple(chain.from_iterable(answers[key] for key in sorted(answers)))


@st.composite
def coded(draw: st.DrawFn) -> Event:
    """A coded interaction of two or three parties, by one of both schemes, of whatever date."""
    code = draw(st.sampled_from(CODES))
    pair = draw(st.sampled_from([("PAK", "RUS"), ("RUS", "PAK"), ("PAK", "SUN"), ("CHN", "PAK")]))
    return InteractionCoded(
        scheme="cameo" if code.isdigit() else "plover", code=code,
        scheme_version=draw(st.sampled_from(("", "", "0.9b5", "2.0-draft"))),
        source=pair[0], target=pair[1], note=str(draw(st.integers(0, 9))),
        parties=draw(st.sampled_from([(), (), (*pair, "IND")])),
        when=draw(st.sampled_from(("1991-12-25", "1991-12-26", "1991-12", "199X", "../1991"))
                  | dates().map(str)),
    )  # fmt: skip


@examples(60)
@given(events=histories(), more=st.lists(coded(), max_size=8), data=st.data())
def test_counts_over_an_archive_are_what_folding_gives(
    events: list[Event], more: list[Event], data: DataObject
) -> None:
    everything = [*events, *more]
    with archived(everything, data.draw(st.integers(0, len(everything)))) as (engine, place):
        last = engine.position
        with reading(place) as archive:
            for _ in range(3):
                parties = data.draw(st.sampled_from([(), (), ("PAK",), ("RUS",), *VIEWS]))
                since, until = sorted((data.draw(dates()), data.draw(dates())))
                since = data.draw(st.sampled_from((since, date.min, date(since.year, 1, 1))))
                until = data.draw(st.sampled_from((until, date.max, date(until.year, 12, 31))))
                known_at = data.draw(st.just(last) | st.integers(0, last))
                by = data.draw(st.sampled_from(PERIODS))
                options: Any = {"since": since, "until": until, "by": by, "known_at": known_at}
                actual = archive.tone(*parties, **options)
                assert actual == engine.tone(*parties, **options)
                days = period(since, until)
                projection = ToneProjection(by, days.earliest)
                assert actual == folded(engine, parties, projection, days.latest, known_at)


def test_counts_read_no_event_but_those_that_a_limit_cuts(tmp_path: Path) -> None:
    """The archive's JSON is unreadable here, so whatever would be read fails."""
    place = tmp_path / "archive"
    pyarrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    events = [
        InteractionCoded(
            scheme="cameo", code=code, source="PAK", target="IND", when=when, note=str(number)
        )
        for number, (code, when) in enumerate(
            [("042", "2023-06-20"), ("1439", "2023-06"), ("057", "2023"), ("190", "1999-01-01")]
        )
    ]
    with comity.open(":memory:") as engine:
        engine.append(*events)
        expected = {by: engine.tone(by=by) for by in PERIODS}
        since_1999 = engine.tone(since="1999", until="2023-06", by="quarter")
        comity.archive(engine, place)
    for file in (place / "data").iterdir():
        table = parquet.read_table(file, partitioning=None)
        broken = pyarrow.array(["no JSON"] * table.num_rows)
        at = table.schema.get_field_index("event")
        parquet.write_table(table.set_column(at, "event", broken), file)
    resealed(place)
    with reading(place) as archive:
        assert {by: archive.tone(by=by) for by in PERIODS} == expected
        assert archive.tone(since="1999", until="2023-06", by="quarter") == since_1999
        with pytest.raises(ArchiveDamaged, match="cannot be read"):
            archive.tone(since="2023-06-19")


def test_a_retraction_and_what_takes_it_back_count_from_their_own_position_on() -> None:
    events = [coded_on("2023-06-20", str(number)) for number in range(3)]
    with archived(events) as (engine, place):
        target = events[1].id
        engine.retract(target, "misread")
        engine.reinstate(target, "read again")
        engine.append(coded_on("2023-06-21", "later"))
        comity.archive(engine, place)
        with reading(place) as archive:
            counts = [
                sum(each.coded.events for each in archive.tone(by="quarter", known_at=position))
                for position in range(7)
            ]
    assert counts == [0, 1, 2, 3, 2, 3, 4]


def coded_on(when: str, note: str) -> Event:
    return InteractionCoded(
        scheme="cameo", code="042", source="PAK", target="RUS", when=when, note=note
    )


# All other questions

QUESTIONS: dict[str, Callable[[TimelineEngine, int, date], object]] = {
    "relationships": lambda engine, _at, _on: engine.relationships(),
    "including": lambda engine, _at, _on: engine.relationships(including="PAK"),
    "state": lambda engine, at, on: engine.state("PAK", "RUS", on=on, known_at=at),
    "possible": lambda engine, at, on: engine.state(
        "CHN", "PAK", "RUS", on=on, known_at=at, certainty="possible"
    ),
    "timeline": lambda engine, at, on: engine.timeline("PAK", "RUS", since=on, known_at=at),
    "kinds": lambda engine, at, _on: engine.timeline(
        "PAK", "RUS", kinds=["meeting-held"], known_at=at
    ),
    "world": lambda engine, at, on: engine.world(on=on, known_at=at),
    "deals": lambda engine, at, on: engine.deals(on=on, known_at=at),
    "agreements": lambda engine, at, on: engine.agreements("PAK", on=on, known_at=at),
    "network": lambda engine, at, on: engine.network(on=on, known_at=at),
    "agenda": lambda engine, at, on: engine.agenda(on=on, known_at=at),
    "affinity": lambda engine, at, _on: engine.affinity(known_at=at),
    "learned": lambda engine, at, on: engine.learned(known_at=(at // 2, at), on=on),
    "events": lambda engine, at, _on: list(engine.events(after=at // 2)),
    "evidence": lambda engine, _at, _on: [engine.evidence(r.event.id) for r in engine.events()],
    "search": lambda engine, at, _on: engine.search("Pakistan", known_at=at),
    "by party": lambda engine, at, on: engine.replay(ByParty(), on=on, known_at=at),
    "panel": lambda engine, at, _on: list(panel(engine, by="quarter", known_at=at)),
    "directed": lambda engine, at, _on: list(panel(engine, "PAK", directed=True, known_at=at)),
}


class ByParty(comity.Projection[list[str], list[str]]):
    """The ids of each party's events, in the order of time."""

    name, version, key = "by-party", 1, "party"

    def initial(self) -> list[str]:
        return []

    def evolve(self, state: list[str], event: Event) -> list[str]:
        return [*state, event.id]


@examples(40)
@given(events=catalogues(10), data=st.data())
def test_an_archive_answers_as_the_store_that_it_is_of(
    events: list[Event], data: DataObject
) -> None:
    with archived(events, data.draw(st.integers(0, len(events)))) as (engine, place):
        at, on = data.draw(st.integers(0, engine.position)), data.draw(dates())
        questions = data.draw(st.lists(st.sampled_from(sorted(QUESTIONS)), min_size=3, max_size=6))
        with reading(place) as archive:
            for name in questions:
                question = QUESTIONS[name]
                assert question(archive, at, on) == question(engine, at, on), name


def test_a_question_about_one_relationship_reads_the_files_of_one_bucket(tmp_path: Path) -> None:
    """All files but one are empty here, so whatever else would be read fails."""
    place = tmp_path / "archive"
    others = [established("1990", (other, "PAK")) for other in ("CHN", "IND", "IRN", "TUR", "USA")]
    with comity.open(":memory:") as engine:
        engine.append(established("1948-05-01"), meeting("m1", "2023-06-20"), *others)
        expected = engine.state("PAK", "RUS", on="2024-01-01")
        comity.archive(engine, place, files=64)
    own = bucket_of("PAK-RUS", 64)
    files = list((place / "data").iterdir())
    assert len(files) > 3
    for file in files:
        if not file.name.startswith(f"{own:05}-"):
            file.write_bytes(b"")
    with comity.open(place) as archive:
        assert archive.state("PAK", "RUS", on="2024-01-01") == expected
        assert [each.recorded.events for each in archive.tone("PAK", "RUS", by="decade")] == [1, 1]
        with pytest.raises(ArchiveDamaged):
            archive.state("PAK", "USA")


# Opening, and what an archive refuses


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder of an archive of one meeting, whose name needs care in SQL and in patterns."""
    folder = tmp_path / "o'neill [1]* year=2020"
    with comity.open(":memory:") as engine:
        engine.append(meeting("m1", "2023-06-20"), coded_on("2023-06-20", "one"))
        comity.archive(engine, folder)
    return folder


def test_an_archive_is_opened_by_its_folder_or_by_its_scheme(place: Path) -> None:
    for address in (place, str(place), f"parquet://{place}"):
        with comity.open(address) as engine:
            assert engine.position == 2
            assert [each.coded.events for each in engine.tone("PAK", "RUS")] == [1]
            assert engine.state("PAK", "RUS", on="2024-01-01").events == 2


def test_writing_into_an_archive_is_refused_with_the_way_out(place: Path) -> None:
    before = sorted(path for path in place.rglob("*"))
    for read_only in (False, True):
        with comity.open(place, read_only=read_only) as engine:
            writes: list[Callable[[], object]] = [
                lambda: engine.append(meeting("m2", "2023-07-01")),
                lambda: engine.retract("m1", "forged"),
                lambda: engine.materialize(comity.StateProjection()),
            ]
            for write in writes:
                with pytest.raises(StoreReadOnly) as refused:
                    write()
                if not read_only:
                    assert "comity archive" in str(refused.value)
    assert sorted(path for path in place.rglob("*")) == before


def test_a_folder_without_a_manifest_is_no_archive(tmp_path: Path) -> None:
    with pytest.raises(NotAnArchive, match=r"manifest\.json"):
        comity.open(f"parquet://{tmp_path}")
    with pytest.raises(StoreNotFound, match="after parquet://"):
        comity.open("parquet://")


def test_an_archive_of_other_organisations_is_not_opened(place: Path) -> None:
    manifest = place / "manifest.json"
    text = manifest.read_text(encoding="utf-8")
    stands_for: str = json.loads(text)["parties"]
    manifest.write_text(text.replace(stands_for, "0" * len(stands_for)), encoding="utf-8")
    with pytest.raises(NotAnArchive, match="same `parties`"):
        comity.open(place)


@pytest.mark.parametrize("folder", ["data", "streams"])
@pytest.mark.parametrize("damage", ["removed", "cut"])
def test_a_file_that_is_damaged_is_named(
    place: Path, tmp_path: Path, folder: str, damage: str
) -> None:
    copy = tmp_path / "copy"
    copytree(place, copy)
    for file in (copy / folder).iterdir():
        if damage == "removed":
            file.unlink()
        else:
            file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(ArchiveDamaged) as raised, comity.open(copy) as engine:
        engine.tone()
    assert str(copy) in str(raised.value)
    assert damage == "cut" or folder in raised.value.file
