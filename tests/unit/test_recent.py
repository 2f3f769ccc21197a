"""What is kept of the events that were decoded lately."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import comity
from comity import IncoherentHistory, RelationsEstablished, RelationsSevered
from comity.adapters.storage.sqlite.cache import Fetch, Recent
from comity.domain.recorded import Recorded
from tests.recording import meeting

NOON = datetime(2023, 6, 20, 12, tzinfo=UTC)
DAY = "2023-06-20"


def log(relationship: str, count: int) -> list[Recorded]:
    versions = range(1, count + 1)
    return [Recorded(meeting(f"m{v}"), relationship, v, v, NOON) for v in versions]


def counting(events: list[Recorded], asked: list[int]) -> Fetch:
    """A way to fetch from `events` that notes after which version it was asked."""

    def fetch(after: int) -> list[Recorded]:
        asked.append(after)
        return events[after:]

    return fetch


def test_only_what_is_new_is_fetched() -> None:
    recent, asked = Recent(10), list[int]()
    events = log("PAK-RUS", 3)
    for version in (2, 2, 3):
        fetch = counting(events[:version], asked)
        assert recent.upto("PAK-RUS", version, fetch) == events[:version]
    assert asked == [0, 2]


def test_an_older_version_is_answered_from_what_is_kept() -> None:
    recent, asked = Recent(10), list[int]()
    events = log("PAK-RUS", 3)
    recent.upto("PAK-RUS", 3, counting(events, asked))
    assert recent.upto("PAK-RUS", 1, counting(events, asked)) == events[:1]
    assert asked == [0]


def test_the_longest_unused_relationship_makes_room() -> None:
    recent, asked = Recent(5), list[int]()
    for name in ("PAK-RUS", "IND-RUS", "CHN-RUS"):
        recent.upto(name, 2, counting(log(name, 2), asked))
    recent.upto("CHN-RUS", 2, counting(log("CHN-RUS", 2), asked))
    recent.upto("PAK-RUS", 2, counting(log("PAK-RUS", 2), asked))
    assert asked == [0, 0, 0, 0]


def test_a_relationship_larger_than_the_whole_is_not_kept() -> None:
    recent, asked = Recent(2), list[int]()
    events = log("PAK-RUS", 3)
    for _ in range(2):
        assert recent.upto("PAK-RUS", 3, counting(events, asked)) == events
    assert asked == [0, 0]


def test_what_a_refused_append_had_written_is_not_remembered(tmp_path: Path) -> None:
    pair = ("PAK", "RUS")
    with comity.open(tmp_path / "relations.db") as engine:
        with pytest.raises(IncoherentHistory):
            engine.append(RelationsSevered(parties=pair, when="1972"), strict=True)
        assert engine.state(*pair, on=DAY).events == 0
        engine.append(RelationsEstablished(parties=pair, when="1948"))
        assert engine.state(*pair, on=DAY).relations.status == "established"


def test_what_another_engine_records_is_seen_at_once(tmp_path: Path) -> None:
    store = tmp_path / "relations.db"
    with comity.open(store) as one, comity.open(store) as other:
        for number in range(1, 4):
            other.append(meeting(f"m{number}"))
            assert one.state("PAK", "RUS", on="2030-01-01").events == number
