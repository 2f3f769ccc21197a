"""Agreements: each has a life for each of its parties, and stands between two while for both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

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
    ProvisionalApplicationEnded,
    RatificationWithdrawn,
    ReservationMade,
)
from comity.domain.lives.agreement import agreement_by, agreement_step
from comity.domain.lives.life import Stand
from comity.domain.lives.table import NONE, OVER
from comity.domain.text import folded
from comity.domain.time.dates import day_of, instants, last_second
from comity.projections.sections.agreement import (
    LOWEST_FIRST,
    STATUS,
    Agreement,
    AgreementsState,
    AgreementState,
    AgreementStatus,
)
from comity.projections.sections.section import (
    Memory,
    Section,
    WorkingState,
    ended_by,
    get_or_create,
)

AnyAgreementEvent = (
    AgreementSigned | AgreementRatified | RatificationWithdrawn | AgreementInForce
    | AgreementAcceded | AgreementProvisionallyApplied | ProvisionalApplicationEnded
    | AgreementAmended | ReservationMade | AgreementSuspended | AgreementDenounced
    | DenunciationWithdrawn | AgreementTerminated
)  # fmt: skip

_NOBODY = Stand()
"""How an agreement stands for a party of which nothing is recorded."""


def _step(agreements: AgreementsState, event: AnyAgreementEvent, state: WorkingState) -> None:
    """An event in the life of an agreement."""
    agreement = get_or_create(
        agreements.agreements, folded(event.agreement), lambda: AgreementState(event.agreement)
    )
    before = agreement.stands
    after, fault = agreement_step(before, event, state.heir)
    by = state.heir(getattr(event, "by", "") or event.parties[0])
    status = before.get(by, _NOBODY).by(instants(event.when).earliest - 1).status
    if fault:
        state.find_fault(fault, event, event.agreement, status)
    _note_since(agreement, after, event)
    agreement.stands = after
    if fault and status != NONE:
        return
    agreement.title = event.title or agreement.title
    agreement.expires = event.expires or agreement.expires
    agreement.renews = getattr(event, "renews", "") or agreement.renews
    agreement.succeeds = getattr(event, "succeeds", "") or agreement.succeeds
    _note_acts(agreement, event, state)


def _note_since(
    agreement: AgreementState, after: Mapping[str, Stand], event: AnyAgreementEvent
) -> None:
    began = instants(event.when).earliest - 1
    for party, stand in after.items():
        if stand is agreement.stands.get(party) and not stand.endings:
            continue  # the event has not moved it
        before, since = _lapsed(agreement, party, began, possibly=False)
        if stand.status != before.status:
            if stand.status == "leaving":
                agreement.since_before[party] = since
            since = event.when
            if before.status == "leaving" and isinstance(
                event, DenunciationWithdrawn | AgreementInForce
            ):
                since = agreement.since_before.pop(party, since)  # it was in force throughout
        agreement.since[party] = since


def _note_acts(agreement: AgreementState, event: AnyAgreementEvent, state: WorkingState) -> None:
    """What an answer tells besides the status: signature, ratifications, notices."""
    if isinstance(event, AgreementSigned):
        agreement.signed = agreement.signed or event.when
    elif isinstance(event, AgreementRatified):
        agreement.ratified[state.heir(event.by)] = event.when
    elif isinstance(event, RatificationWithdrawn):
        agreement.ratified.pop(state.heir(event.by), None)
    elif isinstance(event, AgreementDenounced):
        agreement.denounced[state.heir(event.by)] = event.effective or event.when
    elif agreement.denounced:
        agreement.denounced = {
            party: effective
            for party, effective in agreement.denounced.items()
            if _has_notice(agreement.stands.get(party, _NOBODY))
        }


def _has_notice(stand: Stand) -> bool:
    return stand.status == "leaving" or any(ending.kind == "notice" for ending in stand.endings)


def _lapsed(
    agreement: AgreementState, party: str, instant: int, *, possibly: bool
) -> tuple[Stand, str]:
    """How it stands for a party after what was told in advance, and since when."""
    stand = agreement.stands.get(party, _NOBODY)
    return stand.lapsed(agreement.since.get(party, ""), instant, possibly=possibly)


def ended_from(agreement: AgreementState, parties: tuple[str, ...]) -> date | None:
    """The first day on which it has surely ended between the parties, by what was told in advance.

    None if no such day is known.
    """
    ends = [
        ending.latest
        for party in parties
        for ending in agreement.stands.get(party, _NOBODY).endings
        if ending.to in OVER
    ]
    return day_of(min(ends)) if ends else None


def stands_after(agreement: AgreementState, state: WorkingState) -> bool:
    """Whether it stands between the parties after the last event."""
    stands = (agreement.stands.get(party, _NOBODY) for party in state.parties)
    return not any(stand.status in OVER for stand in stands)


class StandingAgreement(Struct, frozen=True):
    """How an agreement stands between the parties of a relationship on a day."""

    status: AgreementStatus
    since: str
    agreement: AgreementState
    binds: tuple[str, ...]
    notices: dict[str, str]


def standing(
    agreements: AgreementsState, state: WorkingState, on: date
) -> Iterator[StandingAgreement]:
    """The agreements that stand between the parties on the day `on`, by id."""
    if state.ended(on):
        return
    known = agreements.agreements
    for key in sorted(known):
        found = _standing(known[key], state, on)
        if found is not None:
            yield found


def _standing(agreement: AgreementState, state: WorkingState, on: date) -> StandingAgreement | None:
    instant, possibly = last_second(on), state.certainty == "possible"
    stands = agreement_by(agreement.stands, instant, possibly=possibly)
    own = {party: stands.get(party, _NOBODY).status for party in state.parties}
    if any(status in OVER for status in own.values()):
        return None
    lowest = min(own.values(), key=LOWEST_FIRST.index)
    days = [
        since
        for party, status in own.items()
        if status == lowest and (since := _lapsed(agreement, party, instant, possibly=possibly)[1])
    ]
    # It stands since the later of their days, and no longer since the earlier.
    first_or_last = min if lowest in ("suspended", "leaving") else max
    since_when = first_or_last(days, key=instants, default="")
    binds = tuple(sorted(p for p, s in stands.items() if _is_bound(p, s.status, lowest, on)))
    notices = {
        party: effective
        for party, effective in agreement.denounced.items()
        if party in stands and _has_notice(stands[party])
    }
    return StandingAgreement(STATUS[lowest], since_when, agreement, binds, notices)


def _is_bound(party: str, status: str, lowest: str, on: date) -> bool:
    """Whether it binds a party as it binds those of the timeline; under notice it still does."""
    if status in OVER or ended_by((party,), on) is not None:
        return False
    least = min(LOWEST_FIRST.index(lowest), LOWEST_FIRST.index("leaving"))
    return LOWEST_FIRST.index(status) >= least


def _answer(
    agreements: AgreementsState, state: WorkingState, on: date
) -> dict[str, tuple[Agreement, ...]]:
    """The agreements that have not ended, by status."""
    by_status: dict[str, list[Agreement]] = {}
    for each in standing(agreements, state, on):
        known = each.agreement
        by_status.setdefault(each.status, []).append(
            Agreement(
                known.agreement, each.status, each.since, known.title, known.signed,
                known.ratified, known.expires, each.notices, known.renews,
                known.succeeds, each.binds,
            )
        )  # fmt: skip
    return {status: tuple(by_status[status]) for status in sorted(by_status)}


def _forget(agreements: AgreementsState, state: WorkingState, _on: date) -> Iterable[str]:
    """Leave out what has ended for a party of the timeline."""
    known = agreements.agreements
    over = [key for key, agreement in known.items() if _is_over(agreement, state)]
    for key in over:
        del known[key]
    return over


def _is_over(agreement: AgreementState, state: WorkingState) -> bool:
    """Whether it has ended for one of the parties, and nothing told in advance changes that."""
    own = [agreement.stands.get(party, _NOBODY) for party in state.parties]
    if any(stand.endings for stand in own):
        return False
    return any(stand.status in OVER for stand in own)


def _missing(agreements: AgreementsState | None, event: AnyAgreementEvent) -> tuple[str, ...]:
    key = folded(event.agreement)
    return () if agreements is not None and key in agreements.agreements else (key,)


def _recall(agreements: AgreementsState, then: AgreementsState, event: AnyAgreementEvent) -> None:
    key = folded(event.agreement)
    if key in then.agreements:
        agreements.agreements[key] = then.agreements[key]


AGREEMENTS = Section(
    "agreements",
    AgreementsState,
    {
        AgreementSigned: _step,
        AgreementRatified: _step,
        RatificationWithdrawn: _step,
        AgreementInForce: _step,
        AgreementAcceded: _step,
        AgreementProvisionallyApplied: _step,
        ProvisionalApplicationEnded: _step,
        AgreementAmended: _step,
        ReservationMade: _step,
        AgreementSuspended: _step,
        AgreementDenounced: _step,
        DenunciationWithdrawn: _step,
        AgreementTerminated: _step,
    },
    memory=Memory(_forget, _missing, _recall),
    answer=_answer,
    empty=dict[str, tuple[Agreement, ...]],
)
