"""What stands on a day and is worth an alert: findings, vacant posts, near ends, late rounds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import msgspec

from comity.adapters.interchange.exporters.code_words import choice_words
from comity.adapters.interchange.exporters.dates_in_sentences import capital, noun_words
from comity.adapters.interchange.exporters.sentences import short_name, the
from comity.adapters.interchange.safe_text import readable
from comity.adapters.render.finding_words import finding_words
from comity.adapters.watch.alert import AlertType
from comity.adapters.watch.watched import (
    EndWatch,
    FindingWatch,
    OverdueWatch,
    StandingWatch,
    VacancyWatch,
)
from comity.domain.phrases import in_brackets, joined
from comity.domain.text import folded
from comity.domain.time.dates import span
from comity.projections.sections.mission import Mission
from comity.projections.state import RelationshipState

Key = tuple[object, ...]
"""What names a condition: it is the same as long as the condition stands."""


class Condition(NamedTuple):
    """Something that stands on the timeline of a relationship on a day."""

    key: Key
    relationship: str
    type: AlertType
    says: str
    about: dict[str, Any]


class States:
    """The states that a look at one day needs; each question is asked once."""

    def __init__(
        self, ask: Callable[[tuple[str, ...], date], Mapping[str, RelationshipState]]
    ) -> None:
        self._ask = ask
        self._known: dict[tuple[tuple[str, ...], date], Mapping[str, RelationshipState]] = {}

    def of(self, parties: tuple[str, ...], day: date) -> Mapping[str, RelationshipState]:
        """The states of these parties' relationships on a day, by relationship."""
        if (parties, day) not in self._known:
            self._known[parties, day] = self._ask(parties, day)
        return self._known[parties, day]


def conditions(watch: StandingWatch, states: States, day: date) -> Iterator[Condition]:
    """What stands on a day, of all that a watch is about."""
    for relationship, state in states.of(watch.parties, day).items():
        match watch:
            case FindingWatch():
                yield from _findings(state, watch.kind)
            case VacancyWatch():
                yield from _vacancies(state)
            case OverdueWatch():
                yield from _overdue(state)
            case EndWatch():
                yield from _ends(watch, states, relationship, day)


# Findings


def _findings(state: RelationshipState, kinds: list[str]) -> Iterator[Condition]:
    for finding in state.findings:
        if not kinds or finding.kind in kinds:
            yield Condition(
                (finding.kind, finding.events, finding.field),
                state.relationship,
                "finding.new",
                readable(finding_words(finding)),
                msgspec.to_builtins(finding),
            )


# Posts


def _vacancies(state: RelationshipState) -> Iterator[Condition]:
    counts = Counter[Key]()
    for mission in sorted(state.missions, key=lambda mission: mission.city):
        if mission.vacant:
            key = (mission.sender, mission.host, mission.level, folded(mission.mission))
            counts[key] += 1  # of two alike, the second is another post
            yield Condition(
                (*key, counts[key]),
                state.relationship,
                "post.vacant",
                readable(_vacancy_words(mission)),
                msgspec.to_builtins(mission),
            )


def _vacancy_words(mission: Mission) -> str:
    level = choice_words(mission.level).lower() if mission.level else "mission"
    where = joined(
        f"The post of head of the {level} of {the(mission.sender)} in {the(mission.host)}",
        in_brackets(mission.city),
        by=" ",
    )
    acting = f"{mission.acting.name} acts" if mission.acting else ""
    named = f"{mission.designate.name} is named" if mission.designate else ""
    return joined(f"{where} is vacant", acting, named, by="; ")


# Rounds


def _overdue(state: RelationshipState) -> Iterator[Condition]:
    for series in state.series.values():
        if series.overdue:
            number = f"Round {series.next_round}" if series.next_round else "The next round"
            yield Condition(
                (folded(series.series), series.due),
                state.relationship,
                "round.overdue",
                readable(
                    f"{number} of {short_name(series.series)} was due: {noun_words(series.due)}; "
                    "none is recorded or announced"
                ),
                msgspec.to_builtins(series),
            )


# Ends


class _Lasting(NamedTuple):
    """Something that stands: its sort and name, what it is called, and the end that it was told."""

    sort: str
    name: str
    called: str
    expires: str
    """The end of its term, as far as that ends it."""
    told: str
    """The end that it is known to have, for the words."""


def _lasting(state: RelationshipState) -> Iterator[_Lasting]:
    for agreements in state.agreements.values():
        for each in agreements:
            notice = min(each.denounced.values(), key=span, default="")
            expires = "" if each.renews else each.expires
            called = each.title or each.agreement
            yield _Lasting(
                "agreement", each.agreement, f"the agreement {called}", expires, notice or expires
            )
    for deal in state.deals:
        yield _Lasting("deal", deal.deal, f"the deal {deal.deal}", "", "")
    for measure in state.measures:
        by = f"{the(measure.by)}'s measure {measure.measure} against {the(measure.on)}"
        yield _Lasting(
            "measure", f"{measure.measure} {measure.by}", by, measure.expires, measure.expires
        )


def _ends(watch: EndWatch, states: States, relationship: str, day: date) -> Iterator[Condition]:
    """What stands and, as far as is known, stands no more after so many days.

    Of an imprecise end of a term, the earliest day counts.
    """
    last = _later(day, watch.days)
    now = states.of(watch.parties, day)[relationship]
    then = states.of(watch.parties, _later(last, 1)).get(relationship)
    staying = {(each.sort, each.name) for each in (_lasting(then) if then else ())}
    for each in _lasting(now):
        can_expire = bool(each.expires) and span(each.expires).earliest <= last
        if can_expire or (each.sort, each.name) not in staying:
            when = each.told or _day_of_end(states, relationship, each, day, last)
            yield Condition(
                (each.sort, folded(each.name), each.told),
                relationship,
                "end.near",
                readable(_end_words(each, when)),
                {"sort": each.sort, "name": each.name, "ends": when},
            )


def _day_of_end(states: States, relationship: str, lasting: _Lasting, day: date, last: date) -> str:
    """A day on which it stands no more after one on which it does; found by halving."""
    stands, over = day, _later(last, 1)
    while (over - stands).days > 1:
        middle = stands + (over - stands) // 2
        state = states.of((relationship,), middle).get(relationship)
        names = {(each.sort, each.name) for each in (_lasting(state) if state else ())}
        if (lasting.sort, lasting.name) in names:
            stands = middle
        else:
            over = middle
    return over.isoformat()


def _end_words(lasting: _Lasting, when: str) -> str:
    return f"{capital(short_name(lasting.called))} ends: {noun_words(when)}"


def _later(day: date, days: int) -> date:
    """The day so many days later, or the last day of the calendar."""
    return date.fromordinal(min(day.toordinal() + days, date.max.toordinal()))
