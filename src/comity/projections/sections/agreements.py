"""Agreements: signed, provisionally applied, in force, suspended, denounced, ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from comity.domain.events import (
    AgreementAcceded,
    AgreementAmended,
    AgreementDenounced,
    AgreementInForce,
    AgreementProvisionallyApplied,
    AgreementRatified,
    AgreementSigned,
    AgreementSuspended,
    AgreementTerminated,
    DenunciationWithdrawn,
    Event,
    ProvisionalApplicationEnded,
    RatificationWithdrawn,
    ReservationMade,
)
from comity.domain.time.dates import Bounds, bounds, span
from comity.projections.sections.section import Section, WorkingState, get_or_create, unread

AgreementStatus = Literal["signed", "provisionally-applied", "in-force", "suspended", "denounced"]

_STATUS: dict[type[Event], AgreementStatus] = {
    AgreementSigned: "signed",
    AgreementProvisionallyApplied: "provisionally-applied",
    AgreementInForce: "in-force",
    AgreementSuspended: "suspended",
    AgreementDenounced: "denounced",
}


class Agreement(Struct, frozen=True):
    """An agreement that has not ended; `status` since `since`."""

    agreement: str
    status: AgreementStatus
    since: str
    title: str = ""
    signed: str = ""
    ratified: dict[str, str] = {}
    expires: str = ""
    denounced: dict[str, str] = {}
    """Who denounced it, and the date from which that has effect."""


class AgreementState(Struct, omit_defaults=True):
    """The substate of an agreement; `status` is empty until an event sets it."""

    status: AgreementStatus | Literal[""] = ""
    since: str = ""
    title: str = ""
    signed: str = ""
    ratified: dict[str, str] = {}
    expires: str = ""
    denounced: dict[str, str] = {}


class AgreementsState(Struct, omit_defaults=True):
    """The agreements that are not terminated, by id."""

    agreements: dict[str, AgreementState] = {}


_Step = (
    AgreementSigned | AgreementRatified | AgreementInForce | AgreementProvisionallyApplied
    | AgreementAmended | AgreementSuspended | AgreementDenounced
)  # fmt: skip
AnyAgreementEvent = _Step | AgreementTerminated


def _step(agreements: AgreementsState, event: _Step, state: WorkingState) -> None:
    """An event in the life of an agreement; ratifying and amending do not change its status."""
    agreement = get_or_create(agreements.agreements, event.agreement, AgreementState)
    agreement.title = event.title or agreement.title
    agreement.expires = event.expires or agreement.expires
    status = _STATUS.get(type(event))
    if status and not (status == "signed" and agreement.status):
        agreement.status, agreement.since = status, event.when
    if isinstance(event, AgreementSigned):
        agreement.signed = event.when
    elif isinstance(event, AgreementRatified):
        agreement.ratified[state.name(event.by)] = event.when
    elif isinstance(event, AgreementDenounced):
        agreement.denounced[state.name(event.by)] = event.effective


def _terminated(
    agreements: AgreementsState, event: AgreementTerminated, _state: WorkingState
) -> None:
    """An agreement ends."""
    agreements.agreements.pop(event.agreement, None)


def term_of(agreement: AgreementState | Agreement) -> Bounds | None:
    """The bounds of the last day of its term; None if it has no known term."""
    return span(agreement.expires) if agreement.expires else None


def notices_of(agreement: AgreementState | Agreement) -> list[Bounds]:
    """The bounds of the day on which each standing notice takes effect, if it is known."""
    standing = agreement.denounced if agreement.status == "denounced" else {}
    return [bounds(day) for day in standing.values() if day]


def ended_from(agreement: AgreementState | Agreement) -> date | None:
    """The first day on which it has surely ended, by its term or by a notice.

    None if no such day is known.
    """
    days = [notice.latest for notice in notices_of(agreement)]
    term = term_of(agreement)
    if term is not None and term.latest < date.max:
        days.append(term.latest + timedelta(1))
    return min(days, default=None)


def standing(
    agreements: AgreementsState, on: date
) -> Iterator[tuple[str, AgreementStatus, AgreementState]]:
    """The agreements that have a status and have not ended by the day `on`, by id."""
    known = agreements.agreements
    for name in sorted(known):
        agreement = known[name]
        end = ended_from(agreement)
        if agreement.status and (end is None or end > on):
            yield name, agreement.status, agreement


def _answer(
    agreements: AgreementsState, _state: WorkingState, on: date
) -> dict[str, tuple[Agreement, ...]]:
    """The agreements that have not ended, by status."""
    by_status: dict[str, list[Agreement]] = {}
    for name, status, known in standing(agreements, on):
        by_status.setdefault(status, []).append(
            Agreement(
                name, status, known.since, known.title, known.signed, known.ratified,
                known.expires, known.denounced,
            )
        )  # fmt: skip
    return {status: tuple(by_status[status]) for status in sorted(by_status)}


AGREEMENTS = Section(
    "agreements",
    AgreementsState,
    {
        AgreementSigned: _step,
        AgreementRatified: _step,
        AgreementInForce: _step,
        AgreementProvisionallyApplied: _step,
        AgreementAmended: _step,
        AgreementSuspended: _step,
        AgreementDenounced: _step,
        RatificationWithdrawn: unread,
        AgreementAcceded: unread,
        ProvisionalApplicationEnded: unread,
        ReservationMade: unread,
        DenunciationWithdrawn: unread,
        AgreementTerminated: _terminated,
    },
    answer=_answer,
    empty=dict[str, tuple[Agreement, ...]],
)
