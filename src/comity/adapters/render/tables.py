"""The engine's answers about records as listings, sections and plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, cast

import msgspec

from comity.adapters.interchange.encode import record_fields
from comity.adapters.interchange.exporters.sentences import named_code, with_names
from comity.adapters.render.listing import Listing, json_cell
from comity.adapters.render.section import Section
from comity.domain.events import Event
from comity.domain.phrases import joined
from comity.domain.recorded import Recorded
from comity.domain.selection import Entry
from comity.domain.timeline_order import has_no_beginning
from comity.domain.values import Source
from comity.projections.diff import Change
from comity.projections.evidence import Account, Evidence


def cited(source: Source) -> str:
    """A source on one line."""
    return joined(source.publisher, source.published, source.note, source.url)


def entry_listing(entries: Iterable[Entry]) -> Listing[Entry]:
    """A timeline; `accounts` is the number of an event's accounts, `sources` of their sources."""

    def cells(entry: Entry, what: str) -> tuple[str, ...]:
        return (
            entry.event.when,
            entry.earliest.isoformat(),
            entry.latest.isoformat(),
            entry.event.type,
            what,
            str(len(entry.accounts)),
            str(len(entry.sources)),
            "-".join(entry.event.parties),
            entry.event.id,
        )

    return Listing(
        entries,
        ("when", "earliest", "latest", "kind", "what", "accounts", "sources", "parties", "id"),
        cells=lambda entry: cells(entry, entry.event.summary()),
        data=lambda entry: {
            "earliest": entry.earliest.isoformat(),
            "latest": entry.latest.isoformat(),
            "event": record_fields(entry.record),
            "accounts": [record_fields(account) for account in entry.accounts],
            "sources": msgspec.to_builtins(entry.sources),
        },
        shown=("when", "kind", "what", "accounts", "sources", "id"),
        least=("sources", "accounts", "kind", "id"),
        named=lambda entry: cells(entry, _with_names(entry.event)),
        parties=lambda entry: entry.event.parties,
        remarks=_open_dates,
    )


def _with_names(event: Event) -> str:
    return with_names(event, named_code, named_code).summary()


def _open_dates(entries: Sequence[Entry]) -> Iterator[str]:
    """What explains where an entry stands whose first day is not known."""
    if example := next((e.event.when for e in entries if has_no_beginning(e)), ""):
        yield (
            f"A date such as {example} has no first day. It stands at its last day, when it "
            "had certainly happened; every other stands at its first day."
        )


def record_listing(records: Iterable[Recorded]) -> Listing[Recorded]:
    """The log. As JSON Lines it can be imported again."""
    return Listing(
        records,
        (
            "position", "recorded_at", "recorded_by", "relationship", "version", "when", "kind",
            "what", "id",
        ),
        cells=lambda record: (
            str(record.position),
            record.recorded_at.isoformat(),
            record.recorded_by,
            record.relationship,
            str(record.version),
            record.event.when,
            record.event.type,
            record.event.summary(),
            record.event.id,
        ),
        data=record_fields,
    )  # fmt: skip


def record_table(records: Sequence[Recorded]) -> Listing[Recorded]:
    """The log as a table: when and, where it is known of any, by whom each event was recorded."""
    columns = ("position", "recorded", "by", "relationship", "when", "what", "id")
    named = any(record.recorded_by for record in records)

    def cells(record: Recorded, what: str) -> tuple[str, ...]:
        return (
            str(record.position),
            _day(record),
            record.recorded_by,
            record.relationship,
            record.event.when,
            what,
            record.event.id,
        )

    return Listing(
        records,
        columns,
        cells=lambda record: cells(record, record.event.summary()),
        data=record_fields,
        shown=tuple(name for name in columns if named or name != "by"),
        least=("relationship", "id"),
        named=lambda record: cells(record, _with_names(record.event)),
        parties=lambda record: record.event.parties,
    )


