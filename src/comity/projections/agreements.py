"""How agreements fold: signed, provisionally applied, in force, suspended, denounced, ended."""

from __future__ import annotations

from datetime import date

from comity.domain.dates import bounds, span
from comity.domain.events import (
    AgreementAmended,
    AgreementDenounced,
    AgreementInForce,
    AgreementProvisionallyApplied,
    AgreementRatified,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
    Event,
)
from comity.projections.answers import Agreement
from comity.projections.book import AgreementBook, Book, Handlers, kept

_STATUS: dict[type[Event], str] = {
    AgreementSigned: "signed",
    AgreementProvisionallyApplied: "provisionally-applied",
    AgreementInForce: "in-force",
    AgreementSuspended: "suspended",
    AgreementDenounced: "denounced",
}

_Any = (
    AgreementSigned | AgreementRatified | AgreementInForce | AgreementProvisionallyApplied
    | AgreementAmended | AgreementSuspended | AgreementDenounced
)  # fmt: skip


def step(book: Book, event: _Any) -> None:
    """An agreement takes a step; ratifying and amending leave its status as it is."""
    name = event.agreement
    agreement = kept(book.agreements, name, lambda: AgreementBook(name))
    agreement.title = event.title or agreement.title
    agreement.expires = event.expires or agreement.expires
    status = _STATUS.get(type(event), "")
    if status and not (status == "signed" and agreement.status):
        agreement.status, agreement.since = status, event.when
    if isinstance(event, AgreementSigned):
        agreement.signed = event.when
        book.founded.setdefault(name, event)
    elif isinstance(event, AgreementRatified):
        agreement.ratified[book.name(event.by)] = event.when
    elif isinstance(event, AgreementDenounced):
        agreement.denounced[book.name(event.by)] = event.effective


def terminated(book: Book, event: AgreementTerminated) -> None:
    """An agreement ends."""
    book.agreements.pop(event.agreement, None)


def _has_ended(agreement: AgreementBook, on: date) -> bool:
    """By its own term or by a notice that has run; for a date of less than a day, surely so."""
    expired = bool(agreement.expires) and span(agreement.expires).latest < on
    return expired or (
        agreement.status == "denounced"
        and any(day and bounds(day).latest <= on for day in agreement.denounced.values())
    )


def answer(book: Book, on: date) -> dict[str, tuple[Agreement, ...]]:
    """The agreements that have not ended, by status."""
    found: dict[str, list[Agreement]] = {}
    for _, known in sorted(book.agreements.items()):
        if known.status and not _has_ended(known, on):
            found.setdefault(known.status, []).append(
                Agreement(
                    known.agreement, known.status, known.since, known.title, known.signed,
                    known.ratified, known.expires, known.denounced,
                )
            )  # fmt: skip
    return {status: tuple(agreements) for status, agreements in sorted(found.items())}


HANDLERS: Handlers = {
    AgreementSigned: step,
    AgreementRatified: step,
    AgreementInForce: step,
    AgreementProvisionallyApplied: step,
    AgreementAmended: step,
    AgreementSuspended: step,
    AgreementDenounced: step,
    AgreementTerminated: terminated,
}
