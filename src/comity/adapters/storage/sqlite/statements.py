"""The statements that read the log by its index; none of them scans a table."""

from __future__ import annotations

from typing import NamedTuple

from comity.domain.events import RECORD_KEEPING

NAME = "comity-index-6"
"""The name under which the index's progress is tracked; it changes with the tables' columns."""

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
    "CROSS JOIN stored_events AS s ON s.position = p.position"
)
_LINKED = (
    "(SELECT DISTINCT l.position AS position FROM json_each(:links) AS w "
    "CROSS JOIN comity_relationships AS r ON r.name = w.key "
    "CROSS JOIN json_each(w.value) AS wanted "
    "CROSS JOIN comity_links AS l ON l.relationship = r.number AND l.link = wanted.value "
    "AND l.position <= :position) AS p "
    "CROSS JOIN stored_events AS s ON s.position = p.position"
)
_ALL_LINKED = (
    "(SELECT DISTINCT l.position AS position FROM json_each(:names) AS w "
    "CROSS JOIN comity_relationships AS r ON r.name = w.value "
    "CROSS JOIN comity_links AS l ON l.relationship = r.number AND l.position <= :position) AS p "
    "CROSS JOIN stored_events AS s ON s.position = p.position"
)
# By the index of the log's UNIQUE constraint: after ANALYZE SQLite may not choose it itself.
_AFTER = (
    "json_each(?) AS w "
    "CROSS JOIN stored_events AS s INDEXED BY sqlite_autoindex_stored_events_1 "
    "ON s.originator_id = json_extract(w.value, '$[0]') "
    "AND s.originator_version > json_extract(w.value, '$[1]')"
)
_ROWS = "SELECT s.originator_id, s.originator_version, s.position, s.topic, s.state FROM "
# One text with all records, so that one call decodes them. Each place is put before its event.
_AS_JSON = (
    """SELECT '[' || group_concat('{"relationship":"' || s.originator_id || '","version":' || """
    """s.originator_version || ',"position":' || s.position || ',' || substr(s.state, 2)) || ']' """
    "FROM "
)


class Statement(NamedTuple):
    """A statement that reads records: as one JSON text, or row by row."""

    as_json: str
    by_row: str


WINDOW = Statement(_AS_JSON + _WINDOW, _ROWS + _WINDOW)
LINKED = Statement(_AS_JSON + _LINKED, _ROWS + _LINKED)
ALL_LINKED = Statement(_AS_JSON + _ALL_LINKED, _ROWS + _ALL_LINKED)
AFTER = Statement(_AS_JSON + _AFTER, _ROWS + _AFTER)
BY_KEY = (
    f"{_ROWS} comity_ids AS e JOIN stored_events AS s ON s.position = e.position "
    "WHERE e.key IN (SELECT value FROM json_each(?))"
)
POSITION_AT = (
    "SELECT IFNULL((SELECT position - 1 FROM comity_moments WHERE recorded_at > :moment "
    "ORDER BY recorded_at LIMIT 1), (SELECT MAX(position) FROM comity_events))"
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
NUMBERS = (
    "SELECT value, (SELECT number FROM comity_relationships WHERE name = value) FROM json_each(?)"
)
LIVE_BUILDS = (
    "SELECT json_group_array(json_array(number, name, version, folds, IFNULL(("
    "SELECT MAX(notification_id) FROM tracking "
    "WHERE application_name = 'comity-projection-' || number), 0))) "
    "FROM comity_projections WHERE live"
)
STORE_HEAD = (
    "SELECT (SELECT MAX(position) FROM stored_events), (SELECT notification_id FROM tracking "
    f"WHERE application_name = '{NAME}'), (SELECT MAX(position) FROM comity_events), "
    f"(SELECT MAX(recorded_at) FROM comity_moments), ({LIVE_BUILDS})"
)
"""The end of the log, the index's progress by the tracking and by its own rows, and the live
builds: what a question reads first."""
