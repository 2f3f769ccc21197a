"""Anniversaries: the next ones, derived from foundings, and those that were marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from msgspec import Struct

from comity.domain.events import (
    AgreementSigned,
    AnniversaryMarked,
    DealAnnounced,
    DealSigned,
    Event,
    MeetingHeld,
    RelationsEstablished,
)
from comity.domain.text import folded
from comity.domain.time.dates import Bounds, bounds
from comity.projections.findings import Citation, cite
from comity.projections.sections.agreements import AGREEMENTS, ended_from, standing
from comity.projections.sections.deals import DEALS
from comity.projections.sections.relations import RELATIONS
from comity.projections.sections.section import Memory, Section, WorkingState


class Anniversary(Struct, frozen=True):
    """The next anniversary of `of`, founded on `founded`: `years` years on `falls`."""

    of: str
    founded: str
    years: int
    falls: str


class Marked(Struct, frozen=True):
    """The last time that the anniversary of `of` was marked."""

    of: str
    years: int
    when: str
    how: str = ""


class Anniversaries(Struct, frozen=True):
    """The next anniversaries in order, and the last marked ones by what they are of."""

    next: tuple[Anniversary, ...] = ()
    marked: dict[str, Marked] = {}


class AnniversariesState(Struct, omit_defaults=True):
    """The foundings (of relations; the rest by case-folded id) and the marked anniversaries.

    If an id has several foundings, the first counts. `names` are what anniversaries are of, as it
    was first told. `unfounded` are marked anniversaries of what nothing recorded has founded yet.
    """

    relations: Citation | None = None
    founded: dict[str, Citation] = {}
    celebrations: list[AnniversaryMarked] = []
    names: dict[str, str] = {}
    unfounded: list[AnniversaryMarked] = []

    def founding(self, of: str) -> Citation | None:
        """What founded that of which an anniversary is; `relations` are first of all relations."""
        if of == "relations" and self.relations is not None:
            return self.relations
        return self.founded.get(folded(of))


def _relations_established(
    anniversaries: AnniversariesState, event: RelationsEstablished, state: WorkingState
) -> None:
    """An establishment founds relations, unless they stand already."""
    relations = RELATIONS.of(state)
    if relations is not None and relations.established is event:
        anniversaries.relations = cite(event)
        _judge_unfounded(anniversaries, state)


def _meeting_held(
    anniversaries: AnniversariesState, event: MeetingHeld, state: WorkingState
) -> None:
    _found(anniversaries, folded(event.meeting), event, state)


def _agreement_signed(
    anniversaries: AnniversariesState, event: AgreementSigned, state: WorkingState
) -> None:
    _found(anniversaries, folded(event.agreement), event, state)


def _deal_made(
    anniversaries: AnniversariesState, event: DealAnnounced | DealSigned, state: WorkingState
) -> None:
    """A deal is announced or signed; the announcement of a suspended deal founds nothing."""
    deals = DEALS.of(state)
    key = folded(event.deal)
    if deals and deals.deals[key].status in ("announced", "signed"):
        _found(anniversaries, key, event, state)


def _found(anniversaries: AnniversariesState, key: str, event: Event, state: WorkingState) -> None:
    """An event founds what has no founding yet."""
    if key not in anniversaries.founded:
        anniversaries.founded[key] = cite(event)
        if anniversaries.unfounded:
            _judge_unfounded(anniversaries, state)


def _marked(
    anniversaries: AnniversariesState, event: AnniversaryMarked, state: WorkingState
) -> None:
    """An anniversary is celebrated; its years are judged by the founding that is known."""
    anniversaries.names.setdefault(folded(event.of), event.of)
    anniversaries.celebrations.append(event)
    anniversaries.unfounded.append(event)
    _judge_unfounded(anniversaries, state)


def _judge_unfounded(anniversaries: AnniversariesState, state: WorkingState) -> None:
    """Find the marked anniversaries whose years do not fit a founding date that is now known."""
    still: list[AnniversaryMarked] = []
    for event in anniversaries.unfounded:
        founding = anniversaries.founding(event.of)
        if founding is None:
            still.append(event)
        elif not _fits(event, founding.when):
            message = (
                f"{event.years} years of {event.of} marked on {event.when}, "
                f"but it was founded on {founding.when}"
            )
            state.find("anniversary-misfit", message, event, founding)
    anniversaries.unfounded = still


def _forget(anniversaries: AnniversariesState, _state: WorkingState, _on: date) -> Iterable[str]:
    """Leave out the foundings, and all but the last celebration of each thing."""
    anniversaries.founded.clear()
    anniversaries.unfounded.clear()
    last = {folded(event.of): event for event in anniversaries.celebrations}
    anniversaries.celebrations = list(last.values())
    return ()


def _missing(anniversaries: AnniversariesState | None, event: Event) -> tuple[str, ...]:
    """What an event founds or celebrates: other foundings and celebrations may be left out."""
    of = _thing_of(event)
    if of == "relations" and isinstance(event, AnniversaryMarked):
        return () if anniversaries and anniversaries.relations else (of,)
    return (of,)


def _thing_of(event: Event) -> str:
    """What an event founds, or what it celebrates, as names are compared."""
    for field in ("of", "meeting", "agreement", "deal"):
        if name := getattr(event, field, ""):
            return folded(name)
    return "relations"


def _recall(anniversaries: AnniversariesState, then: AnniversariesState, event: Event) -> None:
    of = _thing_of(event)
    if of in then.founded:
        anniversaries.founded[of] = then.founded[of]
    known = {celebrated.id for celebrated in anniversaries.unfounded}
    anniversaries.unfounded += [
        each for each in then.unfounded if folded(each.of) == of and each.id not in known
    ]


def _fits(event: AnniversaryMarked, founded: str) -> bool:
    start, celebrated = bounds(founded), bounds(event.when)
    fewest = celebrated.earliest.year - start.latest.year
    most = celebrated.latest.year - start.earliest.year
    return fewest <= event.years <= most


def falls(founded: str, year: int) -> str:
    """When in `year` the anniversary falls, as precisely as the founding date is known.

    The anniversary of a founding on 29 February falls on the 28th in a common year.
    """
    first, last = bounds(founded)
    if first == last:
        day = 28 if (last.month, last.day) == (2, 29) and not _is_leap(year) else last.day
        return date(year, last.month, day).isoformat()
    if (first.year, first.month) == (last.year, last.month):
        return f"{year:04d}-{first.month:02d}"
    return f"{year:04d}"


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def falling(of: str, founded: str, days: Bounds) -> Iterator[Anniversary]:
    """The anniversaries that can fall within `days`; none if the year of founding is unknown."""
    first, last = bounds(founded)
    if first.year != last.year:
        return
    for year in range(max(days.earliest.year, last.year + 1), days.latest.year + 1):
        day = falls(founded, year)
        if bounds(day).latest >= days.earliest and bounds(day).earliest <= days.latest:
            yield Anniversary(of, founded, year - last.year, day)


def next_anniversary(of: str, founded: str, on: date, until: date = date.max) -> Anniversary | None:
    """The first anniversary from `on` to `until`; None if the year of founding is unknown."""
    return next(falling(of, founded, Bounds(on, until)), None)


def lasting_establishment(state: WorkingState) -> RelationsEstablished | None:
    """The founding of the relations; None if they are severed or the founding is unknown."""
    relations = RELATIONS.of(state)
    return relations.established if relations and relations.status != "severed" else None


def _answer(anniversaries: AnniversariesState, state: WorkingState, on: date) -> Anniversaries:
    """The next anniversaries that fall while that lasts of which they are, and the marked ones."""
    known = [each for each in _following(state, on) if each is not None]
    marked: dict[str, Marked] = {}
    for event in anniversaries.celebrations:
        of = anniversaries.names[folded(event.of)]
        marked[of] = Marked(of, event.years, event.when, event.how)
    return Anniversaries(
        tuple(sorted(known, key=lambda anniversary: (bounds(anniversary.falls), anniversary.of))),
        dict(sorted(marked.items(), key=lambda item: item[0])),
    )


def _following(state: WorkingState, on: date) -> Iterator[Anniversary | None]:
    """The next of each agreement in force and of relations, before a known end of them."""
    agreements = AGREEMENTS.of(state)
    for each in standing(agreements, state, on) if agreements else ():
        agreement = each.agreement
        if each.status == "in-force" and agreement.signed:
            ended = ended_from(agreement, state.parties)
            until = state.last_day if ended is None else min(state.last_day, ended - timedelta(1))
            yield next_anniversary(agreement.agreement, agreement.signed, on, until)
    founding = lasting_establishment(state) if state.ended(on) is None else None
    if founding is not None:
        yield next_anniversary("relations", founding.when, on, state.last_day)


ANNIVERSARIES = Section(
    "anniversaries",
    AnniversariesState,
    {
        RelationsEstablished: _relations_established,
        MeetingHeld: _meeting_held,
        AgreementSigned: _agreement_signed,
        DealAnnounced: _deal_made,
        DealSigned: _deal_made,
        AnniversaryMarked: _marked,
    },
    after=(RELATIONS, AGREEMENTS, DEALS),
    memory=Memory(_forget, _missing, _recall),
    late={MeetingHeld: _meeting_held},
    answer=_answer,
    empty=Anniversaries,
)
