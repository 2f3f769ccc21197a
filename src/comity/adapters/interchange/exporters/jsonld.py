"""JSON-LD 1.1: events and their evidence, in the terms of PROV-O and comity's own.

The context is in `context.jsonld` beside this module, and in every document, so nothing has to be
fetched. Source: PROV-O, W3C Recommendation, 30 April 2013. A record is an entity. A retraction is
an activity, and its record the entity that it generated.
"""

from __future__ import annotations

from decimal import Decimal
from hashlib import blake2b
from importlib.resources import files
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import quote

import msgspec
import orjson

from comity.adapters.interchange.encode import as_json
from comity.adapters.interchange.exporters.belief import Belief, believed
from comity.adapters.interchange.exporters.cells import days_of
from comity.adapters.interchange.exporters.sentences import PARTY_FIELDS, link_of, name_of, sentence
from comity.domain.events import Event, RecordRetracted
from comity.domain.recorded import Recorded
from comity.domain.values import Source

if TYPE_CHECKING:
    from comity.engine import TimelineEngine
    from comity.query import KnownAt

_LINKS = ("target", "replacement")
_BY_PARTY = ("heads", "delegates")
_SHARED = ("sources", "id", "confidence")
"""The fields of an event that are written in their own way."""


def context() -> dict[str, Any]:
    """The context of every document: what each key means, as JSON-LD says it."""
    text = (files("comity.adapters.interchange.exporters") / "context.jsonld").read_bytes()
    parsed: dict[str, dict[str, Any]] = orjson.loads(text)
    return parsed["@context"]


def write_jsonld(
    engine: TimelineEngine,
    parties: tuple[str, ...],
    file: BinaryIO,
    *,
    known_at: KnownAt = None,
    lines: bool = False,
) -> int:
    """Write every record of some parties, or of the log, and return how many there are.

    Retracted and losing accounts are written too, and say so. It is one document with a graph, or
    with `lines` a document on each line. The order is that of the log. Raises `InvalidInput`
    errors.
    """
    records = believed(engine, parties, known_at)
    opening = b'{"@context":' + orjson.dumps(context())
    if not lines:
        file.write(opening + b',\n"@graph":[\n')
    written = 0
    for record, belief in records:
        node = as_json(_node(record, belief)).encode()
        if lines:
            file.write(opening + b"," + node[1:] + b"\n")
        else:
            file.write((b",\n" if written else b"") + node)
        written += 1
    if not lines:
        file.write(b"\n]}\n")
    return written


def event_urn(id: str) -> str:
    """The name of an event in JSON-LD: its id, with all but plain characters written as %XX."""
    return _urn("event", id)


def _urn(kind: str, name: str) -> str:
    return f"urn:comity:{kind}:{quote(name, safe='')}"


# Nodes


def _node(record: Recorded, belief: Belief) -> dict[str, Any]:
    """A record as an entity, with its fields, its place in the log and what is believed of it."""
    event = record.event
    recorded_at = record.recorded_at.isoformat()
    node = {
        "@id": event_urn(event.id),
        "@type": [type(event).__name__, "Entity"],
        "identifier": event.id,
        "summary": sentence(event),
        **_fields(event),
        **_days(event.when),
        "confidence": _decimal(event.confidence),
        "relationship": record.relationship,
        "position": record.position,
        "version": record.version,
        "generatedAtTime": recorded_at,
        "wasAttributedTo": _recorder(record),
        "hadPrimarySource": [_source(source) for source in event.sources],
        "wasGeneratedBy": _act(record) if isinstance(event, RecordRetracted) else None,
        "wasRevisionOf": [event_urn(id) for id in belief.replaces],
        "wasInvalidatedBy": [_act_urn(act.event.id) for act in belief.retractions],
        "invalidatedAtTime": [act.recorded_at.isoformat() for act in belief.retractions],
        "alternateOf": [event_urn(id) for id in belief.rivals],
        "stands": belief.stands,
        "because": belief.because,
        "loses_on": list(belief.loses_on),
    }
    return {key: value for key, value in node.items() if value not in (None, "", [], {})}


def _fields(event: Event) -> dict[str, Any]:
    """The fields that the event's kind has, those of party codes as nodes with names."""
    plain: dict[str, Any] = msgspec.to_builtins(event)
    codes = {*event.roles, *PARTY_FIELDS}
    fields: dict[str, Any] = {"event_kind": plain.pop("type")}
    for name, value in plain.items():
        if name in _SHARED:
            continue
        if name in codes:
            fields[name] = _parties(value)
        elif name in _LINKS:
            fields[name] = event_urn(value)
        elif name in _BY_PARTY:
            fields[name] = _by_party(value)
        else:
            fields[name] = value
    for name in event.untold:
        fields.setdefault(name, getattr(event, name))
    return fields


def _parties(value: Any) -> Any:
    return _party(value) if isinstance(value, str) else [_party(code) for code in value]


def _by_party(names: dict[str, Any]) -> list[dict[str, Any]]:
    """Names by party, as a node for each party: the party itself has them only here."""
    return [
        {"party": _party(code), "names": [told] if isinstance(told, str) else told}
        for code, told in names.items()
    ]


def _party(code: str) -> dict[str, Any]:
    return {"@id": _urn("party", code), "@type": "Party", "code": code, "name": name_of(code)}


def _days(when: str) -> dict[str, str]:
    """The first and the last day on which it can have become true, where they are known."""
    told = zip(("earliest", "latest"), days_of(when), strict=True)
    return {name: day.isoformat() for name, day in told if day is not None}


def _decimal(number: float) -> str:
    """A number as XML Schema writes a decimal, without an exponent."""
    return f"{Decimal(str(number)):f}"


def _recorder(record: Recorded) -> dict[str, Any] | None:
    name = record.recorded_by
    return {"@id": _urn("recorder", name), "@type": "Agent", "label": name} if name else None


def _act_urn(id: str) -> str:
    return _urn("act", id)


def _act(record: Recorded) -> dict[str, Any]:
    """The activity of which a retraction is the record."""
    return {
        "@id": _act_urn(record.event.id),
        "@type": ["Retraction", "Activity"],
        "endedAtTime": record.recorded_at.isoformat(),
        **({"wasAssociatedWith": recorder} if (recorder := _recorder(record)) else {}),
    }


def _source(source: Source) -> dict[str, Any]:
    """A source. Equal citations are one node, whatever they are cited for."""
    told: dict[str, Any] = msgspec.to_builtins(source)
    digest = blake2b(orjson.dumps(told, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()
    node = {"@id": f"urn:comity:source:{digest}", "@type": ["Source", "Entity"], **told}
    if url := node.pop("url", ""):
        # What is no safe address is kept as text: a reader could follow it.
        node |= {"url": url} if link_of(source) else {"address": url}
    return node
