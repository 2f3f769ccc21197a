"""The history of diplomatic relations in one sentence, each day with what vouches for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from comity.adapters.interchange.exporters.dates_in_sentences import begun, capital, dated, since
from comity.adapters.interchange.exporters.sentences import all_of, the
from comity.adapters.render.citations import chosen
from comity.adapters.render.note import Line
from comity.domain.parties import given_organisations
from comity.domain.parties.lookup import organisations
from comity.domain.phrases import joined
from comity.domain.selection import Entry, select
from comity.domain.time.dates import day, span
from comity.domain.values import Source

if TYPE_CHECKING:
    from comity.projections.state import RelationshipState

_STEPS = {
    "relations-established": ("established", "established"),
    "relations-restored": ("restored", "established"),
    "relations-suspended": ("suspended", "suspended"),
    "relations-severed": ("severed", "severed"),
}
"""What happened by the kind of event, and the status after it."""
_MOST = 6
"""How many steps are told; of more, the first and the last."""


class _Step(NamedTuple):
    text: str
    status: str
    sources: tuple[Source, ...]
    is_passing: bool = False
    """Whether it was told with an end: after that, relations stand as before."""


def relations_lines(state: RelationshipState, entries: Iterable[Entry]) -> Iterator[Line]:
    """How relations began and changed, clause by clause; nothing where parties have none."""
    relations, parties = state.relations, all_of(map(the, state.parties))
    between = f"diplomatic relations between {parties}"
    if relations.status == "unknown":
        if not any(map(is_organisation, state.parties)):
            yield Line(f"Nothing is recorded of {between}.", ("relations", ""))
        return
    clauses = list(_clauses(state, entries))
    for at, step in enumerate(clauses):
        start = f"{capital(between)} were " if at == 0 else ""
        is_last = at == len(clauses) - 1
        link = "and " if is_last and at else ""
        end = "." if is_last else "," if at < len(clauses) - 2 else ""
        yield Line(f"{start}{link}{step.text}{end}", ("relations", ""), step.sources)
    if not clauses:
        yield Line(f"{capital(between)} {_standing(state)}.", ("relations", ""))


def _clauses(state: RelationshipState, entries: Iterable[Entry]) -> Iterator[_Step]:
    """The steps, and a last one where the state is another than the steps lead to."""
    steps = list(_steps(state, entries))
    if len(steps) > _MOST:
        left_out = _Step(f"changed {len(steps) - _MOST} times", "", ())
        steps = [steps[0], left_out, *steps[1 - _MOST :]]
    yield from steps
    status = state.relations.status
    if steps and status not in (steps[-1].status, "established"):
        yield _Step(_ending(state), status, ())
    elif steps and status == "established" != steps[-1].status and not steps[-1].is_passing:
        yield _Step(joined("have stood again", since(state.relations.since), by=" "), status, ())


def _steps(state: RelationshipState, entries: Iterable[Entry]) -> Iterator[_Step]:
    """The events by which relations came from one status to another, in the order of the fold."""
    own = (entry for entry in entries if entry.event.type in _STEPS)
    status, is_founded, on = "", False, day(state.on)
    for entry in select(own, on, state.certainty).folded:
        event = entry.event
        word, after = _STEPS[event.type]
        if after == status:
            continue
        if word == "established" and is_founded:
            word = "established again"
        is_founded = is_founded or after == "established"
        is_passing = after == "suspended" and span(event.when).latest < on and "/" in event.when
        status = "established" if is_passing else after
        sources = chosen(entry.sources)
        day_words = (dated if after == "suspended" else begun)(event.when)
        yield _Step(joined(word, day_words, by=" "), after, sources, is_passing)


def _ending(state: RelationshipState) -> str:
    when = state.relations.since
    if state.relations.status == "ended":
        return joined("ended", dated(when), by=" ")
    return joined(state.relations.status, dated(when), by=" ")


def _standing(state: RelationshipState) -> str:
    relations = state.relations
    if relations.status == "ended":
        return joined("ended", dated(relations.since), by=" ")
    if relations.status == "established":
        return joined("have stood", since(relations.since), by=" ")
    return joined(f"have been {relations.status}", since(relations.since), by=" ")


def is_organisation(code: str) -> bool:
    """Whether a party is an organisation, which has no diplomatic relations of a state's kind."""
    return code in organisations() or any(given.code == code for given in given_organisations())
