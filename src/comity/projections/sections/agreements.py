"""How agreements fold: signed, provisionally applied, in force, suspended, denounced, ended."""

from __future__ import annotations

from datetime import date, timedelta

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
from comity.domain.time.dates import Bounds, bounds, span
from comity.projections.answers import Agreement
from comity.projections.findings import citable
from comity.projections.sections.book import AgreementBook, Book, Handlers, kept

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
        book.founded.setdefault(name, citable(event))
    elif isinstance(event, AgreementRatified):
        agreement.ratified[book.name(event.by)] = event.when
    elif isinstance(event, AgreementDenounced):
        agreement.denounced[book.name(event.by)] = event.effective


def terminated(book: Book, event: AgreementTerminated) -> None:
    """An agreement ends."""
    book.agreements.pop(event.agreement, None)


def term_of(agreement: AgreementBook | Agreement) -> Bounds | None:
    """The days of which one is the last of its term; None if it has no known term."""
    return span(agreement.expires) if agreement.expires else None


def notices_of(agreement: AgreementBook | Agreement) -> list[Bounds]:
    """For each notice that stands, the days on one of which it takes effect, if they are known."""
    standing = agreement.denounced if agreement.status == "denounced" else {}
    return [bounds(day) for day in standing.values() if day]


def ended_from(agreement: AgreementBook | Agreement) -> date | None:
    """The first day on which it has ended, for a date of less than a day the first that is sure.

    By its own term or by a notice that has run; None if no day is known.
    """
    days = [notice.latest for notice in notices_of(agreement)]
    term = term_of(agreement)
    if term is not None and term.latest < date.max:
        days.append(term.latest + timedelta(1))
    return min(days, default=None)


def _has_ended(agreement: AgreementBook, on: date) -> bool:
    end = ended_from(agreement)
    return end is not None and end <= on


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
