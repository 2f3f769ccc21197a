"""The cache of the streams that were read last."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

import comity
from comity import IncoherentHistory, RelationsEstablished, RelationsSevered
from comity.adapters.storage.sql.reader import StreamCache
from comity.domain.recorded import Recorded
from tests.recording import meeting

NOON = datetime(2023, 6, 20, 12, tzinfo=UTC)
DAY = "2023-06-20"


def log(relationship: str, count: int) -> list[Recorded]:
    versions = range(1, count + 1)
    return [Recorded(meeting(f"m{v}"), relationship, v, v, NOON) for v in versions]


def test_a_stream_is_cached_as_far_as_it_was_put() -> None:
    cache, events = StreamCache(10), log("PAK-RUS", 3)
    assert cache.get("PAK-RUS") == []
    cache.put("PAK-RUS", events[:2])
    assert cache.get("PAK-RUS") == events[:2]
    cache.put("PAK-RUS", events)
    assert cache.get("PAK-RUS") == events


def test_the_longest_unused_stream_makes_room() -> None:
    cache = StreamCache(5)
    for name in ("PAK-RUS", "IND-RUS"):
        cache.put(name, log(name, 2))
    assert cache.get("PAK-RUS")
    cache.put("CHN-RUS", log("CHN-RUS", 2))
    assert [name for name in ("PAK-RUS", "IND-RUS", "CHN-RUS") if cache.get(name)] == [
        "PAK-RUS", "CHN-RUS",
    ]  # fmt: skip


def test_a_stream_larger_than_the_cache_is_not_cached() -> None:
    cache = StreamCache(2)
    cache.put("PAK-RUS", log("PAK-RUS", 3))
    assert cache.get("PAK-RUS") == []


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
    with comity.open(store) as first, comity.open(store) as other:
        for number in range(1, 4):
            other.append(meeting(f"m{number}"))
            assert first.state("PAK", "RUS", on="2030-01-01").events == number
