"""The statements that read the log by its index.

None of them scans a table, except for what is asked about any stream.
"""

from __future__ import annotations

from comity.adapters.storage.sql.index import NAME, STREAM
from comity.domain.events import RECORD_KEEPING

_ACTS = ", ".join(f"'{kind}'" for kind in sorted(RECORD_KEEPING))
# The last day of what belongs to a window is bounded on both sides, so a range of the index is it.
_WINDOW = (
    "(SELECT e.position AS position FROM json_each(:after) AS w "
    "CROSS JOIN comity_relationships AS r ON r.name = json_extract(w.value, '$[0]') "
    "CROSS JOIN comity_parts AS k ON k.relationship = r.number "
    "AND (:kinds IS NULL OR k.kind IN (SELECT value FROM json_each(:kinds))) "
    f"AND (:has_acts OR k.kind NOT IN ({_ACTS})) "
    "CROSS JOIN comity_events AS e ON e.part = k.number "
    "AND e.until > json_extract(w.value, '$[1]') AND e.until <= :until + k.width "
    "AND e.since <= :until WHERE e.position <= :position) AS p "
    "LEFT JOIN stored_events AS s ON s.position = p.position"
)
# A row that the log has lost has no kind; it is read, and noticed.
_OF_KINDS = (
    "WHERE :kinds IS NULL OR s.topic IS NULL OR s.topic IN (SELECT value FROM json_each(:kinds))"
)
_LINKED = (
    "(SELECT DISTINCT l.position AS position FROM json_each(:links) AS w "
    "CROSS JOIN comity_relationships AS r ON r.name = w.key "
    "CROSS JOIN json_each(w.value) AS wanted "
    "CROSS JOIN comity_links AS l ON l.relationship = r.number AND l.link = wanted.value "
    "AND l.position <= :position AND l.position NOT IN (SELECT value FROM json_each(:known))) AS p "
    f"LEFT JOIN stored_events AS s ON s.position = p.position {_OF_KINDS}"
)
# One scan of the links is faster than a search for each of them in each of very many streams.
_LINKED_ANYWHERE = (
    "(SELECT DISTINCT l.position AS position FROM comity_links AS l "
    "WHERE l.link IN (SELECT value FROM json_each(:links)) AND l.position <= :position "
    "AND l.position NOT IN (SELECT value FROM json_each(:known))) AS p "
    f"LEFT JOIN stored_events AS s ON s.position = p.position {_OF_KINDS}"
)
_ALL_LINKED = (
    "(SELECT DISTINCT l.position AS position FROM json_each(:names) AS w "
    "CROSS JOIN comity_relationships AS r ON r.name = w.value "
    "CROSS JOIN comity_links AS l ON l.relationship = r.number AND l.position <= :position) AS p "
    "LEFT JOIN stored_events AS s ON s.position = p.position"
)
# By the index of the log's UNIQUE constraint: after ANALYZE SQLite may not choose it itself.
_AFTER = (
    "json_each(?) AS w "
    "CROSS JOIN stored_events AS s INDEXED BY sqlite_autoindex_stored_events_1 "
    "ON s.originator_id = json_extract(w.value, '$[0]') "
    "AND s.originator_version > json_extract(w.value, '$[1]')"
)
_ROW = "s.originator_id, s.originator_version, s.topic, CAST(s.state AS BLOB), s.crc"
_FOUND = f"SELECT p.position, {_ROW} FROM "
_ROWS = f"SELECT s.position, {_ROW} FROM "
WINDOW = _FOUND + _WINDOW
LINKED = _FOUND + _LINKED
LINKED_ANYWHERE = _FOUND + _LINKED_ANYWHERE
ALL_LINKED = _FOUND + _ALL_LINKED
AFTER = _ROWS + _AFTER
PIECES = (
    f"{_ROWS} json_each(?) AS w CROSS JOIN "
    "stored_events AS s INDEXED BY sqlite_autoindex_stored_events_1 "
    "ON s.originator_id = json_extract(w.value, '$[0]') "
    "AND s.originator_version > json_extract(w.value, '$[1]') "
    "AND s.originator_version <= json_extract(w.value, '$[2]')"
)
"""The events of streams after a version and up to another, in their order."""
_PAGE = f"{_ROWS} stored_events AS s WHERE s.position > ? AND s.position <= ?"
PAGE = f"{_PAGE} ORDER BY s.position LIMIT ?"
"""A page of the log."""
PAGE_OF_KINDS = (
    f"{_PAGE} AND s.topic IN (SELECT value FROM json_each(?)) ORDER BY s.position LIMIT ?"
)
"""A page of the events of some kinds in the log."""
SEALED = (
    f"SELECT s.position, {_ROW}, s.seal FROM stored_events AS s "
    "WHERE s.position > ? ORDER BY s.position LIMIT ?"
)
"""A page of the log with its seals."""
OF_KINDS = (
    "SELECT COUNT(*) FROM comity_parts AS k CROSS JOIN comity_events AS e ON e.part = k.number "
    "AND e.position > :after AND e.position <= :last "
    "WHERE k.kind IN (SELECT value FROM json_each(:kinds))"
)
"""How many events of some kinds the index has after a position and up to another."""
AT = (
    f"SELECT p.value, {_ROW} FROM json_each(?) AS p "
    "LEFT JOIN stored_events AS s ON s.position = p.value"
)
"""The events at some positions."""
BY_KEY = (
    f"{_FOUND} comity_ids AS p LEFT JOIN stored_events AS s ON s.position = p.position "
    "WHERE p.key IN (SELECT value FROM json_each(?))"
)
DAYS = (
    "SELECT e.until, COUNT(*) FROM json_each(:names) AS w "
    "CROSS JOIN comity_relationships AS r ON r.name = w.value "
    "CROSS JOIN comity_parts AS k ON k.relationship = r.number "
    "AND k.kind IN (SELECT value FROM json_each(:kinds)) "
    "CROSS JOIN comity_events AS e ON e.part = k.number AND e.position <= :position "
    "GROUP BY e.until ORDER BY e.until"
)
"""How many events of streams have each day as their last one."""
POSITION_AT = (
    "SELECT IFNULL((SELECT position - 1 FROM comity_moments WHERE recorded_at > :moment "
    "ORDER BY recorded_at LIMIT 1), (SELECT position FROM comity_head))"
)
"""The last position recorded at or before a moment; recorded times never decrease."""
VERSIONS_AT = """
WITH RECURSIVE search (name, low, high) AS (
    SELECT w.key, 0, w.value FROM json_each(:versions) AS w
    UNION ALL
    SELECT name,
           IIF(s.position <= :position, s.originator_version, low),
           IIF(s.position <= :position, high, s.originator_version - 1)
    FROM search JOIN stored_events AS s INDEXED BY sqlite_autoindex_stored_events_1
    ON s.originator_id = name AND s.originator_version = (low + high + 1) / 2 WHERE low < high)
SELECT name, low FROM search WHERE low >= high
"""
"""The version that each stream had at a position; `versions` are no earlier ones."""
_HEAD = "r.name, r.version, r.position, r.has_acts"
_HAS_KINDS = (
    "(:kinds IS NULL OR EXISTS (SELECT 1 FROM comity_parts AS k "
    "WHERE k.relationship = r.number AND k.kind IN (SELECT value FROM json_each(:kinds))))"
)
ALL_STREAMS = f"SELECT {_HEAD} FROM comity_relationships AS r WHERE {_HAS_KINDS} ORDER BY 1"
STREAMS = (
    f"SELECT DISTINCT {_HEAD} FROM json_each(:sets) AS wanted "
    "CROSS JOIN comity_parties AS p ON p.party = json_extract(wanted.value, '$[0]') "
    "CROSS JOIN comity_relationships AS r ON r.number = p.relationship "
    "WHERE NOT EXISTS (SELECT 1 FROM json_each(wanted.value) AS code WHERE NOT EXISTS ("
    "SELECT 1 FROM comity_parties WHERE party = code.value AND relationship = p.relationship)) "
    f"AND {_HAS_KINDS} ORDER BY 1"
)
ACTED = (
    "SELECT substr(p.party, 4), r.name FROM comity_parties AS p "
    "JOIN comity_relationships AS r ON r.number = p.relationship "
    "WHERE p.party >= 'by:' AND p.party < 'by;' ORDER BY 1, 2"
)
"""By party, where it acted alone on an agreement: rows of `comity_parties` with such a mark."""
HEADS = (
    f"SELECT {_HEAD} FROM json_each(:names) AS wanted "
    "CROSS JOIN comity_relationships AS r ON r.name = wanted.value"
)
LIVE_BUILDS = (
    "SELECT json_group_array(json_array(number, name, version, folds, IFNULL(("
    "SELECT MAX(notification_id) FROM tracking "
    "WHERE application_name = 'comity-projection-' || number), 0))) "
    "FROM comity_projections WHERE live"
)
INDEXED_STREAMS = (
    f"SELECT {STREAM} FROM json_each(?) AS w "
    "CROSS JOIN comity_relationships AS r ON r.name = w.value"
)
"""What the index knows of some streams."""
KNOWN_PARTS = (
    "SELECT p.relationship, p.kind, p.width, p.number FROM json_each(?) AS w "
    "JOIN comity_parts AS p ON p.relationship = json_extract(w.value, '$[0]') "
    "AND p.kind = json_extract(w.value, '$[1]') AND p.width = json_extract(w.value, '$[2]')"
)
CELLS = """
SELECT r.name, c.first, c.last, c.scheme, c.codes FROM (
    SELECT relationship, json_group_array(first) AS first, json_group_array(last) AS last,
        json_group_array(scheme) AS scheme, group_concat(codes, char(10)) AS codes
    FROM comity_counts WHERE relationship IN (
        SELECT number FROM comity_relationships WHERE name IN (SELECT value FROM json_each(?)))
    GROUP BY relationship
) AS c JOIN comity_relationships AS r ON r.number = c.relationship
"""
# One row for each relationship: many small rows cost more than what is in them.
COUNTED_STREAMS = """
SELECT r.name, r.counted, EXISTS (SELECT 1 FROM comity_links AS l WHERE l.relationship = r.number)
FROM json_each(?) AS w CROSS JOIN comity_relationships AS r ON r.name = w.value
"""
ALL_CELLS = (
    "SELECT r.counted, r.name, c.first, c.last, c.scheme, c.codes FROM comity_relationships "
    "AS r LEFT JOIN comity_counts AS c ON c.relationship = r.number ORDER BY r.number"
)
REWRITE = "UPDATE stored_events SET topic = ?, state = ?, seal = ?, crc = ? WHERE position = ?"
"""Put another form of an event at its position."""
STORE_HEAD = (
    "SELECT (SELECT MAX(position) FROM stored_events), (SELECT notification_id FROM tracking "
    f"WHERE application_name = '{NAME}'), "
    f"IIF(EXISTS (SELECT 1 FROM comity_events), h.position, 0), h.recorded_at, ({LIVE_BUILDS}), "
    "h.rewritten FROM comity_head AS h"
)
"""The end of the log, the index's progress by the tracking and by its own row, the live builds and
the log's `rewritten`: what a question reads first."""
STARTS = (
    "SELECT s.key, s.day, s.events, s.newest, s.state, s.digest FROM json_each(:wanted) AS wanted "
    "CROSS JOIN comity_snapshots AS s ON s.build = :build AND s.key = wanted.key AND s.day = ("
    "SELECT day FROM comity_snapshots WHERE build = :build AND key = wanted.key "
    "AND day <= json_extract(wanted.value, '$[0]') AND newest <= json_extract(wanted.value, '$[1]')"
    " ORDER BY day DESC LIMIT 1)"
)
FIRST_DAYS = (
    "SELECT wanted.value, (SELECT min(day) FROM comity_snapshots "
    "WHERE build = :build AND key = wanted.value) FROM json_each(:keys) AS wanted"
)
UNSETTLED = (
    "SELECT wanted.key, u.link FROM json_each(:links) AS wanted "
    "CROSS JOIN json_each(wanted.value) AS link "
    "CROSS JOIN comity_unsettled AS u ON u.build = :build AND u.key = wanted.key "
    "AND u.link = link.value"
)
