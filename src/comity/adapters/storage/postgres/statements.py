"""The statements that read the log by its index, in PostgreSQL's words.

Tables of the index have their plain names here; the cursor gives them those of this version.
"""

from __future__ import annotations

from comity.adapters.storage.sql.index import NAME, STREAM
from comity.domain.events import RECORD_KEEPING

_ACTS = ", ".join(f"'{kind}'" for kind in sorted(RECORD_KEEPING))


def _texts(name: str) -> str:
    """The texts in a JSON array that is a parameter, as an array."""
    return f"ARRAY(SELECT jsonb_array_elements_text(%({name})s::jsonb))"


def _numbers(name: str) -> str:
    """The numbers in a JSON array that is a parameter, as an array."""
    return f"ARRAY(SELECT jsonb_array_elements_text(%({name})s::jsonb)::bigint)"


_OF_KIND = f"(%(kinds)s::jsonb IS NULL OR k.kind = ANY({_texts('kinds')}))"
_WINDOW = (
    "(SELECT e.position AS position FROM jsonb_array_elements(%(after)s::jsonb) AS w(value) "
    "JOIN comity_relationships AS r ON r.name = w.value->>0 "
    f"JOIN comity_parts AS k ON k.relationship = r.number AND {_OF_KIND} "
    f"AND (%(has_acts)s OR k.kind NOT IN ({_ACTS})) "
    "JOIN comity_events AS e ON e.part = k.number AND e.until > (w.value->>1)::bigint "
    "AND e.until <= %(until)s + k.width AND e.since <= %(until)s "
    "WHERE e.position <= %(position)s) AS p "
    "LEFT JOIN stored_events AS s ON s.position = p.position"
)
# A row that the log has lost has no kind; it is read, and noticed.
_OF_KINDS = f"WHERE %(kinds)s::jsonb IS NULL OR s.topic IS NULL OR s.topic = ANY({_texts('kinds')})"
_LINKED = (
    "(SELECT DISTINCT l.position AS position FROM jsonb_each(%(links)s::jsonb) AS w "
    "JOIN comity_relationships AS r ON r.name = w.key "
    "JOIN comity_links AS l ON l.relationship = r.number AND l.position <= %(position)s "
    "AND l.link = ANY(ARRAY(SELECT jsonb_array_elements_text(w.value)::bigint)) "
    f"WHERE NOT l.position = ANY({_numbers('known')})) AS p "
    f"LEFT JOIN stored_events AS s ON s.position = p.position {_OF_KINDS}"
)
_LINKED_ANYWHERE = (
    "(SELECT DISTINCT l.position AS position FROM comity_links AS l "
    f"WHERE l.link = ANY({_numbers('links')}) AND l.position <= %(position)s "
    f"AND NOT l.position = ANY({_numbers('known')})) AS p "
    f"LEFT JOIN stored_events AS s ON s.position = p.position {_OF_KINDS}"
)
_ALL_LINKED = (
    "(SELECT DISTINCT l.position AS position FROM jsonb_array_elements_text(%(names)s::jsonb) "
    "AS w(name) JOIN comity_relationships AS r ON r.name = w.name "
    "JOIN comity_links AS l ON l.relationship = r.number AND l.position <= %(position)s) AS p "
    "LEFT JOIN stored_events AS s ON s.position = p.position"
)
_ROW = "s.originator_id, s.originator_version, s.topic, s.state, s.crc"
_FOUND = f"SELECT p.position, {_ROW} FROM "
_ROWS = f"SELECT s.position, {_ROW} FROM "
WINDOW = _FOUND + _WINDOW
LINKED = _FOUND + _LINKED
LINKED_ANYWHERE = _FOUND + _LINKED_ANYWHERE
ALL_LINKED = _FOUND + _ALL_LINKED
AFTER = (
    f"{_ROWS} jsonb_array_elements(%s::jsonb) AS w(value) JOIN stored_events AS s "
    "ON s.originator_id = w.value->>0 AND s.originator_version > (w.value->>1)::bigint"
)
PIECES = (
    f"{_ROWS} jsonb_array_elements(%s::jsonb) AS w(value) JOIN stored_events AS s "
    "ON s.originator_id = w.value->>0 AND s.originator_version > (w.value->>1)::bigint "
    "AND s.originator_version <= (w.value->>2)::bigint "
    "ORDER BY s.originator_id, s.originator_version"
)
"""The events of streams after a version and up to another, in their order."""
_PAGE = f"{_ROWS} stored_events AS s WHERE s.position > %s AND s.position <= %s"
PAGE = f"{_PAGE} ORDER BY s.position LIMIT %s"
"""A page of the log."""
PAGE_OF_KINDS = (
    f"{_PAGE} AND s.topic = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb))) "
    "ORDER BY s.position LIMIT %s"
)
"""A page of the events of some kinds in the log."""
SEALED = (
    f"SELECT s.position, {_ROW}, s.seal FROM stored_events AS s "
    "WHERE s.position > %s ORDER BY s.position LIMIT %s"
)
"""A page of the log with its seals."""
OF_KINDS = (
    "SELECT COUNT(*) FROM comity_parts AS k JOIN comity_events AS e ON e.part = k.number "
    f"AND e.position > %(after)s AND e.position <= %(last)s WHERE k.kind = ANY({_texts('kinds')})"
)
"""How many events of some kinds the index has after a position and up to another."""
AT = (
    f"SELECT p.value::bigint, {_ROW} FROM jsonb_array_elements_text(%s::jsonb) AS p(value) "
    "LEFT JOIN stored_events AS s ON s.position = p.value::bigint"
)
"""The events at some positions."""
BY_KEY = (
    f"{_FOUND} comity_ids AS p LEFT JOIN stored_events AS s ON s.position = p.position "
    "WHERE p.key = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb)::bigint))"
)
DAYS = (
    "SELECT e.until, COUNT(*) FROM jsonb_array_elements_text(%(names)s::jsonb) AS w(name) "
    "JOIN comity_relationships AS r ON r.name = w.name "
    f"JOIN comity_parts AS k ON k.relationship = r.number AND k.kind = ANY({_texts('kinds')}) "
    "JOIN comity_events AS e ON e.part = k.number AND e.position <= %(position)s "
    "GROUP BY e.until ORDER BY e.until"
)
"""How many events of streams have each day as their last one."""
POSITION_AT = (
    "SELECT COALESCE((SELECT position - 1 FROM comity_moments WHERE recorded_at > %(moment)s "
    "ORDER BY recorded_at LIMIT 1), (SELECT position FROM comity_head))"
)
"""The last position recorded at or before a moment; recorded times never decrease."""
VERSIONS_AT = """
WITH RECURSIVE search (name, low, high) AS (
    SELECT w.key, 0::bigint, w.value::bigint FROM jsonb_each_text(%(versions)s::jsonb) AS w
    UNION ALL
    SELECT name, CASE WHEN s.position <= %(position)s THEN s.originator_version ELSE low END,
           CASE WHEN s.position <= %(position)s THEN high ELSE s.originator_version - 1 END
    FROM search JOIN stored_events AS s
    ON s.originator_id = name AND s.originator_version = (low + high + 1) / 2 WHERE low < high)
SELECT name, low FROM search WHERE low >= high
"""
"""The version that each stream had at a position; `versions` are no earlier ones."""
_HEAD = "r.name, r.version, r.position, r.has_acts"
_HAS_KINDS = (
    "(%(kinds)s::jsonb IS NULL OR EXISTS (SELECT 1 FROM comity_parts AS k "
    f"WHERE k.relationship = r.number AND k.kind = ANY({_texts('kinds')})))"
)
ALL_STREAMS = f"SELECT {_HEAD} FROM comity_relationships AS r WHERE {_HAS_KINDS} ORDER BY 1"
STREAMS = (
    f"SELECT DISTINCT {_HEAD} FROM jsonb_array_elements(%(sets)s::jsonb) AS wanted(value) "
    "JOIN comity_parties AS p ON p.party = wanted.value->>0 "
    "JOIN comity_relationships AS r ON r.number = p.relationship "
    "WHERE NOT EXISTS (SELECT 1 FROM jsonb_array_elements_text(wanted.value) AS c(code) "
    "WHERE NOT EXISTS (SELECT 1 FROM comity_parties AS o "
    f"WHERE o.party = c.code AND o.relationship = p.relationship)) AND {_HAS_KINDS} ORDER BY 1"
)
ACTED = (
    "SELECT substr(p.party, 4), r.name FROM comity_parties AS p "
    "JOIN comity_relationships AS r ON r.number = p.relationship "
    "WHERE p.party >= 'by:' AND p.party < 'by;' ORDER BY 1, 2"
)
"""By party, where it acted alone on an agreement: rows of `comity_parties` with such a mark."""
HEADS = (
    f"SELECT {_HEAD} FROM jsonb_array_elements_text(%(names)s::jsonb) AS w(name) "
    "JOIN comity_relationships AS r ON r.name = w.name"
)
INDEXED_STREAMS = (
    f"SELECT {STREAM} FROM jsonb_array_elements_text(%s::jsonb) AS w(name) "
    "JOIN comity_relationships AS r ON r.name = w.name"
)
"""What the index knows of some streams."""
KNOWN_PARTS = (
    "SELECT p.relationship, p.kind, p.width, p.number FROM jsonb_array_elements(%s::jsonb) "
    "AS w(value) JOIN comity_parts AS p ON p.relationship = (w.value->>0)::bigint "
    "AND p.kind = w.value->>1 AND p.width = (w.value->>2)::bigint"
)
CELLS = """
SELECT r.name, c.first, c.last, c.scheme, c.codes FROM (
    SELECT relationship, json_agg(first)::text AS first, json_agg(last)::text AS last,
        json_agg(scheme)::text AS scheme, string_agg(codes, E'\\n') AS codes
    FROM comity_counts WHERE relationship IN (
        SELECT number FROM comity_relationships
        WHERE name = ANY(ARRAY(SELECT jsonb_array_elements_text(%s::jsonb))))
    GROUP BY relationship
) AS c JOIN comity_relationships AS r ON r.number = c.relationship
"""
COUNTED_STREAMS = """
SELECT r.name, r.counted, EXISTS (SELECT 1 FROM comity_links AS l WHERE l.relationship = r.number)
FROM jsonb_array_elements_text(%s::jsonb) AS w(name)
JOIN comity_relationships AS r ON r.name = w.name
"""
ALL_CELLS = (
    "SELECT r.counted, r.name, c.first, c.last, c.scheme, c.codes FROM comity_relationships "
    "AS r LEFT JOIN comity_counts AS c ON c.relationship = r.number ORDER BY r.number"
)
REWRITE = "UPDATE stored_events SET topic = %s, state = %s, seal = %s, crc = %s WHERE position = %s"
"""Put another form of an event at its position."""
_LIVE_BUILDS = (
    "SELECT COALESCE(json_agg(json_build_array(number, name, version, folds, COALESCE(("
    "SELECT MAX(notification_id) FROM tracking "
    "WHERE application_name = 'comity-projection-' || number), 0))), '[]')::text "
    "FROM comity_projections WHERE live = 1"
)
_STORE_HEAD = (
    "SELECT (SELECT MAX(position) FROM stored_events), (SELECT notification_id FROM tracking "
    f"WHERE application_name = '{NAME}'), h.position, h.recorded_at, ({_LIVE_BUILDS}), h.rewritten"
)
STORE_HEAD = f"{_STORE_HEAD} FROM comity_head AS h"
"""The end of the log, the index's progress by the tracking and by its own row, the live builds and
the log's `rewritten`: what a question reads first."""
WRITE_HEAD = (
    f"{_STORE_HEAD}, h.digest, h.events, h.ids, h.links, h.moments, h.parts, h.chain "
    "FROM comity_head AS h"
)
"""The same, with all that the head of the index holds: what a write reads first."""
AHEAD = (
    f"SELECT {STREAM}, (SELECT json_agg(json_build_array(p.kind, p.width, p.number))::text "
    "FROM comity_parts AS p WHERE p.relationship = r.number) "
    "FROM jsonb_array_elements_text(%s::jsonb) AS w(name) "
    "JOIN comity_relationships AS r ON r.name = w.name"
)
"""What the index knows of some streams, and the parts of each."""
STARTS = (
    "SELECT w.key, s.day, s.events, s.newest, s.state, s.digest "
    "FROM jsonb_each(%(wanted)s::jsonb) AS w CROSS JOIN LATERAL ("
    "SELECT * FROM comity_snapshots AS c WHERE c.build = %(build)s AND c.key = w.key "
    "AND c.day <= (w.value->>0)::bigint AND c.newest <= (w.value->>1)::bigint "
    "ORDER BY c.day DESC LIMIT 1) AS s"
)
FIRST_DAYS = (
    "SELECT w.key, (SELECT min(day) FROM comity_snapshots AS s "
    "WHERE s.build = %(build)s AND s.key = w.key) "
    "FROM jsonb_array_elements_text(%(keys)s::jsonb) AS w(key)"
)
UNSETTLED = (
    "SELECT w.key, u.link FROM jsonb_each(%(links)s::jsonb) AS w "
    "CROSS JOIN jsonb_array_elements_text(w.value) AS wanted(link) "
    "JOIN comity_unsettled AS u ON u.build = %(build)s AND u.key = w.key "
    "AND u.link = wanted.link::bigint"
)
