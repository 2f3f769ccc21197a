"""The page of a relationship: the questions that it puts to the engine, and what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup

from comity.adapters.interchange.encode import as_json
from comity.adapters.interchange.exporters.dates_in_words import day_words
from comity.adapters.render.state_page import parties_title
from comity.adapters.web.pages.entries import Listed, choices, listed
from comity.adapters.web.pages.history import Histories, History, Moment
from comity.adapters.web.pages.links import Link, evidence_addresses
from comity.adapters.web.pages.picture import picture
from comity.adapters.web.pages.question import Question, day_of, moment_of
from comity.adapters.web.pages.rendering import Frame, rendered
from comity.adapters.web.pages.state_panel import Panel, panel
from comity.domain.errors import InvalidInput
from comity.domain.parties import relationship_parties
from comity.domain.time.dates import day
from comity.engine.engine import asked
from comity.projections.diff import diff

if TYPE_CHECKING:
    from comity.engine import TimelineEngine
    from comity.projections.state import RelationshipState

_MOST_CHANGES = 200
"""How many differences are listed."""


class Comparison(NamedTuple):
    """The other state, and what differs between it and the one that is shown."""

    on: str
    known_at: int
    changes: tuple[tuple[str, str, str], ...]
    more: int


class Answer(NamedTuple):
    """A state with its panel; `than` is the state that it is compared with."""

    state: RelationshipState
    history: History
    panel: Panel
    comparison: Comparison | None


def answer(
    engine: TimelineEngine, histories: Histories, relationship: str, question: Question
) -> Answer:
    """The state that a question asks about. Raises `InvalidInput` errors."""
    state, history = _state(engine, histories, relationship, question)
    if not question.compares:
        return Answer(state, history, panel(state, history), None)
    than, than_history = _state(engine, histories, relationship, question.other())
    changes = diff(than, state)
    told = tuple((c.path, _plain(c.before), _plain(c.after)) for c in changes[:_MOST_CHANGES])
    comparison = Comparison(than.on, than.known_at, told, max(len(changes) - _MOST_CHANGES, 0))
    return Answer(state, history, panel(state, history, than, than_history), comparison)


def _state(
    engine: TimelineEngine, histories: Histories, relationship: str, question: Question
) -> tuple[RelationshipState, History]:
    history = histories.of(engine, relationship, moment_of(question.known_at))
    on, sure = day_of(question.on), question.sure()
    return engine.state(relationship, on=on, known_at=history.position, certainty=sure), history


def _plain(value: object) -> str:
    """A value of a difference as text; what is no text is JSON, and nothing is nothing."""
    return "" if value is None else value if isinstance(value, str) else as_json(value)


def state_html(shown: Answer, link: Link) -> str:
    """The panel of a state alone, which stands in the section `state` of the page."""
    return panel_html(shown.panel, shown.history.relationship, link, shown.comparison)


def panel_html(
    panel: Panel, relationship: str, link: Link, comparison: Comparison | None = None
) -> str:
    """A panel of a state, as a server gives it and as it stands in the files of a site."""
    return rendered(
        "_state.html", link=link, panel=panel, comparison=comparison, relationship=relationship
    )


def values_of_page(
    history: History, question: Question, on: date, shown: Listed, moments: Sequence[Moment]
) -> dict[str, Any]:
    """What the template of the page is told of a history on a day, on a server and in a site."""
    return {
        "question": question, "relationship": history.relationship, "failure": "",
        "title": parties_title(history.scope.parties), "parties": history.scope.parties,
        "on": on.isoformat(), "on_words": day_words(on), "known_at": history.position,
        "moments": moments, "listed": shown, "choices": choices(history),
    }  # fmt: skip


def picture_data(
    engine: TimelineEngine, histories: Histories, relationship: str, question: Question
) -> dict[str, Any]:
    """The data of the picture of a whole timeline. Raises `InvalidInput` errors."""
    history = histories.of(engine, relationship, moment_of(question.known_at))
    on = asked(engine, on=day_of(question.on)).day
    moments = histories.of(engine, relationship, None).moments
    return picture(history, on, moments, evidence_addresses(question.clocks))


def page(
    engine: TimelineEngine,
    histories: Histories,
    relationship: str,
    question: Question,
    around: Frame,
) -> str:
    """The whole page. Raises `InvalidInput` errors."""
    link = around.link
    shown = answer(engine, histories, relationship, question)
    history = shown.history
    entries = listed(history, question)
    on = day(shown.state.on)
    moments = histories.of(engine, relationship, None).moments
    addresses = evidence_addresses(question.clocks)
    data = picture(history, on, moments, addresses, entries.entries)
    number, pages = entries.number, entries.pages
    return around.page(
        "relationship.html",
        **values_of_page(history, question, on, entries, moments),
        site=None,
        comparison=shown.comparison,
        state=Markup(state_html(shown, link)),
        picture=data,
        retracted=history.retracted if question.retracted else None,
        earlier=_at_page(link, history, question, number - 1, pages),
        later=_at_page(link, history, question, number + 1, pages),
    )


def _at_page(link: Link, history: History, question: Question, number: int, pages: int) -> str:
    """The address of another page of the same list; empty where there is none."""
    if not 1 <= number <= pages:
        return ""
    return link("relationship", id=history.relationship, **{**question.parameters, "page": number})


def failure_page(relationship: str, question: Question, around: Frame, said: str) -> str:
    """The page of a question without an answer: what is said, and the form as it was."""
    try:
        codes = relationship_parties(relationship)
        title = parties_title(codes)
    except InvalidInput:
        codes, title = (), relationship
    return around.page(
        "relationship.html", site=None, question=question, relationship=relationship,
        title=title, failure=said, on=question.on, on_words="", known_at=0, moments=[],
        comparison=None, state="", picture=None, listed=None, choices=None, retracted=None,
        parties=codes, earlier="", later="",
    )  # fmt: skip
