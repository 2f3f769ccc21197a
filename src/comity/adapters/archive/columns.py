"""The columns of an archive: what is common to all events, and each event's JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from comity.adapters.interchange.optional import loaded
from comity.domain import codec
from comity.domain.codelists.goldstein import QUAD_NAMES, goldstein, quad_class
from comity.domain.counting import tone_of
from comity.domain.events import Event, InteractionCoded
from comity.domain.links import links_of
from comity.domain.recorded import Recorded
from comity.domain.scope import actor
from comity.domain.time.dates import known_bounds, span

EXTRA = "archive"
"""The extra that brings what archives need."""
_SUBJECT_IDS = {
    "meeting": "meeting", "agreement": "agreement", "deal": "deal", "shipment": "shipment",
    "measure": "measure", "alignment": "matter", "post": "name",
}  # fmt: skip
"""The field that tells the subjects of one kind apart, by what they are."""


def arrow() -> Any:
    """The package pyarrow; raises `NotInstalled`."""
    return loaded("pyarrow", "An archive", EXTRA)


def parquet() -> Any:
    """Its module for Parquet; raises `NotInstalled`."""
    return loaded("pyarrow.parquet", "An archive", EXTRA)


def compute() -> Any:
    """Its module for columns; raises `NotInstalled`."""
    return loaded("pyarrow.compute", "An archive", EXTRA)


def numpy() -> Any:
    """The package numpy; raises `NotInstalled`."""
    return loaded("numpy", "An archive", EXTRA)


def texts_of(table: Any, name: str) -> Any:
    """A column of a table as texts; the table may hold each text once, and numbers for it."""
    return table.column(name).cast(arrow().string())


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""From which Arrow counts."""


class Column(NamedTuple):
    """A column: its name, the name of its type in Arrow, and what it says."""

    name: str
    type: str
    meaning: str


COLUMNS = (
    Column("position", "int64", "the event's place in the log, from 1"),
    Column("version", "int32", "its place among the events of its relationship, from 1"),
    Column("recorded_at", "moment", "when it was recorded, UTC"),
    Column("recorded_by", "string", "who recorded it; empty if that is not known"),
    Column("relationship", "string", "the parties' codes, sorted and joined by -"),
    Column("parties", "strings", "the parties' codes"),
    Column("kind", "string", "the kind of event, such as meeting-held"),
    Column("when", "string", "when it became true, EDTF; null for record keeping"),
    Column("earliest", "day", "the first day it can have become true; 0001-01-01 if open"),
    Column("latest", "day", "the last such day; 9999-12-31 if open"),
    Column(
        "lasts", "day", "the last day of an interval, 9999-12-31 if open; null for anything else"
    ),
    Column("subject", "string", "what it is about and has a life, such as deal; else null"),
    Column("subject_id", "string", "its id (a shipment's in its deal), name or matter; else null"),
    Column("happening", "string", "what rival accounts are of; null if it can have none"),
    Column("scheme", "string", "of an event with a tone: its scheme and version; empty: ours"),
    Column("code", "string", "its code in that scheme; null without a tone"),
    Column("quad_class", "string", "the code's quad class"),
    Column("goldstein", "float64", "the code's weight on the Goldstein scale, from -10 to 10"),
    Column("source", "string", "of a coded interaction: who did it; else null"),
    Column("acted_by", "string", "who acted alone on an agreement; else null"),
    Column("links", "numbers", "numbers under which events that bear on each other are found"),
    Column("home", "bool", "true in one row of each event, whatever files it stands in"),
    Column("seal", "binary", "what its commitment is made with; in its home row"),
    Column("event", "string", "the event as JSON, as the log holds it"),
)


def schema() -> Any:
    """The schema in Arrow; what a column says is the metadata of its field."""
    pyarrow = arrow()
    types = {
        "int64": pyarrow.int64(), "int32": pyarrow.int32(), "string": pyarrow.string(),
        "day": pyarrow.date32(), "moment": pyarrow.timestamp("us", tz="UTC"),
        "strings": pyarrow.list_(pyarrow.string()), "numbers": pyarrow.list_(pyarrow.int32()),
        "float64": pyarrow.float64(), "bool": pyarrow.bool_(), "binary": pyarrow.binary(),
    }  # fmt: skip
    return pyarrow.schema(
        pyarrow.field(c.name, types[c.type], metadata={"meaning": c.meaning}) for c in COLUMNS
    )


class Row(NamedTuple):
    """A record for one file, its event's JSON, and its seal if the row is its home."""

    record: Recorded
    text: bytes
    seal: bytes | None = None


def batch(rows: Sequence[Row], form: Any) -> Any:
    """The rows as Arrow holds them; `form` is the schema."""
    columns = zip(*map(cells, rows), strict=True)
    pyarrow = arrow()
    arrays = [pyarrow.array(own, each.type) for own, each in zip(columns, form, strict=True)]
    return pyarrow.RecordBatch.from_arrays(arrays, schema=form)


def cells(row: Row) -> tuple[Any, ...]:
    """A row's cells, in the order of the columns."""
    record, text, seal = row
    event = record.event
    days, tone = _NO_DAYS, _NO_TONE
    if event.when:
        days, tone = _days(event.when), _tone(*tone_of(event))
    return (
        record.position, record.version, record.recorded_at, record.recorded_by,
        record.relationship, event.parties, event.type, event.when or None, *days,
        event.subject or None, subject_id(event) or None, event.happening or None, *tone,
        event.source if isinstance(event, InteractionCoded) else None, actor(event) or None,
        sorted(links_of(event)), seal is not None, seal, text.decode(),
    )  # fmt: skip


def subject_id(event: Event) -> str:
    """The id of what an event is about, if a text tells it."""
    text: str = getattr(event, _SUBJECT_IDS.get(event.subject, ""), "")
    return text


_NO_DAYS: tuple[date | None, ...] = (None, None, None)
_NO_TONE: tuple[str | float | None, ...] = (None, None, None, None)


@lru_cache(maxsize=65_536)
def _days(when: str) -> tuple[date | None, ...]:
    """The first and the last day, and the last one of an interval."""
    return (*known_bounds(when), span(when).latest if "/" in when else None)


@lru_cache(maxsize=4_096)
def _tone(scheme: str, code: str) -> tuple[str | float | None, ...]:
    """The scheme, the code, its quad class and its weight."""
    if not code:
        return _NO_TONE
    name = scheme.partition(" ")[0] or "cameo"
    quad, weight = quad_class(name, code), goldstein(name, code)
    number = None if weight is None else float(weight)
    return scheme, code, QUAD_NAMES[quad] if quad else None, number


def texts_decoded(texts: Iterable[bytes], kinds: Iterable[str]) -> list[Any]:
    """The events of some texts."""
    return [
        codec.decode(codec.stored(text, EPOCH), kind).event
        for text, kind in zip(texts, kinds, strict=True)
    ]