def change_listing(changes: Iterable[Change]) -> Listing[Change]:
    """The differences between two states; empty where one of them has no value."""
    return Listing(
        changes,
        ("path", "before", "after"),
        cells=lambda change: (change.path, _value(change.before), _value(change.after)),
        data=msgspec.to_builtins,
    )


def _value(value: Any) -> str:
    return "" if value is None else json_cell(value)


def flattened(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every single value, after the dotted path to it."""
    if isinstance(value, list | tuple):
        value = {str(at): item for at, item in enumerate(cast("Sequence[object]", value))}
    if not isinstance(value, Mapping):
        yield path, "" if value is None else str(value)
        return
    for key, item in cast("Mapping[str, Any]", value).items():
        yield from flattened(item, f"{path}.{key}" if path else key)


# Evidence


def evidence_sections(evidence: Evidence) -> list[Section]:
    """An event, its accounts, its corrections and the preferences among its accounts."""
    event, record = evidence.record.event, evidence.record
    about = [
        ("what", event.summary()),
        ("when", event.when),
        ("learned", f"{record.recorded_at.isoformat()}, position {record.position}"),
        ("recorded by", record.recorded_by),
        ("verdict", f"{'stands' if evidence.stands else 'does not stand'}: {evidence.because}"),
        ("replaced by", evidence.replaced_by),
        ("replaces", ", ".join(evidence.replaces)),
        ("note", event.note),
    ]
    return [
        Section("The event", tuple((label, text) for label, text in about if text)),
        Section("Accounts", tuple(chain.from_iterable(map(_account, evidence.accounts)))),
        Section("Corrections", tuple(map(_act, evidence.corrections))),
        Section("Preferences", tuple(map(_act, evidence.preferences))),
    ]


def _account(account: Account) -> Iterator[tuple[str, str]]:
    record = account.record
    learned = f"learned {_day(record)}{_by(record)}"
    yield record.event.id, joined(account.verdict, learned, record.event.summary())
    for field, standing, rival in account.differences:
        yield "", f"{field}: {rival} here, {standing} in the standing account"
    for source in record.event.sources:
        yield "", f"source: {cited(source)}"


def _act(record: Recorded) -> tuple[str, str]:
    return (
        f"{_day(record)}{_by(record)}",
        f"{record.event.summary()} ({record.event.id})",
    )


def _day(record: Recorded) -> str:
    """The day on which it was recorded; `strftime` would not write the year 1 as 0001."""
    return record.recorded_at.date().isoformat()


def _by(record: Recorded) -> str:
    return f" by {record.recorded_by}" if record.recorded_by else ""


def evidence_data(evidence: Evidence) -> dict[str, Any]:
    """The evidence as plain values."""
    return {
        "record": record_fields(evidence.record),
        "stands": evidence.stands,
        "because": evidence.because,
        "accounts": [
            {
                "record": record_fields(account.record),
                "verdict": account.verdict,
                "differences": [difference._asdict() for difference in account.differences],
            }
            for account in evidence.accounts
        ],
        "corrections": [record_fields(record) for record in evidence.corrections],
        "preferences": [record_fields(record) for record in evidence.preferences],
        "replaced_by": evidence.replaced_by,
        "replaces": evidence.replaces,
        "loses_on": evidence.loses_on,
        "sources": msgspec.to_builtins(evidence.sources),
    }


def evidence_listing(evidence: Evidence) -> Listing[Account]:
    """A row for each account."""
    return Listing(
        evidence.accounts,
        ("verdict", "id", "when", "recorded_at", "recorded_by", "what", "differences", "sources"),
        cells=lambda account: (
            account.verdict,
            account.record.event.id,
            account.record.event.when,
            account.record.recorded_at.isoformat(),
            account.record.recorded_by,
            account.record.event.summary(),
            "; ".join(f"{field}: {rival}" for field, _, rival in account.differences),
            "; ".join(map(cited, account.record.event.sources)),
        ),
        data=lambda account: record_fields(account.record),
    )
