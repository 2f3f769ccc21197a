"""The log as an Atom feed: the newest records, each with a link to its evidence."""

from __future__ import annotations

from urllib.parse import urlencode

from comity.adapters.interchange.exporters.atom import Entry, Feed, Link, atom, said_of, tag
from comity.adapters.interchange.exporters.sentences import (
    citation,
    link_of,
    sentence,
    shortened,
)
from comity.adapters.interchange.matching import Matching
from comity.adapters.interchange.newest import newest_records
from comity.adapters.interchange.safe_text import readable
from comity.adapters.render.names import named_relationship
from comity.domain.events import RecordKeeping
from comity.domain.recorded import Recorded
from comity.engine import TimelineEngine

ENTRIES = 50
"""How many entries the feed has at most."""
_LONGEST_NOTE = 2_000


def log_feed(engine: TimelineEngine, matching: Matching, base: str) -> bytes:
    """The feed of the newest records that match; `base` is the server's address."""
    asked = [("relationship", matching.relationship), ("party", matching.party)]
    asked += [("kind", kind) for kind in matching.kinds]
    query = urlencode([(name, value) for name, value in asked if value])
    records = newest_records(engine, matching, ENTRIES)
    of = " ".join(value for _, value in asked if value)
    return atom(
        Feed(
            tag("feed", query),
            f"comity: {of or 'the log'}",
            tuple(entry_of(record, base) for record in records),
            (
                Link(
                    f"{base}/feed.atom{'?' if query else ''}{query}", "self", "application/atom+xml"
                ),
                Link(f"{base}/log"),
            ),
        )
    )


def entry_of(record: Recorded, base: str) -> Entry:
    """The entry of a record; that of record keeping leads to the evidence of its target."""
    event = record.event
    target = event.target if isinstance(event, RecordKeeping) else ""
    sources = [readable(f"{citation(source)} {link_of(source)}") for source in event.sources]
    return Entry(
        tag("event", event.id),
        readable(sentence(event)) or event.type,
        record.recorded_at,
        said_of([
            readable(sentence(event)),
            named_relationship(record.relationship),
            shortened(event.note, _LONGEST_NOTE),
            *sources,
        ]),
        record.recorded_by,
        (Link(f"{base}/evidence?{urlencode({'event': target or event.id}, errors='replace')}"),),
        (event.type, record.relationship),
    )  # fmt: skip
