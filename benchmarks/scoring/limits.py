"""What the engine must reach: each limit once, in the order of the table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit on a figure; the figure is at most it, or with `least` at least it."""

    what: str
    limit: float
    unit: str = "×"
    least: bool = False

    def holds(self, figure: float) -> bool:
        """Whether a figure keeps the limit."""
        return figure >= self.limit if self.least else figure <= self.limit

    @property
    def must(self) -> str:
        """The limit in words."""
        return f"{'≥' if self.least else '≤'} {self.limit:,g} {self.unit}".rstrip()


WARM = Limit("state on a random day, warm: 100,000 events against 1,000", 2)
WARM_STOCK = Limit("… 10,000 events, warm: faster than stock's `repository.get`", 100, least=True)
COLD = Limit("… a cold engine, state materialized, 100,000 events", 10, "ms")
LATE = Limit("… after a late event dated in the middle, against warm, 100,000 events", 20)
PAST_10 = Limit("… `known_at` in the past, against warm, 10,000 events", 10)
PAST_100 = Limit("… `known_at` in the past, against warm, 100,000 events", 20)
SNAPSHOTS = Limit("snapshots of a materialized state, share of the log's bytes", 0.3, "")
LAST_SNAPSHOT = Limit("… the last one, against that of 1,000 events with as much open", 1.05)
"""Totals of more events have more digits: hence not 1."""
RARE_KINDS = Limit("a view of kinds of one event in 1,000: faster than the log", 50, least=True)
YEAR = Limit("`timeline` of one year of 100,000 events, against a log of that year", 2)
TONE = Limit("`tone` of all pairs by quarter, materialized, against DuckDB", 3)
TONE_COLD = Limit("… cold, against DuckDB", 10)
TONE_ARCHIVE = Limit("… of an archive of 10,000,000 events, against DuckDB over its columns", 2)
WORLD = Limit("`world(on=)`, 5,000 pairs, 1,000,000 events, materialized", 10, "s")
WORLD_REPLAY = Limit("… faster than replaying", 10, least=True)
REPLAY_STOCK = Limit("whole-log replay into states: faster than stock", 5, least=True)
REPLAY_FLOOR = Limit("… share of the floor's speed", 0.5, "", least=True)
REPLAY_WORKERS = Limit("… with `workers=2`: faster than with one process", 1.6, least=True)
APPEND_STOCK = Limit("bulk append, making the events: faster than stock", 2, least=True)
APPEND_FLOOR = Limit("… share of the floor's speed", 0.4, "", least=True)
APPEND_READY = Limit("… events already made: faster than stock", 3, least=True)
SINGLE = Limit("single durable append, against the floor", 1.6)
MEMORY = Limit("peak memory of a replay, 1,000,000 events against 100,000", 1.3)
MEMORY_WORLD = Limit("… of `world`, streamed", 1.3)
IMPORT = Limit("import of ICEWS 2005–2015, each second of CPU", 40_000, "rows", least=True)
IMPORT_AGAIN = Limit("… a second time, which adds nothing, against the first", 1)
IMPORT_MEMORY = Limit("… its peak memory", 100, "MB")
DISK = Limit("bytes of the file, against those of the events' JSON", 1.6)
SEARCH_BUILD = Limit("making the index of words, each second of CPU", 5_000, "events", least=True)
SEARCH_BYTES = Limit("… its bytes, share of the file's without it", 0.5, "")
SEARCH_CONTINUE = Limit("… a search after one append, against one before, 100,000 events", 2)
SEARCH_RARE = Limit("a search for a word of one event: faster than a scan", 20, least=True)
SEARCH_COMMON = Limit("… for a word of two in five, ranked and counted", 3, least=True)
HTTP = Limit("a state over HTTP, asked a second time", 10, "ms")
HTTP_UNCHANGED = Limit("… that the client has already, against one that it has not", 1)
HTTP_PARALLEL = Limit("… with eight clients at once, each answer, against one client alone", 2)
PAGE = Limit("a relationship's page in Chromium: first picture", 1_000, "ms")
PAGE_SLIDE = Limit("… a slide of the day, until the state is painted", 100, "ms")
PAGE_SLIDE_KNOWN = Limit("… a slide of the moment of knowing, to one not shown before", 100, "ms")
START = Limit("`comity state` on 1,000,000 events, against an empty store", 1.5)
POSTGRES_COPY = Limit("on PostgreSQL: bulk append, share of `COPY`'s speed", 0.5, "", least=True)
POSTGRES_STOCK = Limit("… faster than stock", 1.5, least=True)
POSTGRES_WRITERS = Limit("… single appends of eight processes, against one", 3, least=True)
POSTGRES_THREADS = Limit("… of eight threads of one engine, against one", 3, least=True)
POSTGRES_HEARD = Limit("… an append is heard of in another process, median", 20, "ms")
POSTGRES_STATE = Limit("… state on a random day, warm, against SQLite", 3)
POSTGRES_EVENTS = Limit("… reading the whole log, share of SQLite's speed", 0.6, "", least=True)
POSTGRES_REPLAY = Limit("… replaying it into states, share of SQLite's speed", 0.6, "", least=True)
ARCHIVE_REPLAY = Limit("replay from an archive: faster than from SQLite", 1.5, least=True)
ARCHIVE_WORKERS = Limit("… by two workers: faster than by one", 1.7, least=True)
ARCHIVE_GROWTH = Limit("… 10,000,000 events against 1,000,000", 10.5)
ARCHIVE_MEMORY = Limit("… the peak memory of a worker, likewise", 1.2)
ARCHIVE_BYTES = Limit("bytes of an archive, share of the store's", 0.15, "")
ARCHIVE_ADDING = Limit("adding 1 % to an archive, share of the time to write it whole", 0.05, "")

LIMITS = (
    WARM, WARM_STOCK, COLD, LATE, PAST_10, PAST_100, SNAPSHOTS, LAST_SNAPSHOT, RARE_KINDS, YEAR,
    TONE, TONE_COLD, TONE_ARCHIVE, WORLD, WORLD_REPLAY, REPLAY_STOCK, REPLAY_FLOOR,
    REPLAY_WORKERS, APPEND_STOCK,
    APPEND_FLOOR, APPEND_READY, SINGLE, MEMORY, MEMORY_WORLD, IMPORT, IMPORT_AGAIN,
    IMPORT_MEMORY, DISK, SEARCH_BUILD, SEARCH_BYTES, SEARCH_CONTINUE, SEARCH_RARE, SEARCH_COMMON,
    HTTP, HTTP_UNCHANGED, HTTP_PARALLEL, PAGE, PAGE_SLIDE, PAGE_SLIDE_KNOWN, START,
    POSTGRES_COPY, POSTGRES_STOCK, POSTGRES_WRITERS, POSTGRES_THREADS, POSTGRES_HEARD,
    POSTGRES_STATE, POSTGRES_EVENTS, POSTGRES_REPLAY, ARCHIVE_REPLAY, ARCHIVE_WORKERS,
    ARCHIVE_GROWTH, ARCHIVE_MEMORY, ARCHIVE_BYTES, ARCHIVE_ADDING,
)  # fmt: skip
