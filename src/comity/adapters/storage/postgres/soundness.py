"""Soundness in PostgreSQL: the log's table is ours, and the index is what was written."""

from __future__ import annotations

from comity.adapters.storage.postgres.tables import LOG_COLUMNS
from comity.adapters.storage.sql import sums
from comity.adapters.storage.sql.builds import BuildTables, unsettled_sum, unsound_builds
from comity.adapters.storage.sql.dialect import Cursor
from comity.adapters.storage.sql.soundness import (
    chain_is_sound,
    parts_are_sound,
    sound_head,
    streams_are_sound,
)
from comity.domain.errors import NotAStore, StoreDamaged

_SUMS = {
    table: f"SELECT COUNT(*), COALESCE(SUM({total}), 0)::bigint FROM {table}"
    for table, total in (
        ("comity_events", sums.EVENTS),
        ("comity_ids", sums.IDS),
        ("comity_links", sums.LINKS),
        ("comity_moments", sums.MOMENTS),
    )
}
"""How many rows a table has, and their sum."""
_COLUMNS = (
    "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a "
    "WHERE a.attrelid = 'stored_events'::regclass AND a.attnum > 0 AND NOT a.attisdropped"
)
_ACTING = (
    "SELECT t.tgname FROM pg_trigger AS t WHERE t.tgrelid = 'stored_events'::regclass "
    "AND NOT t.tgisinternal UNION ALL SELECT r.rulename FROM pg_rewrite AS r "
    "WHERE r.ev_class = 'stored_events'::regclass"
)
_UNSETTLED = "SELECT build, key, COUNT(*), SUM(link)::bigint FROM comity_unsettled GROUP BY 1, 2"
_SNAPSHOTS = (
    "SELECT COUNT(*) FROM comity_snapshots AS s "
    "WHERE s.build NOT IN (SELECT number FROM comity_projections)"
)


def check_log_table(cursor: Cursor, store: str) -> None:
    """Raise `NotAStore` if the log's table is another's, `StoreDamaged` if something acts on it."""
    cursor.execute(_COLUMNS)
    if dict(cursor.fetchall()) != LOG_COLUMNS:
        raise NotAStore(store, "the schema has another table called stored_events")
    cursor.execute(_ACTING)
    for (name,) in cursor.fetchall():
        raise StoreDamaged(store, f"the trigger or rule {name!r} acts on its log")


def rows_are_sound(cursor: Cursor) -> bool:
    """Whether the rows of the index are what was written, by their sums."""
    if (head := sound_head(cursor)) is None:
        return False
    cursor.execute("SELECT COALESCE(SUM(links), 0)::bigint FROM comity_relationships")
    [links] = cursor.fetchone()
    for table, count, total in (
        ("comity_events", head.position, head.events),
        ("comity_ids", head.position, head.ids),
        ("comity_links", links, head.links),
        ("comity_moments", None, head.moments),
    ):
        cursor.execute(_SUMS[table])
        found, found_total = cursor.fetchone()
        if count not in {None, found} or found_total != total:
            return False
    are_sound = chain_is_sound(cursor, head) and parts_are_sound(cursor, head)
    return are_sound and streams_are_sound(cursor, head)


def not_whole(cursor: Cursor, builds: BuildTables) -> list[tuple[int, bool]]:
    """The builds that are not whole, each with whether its own row was changed."""
    cursor.execute(_SNAPSHOTS)
    is_hidden = cursor.fetchone()[0] > 0
    cursor.execute(_UNSETTLED)
    found: dict[int, int] = {}
    for build, key, count, links in cursor.fetchall():
        found[build] = found.get(build, 0) + unsettled_sum(key, count, links)
    return unsound_builds(builds.builds(cursor), found, is_hidden=is_hidden)[1]
