"""An archive of coded events, written without a store: some pairs over 35 years."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, islice
from pathlib import Path
from random import Random
from typing import Any

from comity import InteractionCoded
from comity.adapters.archive.columns import Row, arrow, batch, schema
from comity.adapters.archive.manifest import (
    DATA,
    STREAMS,
    File,
    Manifest,
    parties_in_short,
    write_manifest,
)
from comity.adapters.archive.placing import home_of
from comity.adapters.archive.putting import put_bucket, put_streams
from comity.domain.codec import encode_event
from comity.domain.codelists.goldstein import codes
from comity.domain.recorded import Recorded
from comity.ports import StreamHead

PAIRS = 200
_STATES = [
    "ARG", "AUS", "BEL", "BRA", "CAN", "CHL", "CHN", "COL", "CUB", "DNK", "EGY", "FRA", "GBR",
    "GRC", "HUN", "IND", "IRN", "ISR", "ITA", "JOR", "JPN", "KEN", "KOR", "MEX", "NGA", "NLD",
    "NOR", "NZL", "PAK", "PER", "PRT", "SAU", "SWE", "THA", "TUR", "USA", "VEN", "ZAF",
]  # fmt: skip
"""States that continue no other, so that each relationship is one stream."""
_FIRST, _DAYS = date(1989, 1, 1).toordinal(), 35 * 365
_BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
_AT_ONCE = 20_000
_CODES = codes("cameo")
_NONE = "0" * 64
"""In the place of digests of the log, which no store made."""


def write(folder: Path, events: int) -> int:
    """Write an archive of about so many events; return how many they are."""
    pairs = sorted(Random(7).sample(list(combinations(_STATES, 2)), PAIRS))
    each, buckets = max(1, events // PAIRS), max(1, events // 100_000)
    for name in (DATA, STREAMS):
        (folder / name).mkdir(parents=True)
    by_bucket: dict[int, list[int]] = {}
    for number, pair in enumerate(pairs):
        by_bucket.setdefault(home_of("-".join(pair), buckets), []).append(number)
    files = [
        _file(folder, bucket, [(number, pairs[number]) for number in numbers], each)
        for bucket, numbers in by_bucket.items()
    ]
    heads = {
        "-".join(pair): StreamHead(each, (number + 1) * each, False)
        for number, pair in enumerate(pairs)
    }
    streams, streams_digest = put_streams(folder, each * PAIRS, heads, {})
    manifest = Manifest(
        comity="benchmark", position=each * PAIRS, digest=_NONE, commitment=_NONE,
        recorded_at=_BEGAN,
        archived_at=_BEGAN, rewritten=0, parties=parties_in_short(), buckets=buckets,
        streams=streams, streams_digest=streams_digest,
        files=tuple(files),
    )  # fmt: skip
    write_manifest(folder, manifest)
    return manifest.position


def _file(folder: Path, bucket: int, pairs: list[tuple[int, tuple[str, str]]], each: int) -> File:
    """Write the file of a bucket, in which each pair has so many events."""
    form, batches = schema(), list[Any]()
    for number, pair in pairs:
        rows = _rows(number, pair, each)
        while portion := list(islice(rows, _AT_ONCE)):
            batches.append(batch(portion, form))
    return put_bucket(folder, bucket, each * PAIRS, arrow().Table.from_batches(batches, form))


def _rows(number: int, pair: tuple[str, str], each: int) -> Iterator[Row]:
    """The events of a pair in order of time."""
    random = Random(number)
    days = sorted(random.randrange(_DAYS) for _ in range(each))
    for version, day in enumerate(days, start=1):
        source, target = random.sample(pair, 2)
        event = InteractionCoded(
            scheme="cameo", code=random.choice(_CODES), source=source, target=target,
            when=date.fromordinal(_FIRST + day).isoformat(), id=f"coded-{random.getrandbits(96):x}",
        )  # fmt: skip
        position = number * each + version
        recorded_at = _BEGAN - timedelta(hours=1) + timedelta(microseconds=position)
        record = Recorded(event, "-".join(pair), version, position, recorded_at)
        yield Row(record, encode_event(event), seal=random.randbytes(16))
