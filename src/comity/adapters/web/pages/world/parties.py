"""A party's page: its names and days, its relationships, missions, agenda and measures."""

from __future__ import annotations

from typing import Any, NamedTuple

from comity.adapters.render.in_short import in_short
from comity.adapters.web.pages.question import certainty_of, day_of, moment_of
from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.pages.world.asking import Given, one, page_number, parameters_of
from comity.adapters.web.pages.world.tables import Shown, shown
from comity.adapters.web.pages.world.views import BY_NAME, view_link
from comity.domain.parties import party
from comity.domain.parties.directory import PartyInfo, find_parties
from comity.domain.scope import Certainty
from comity.engine import TimelineEngine
from comity.engine.engine import Asked, asked

MOST = 30
"""How many relationships a page tells of, and how many rows of each view."""


class Line(NamedTuple):
    """A relationship, the other party of it, and how it stands, in a sentence or two."""

    relationship: str
    other: str
    says: str


class Section(NamedTuple):
    """A view of the party: its name, and the first rows of its answer."""

    view: str
    rows: Shown


def party_page(engine: TimelineEngine, code: str, given: Given, frame: Frame) -> str:
    """The page of a party on a day, as known at a moment. Raises `ComityError`s."""
    code = party(code)
    sure = certainty_of(one(given, "certainty"))
    question = asked(engine, (code,), day_of(one(given, "on")), moment_of(one(given, "known_at")))
    page, relationships = page_number(given), question.relationships or ()
    pages = max(1, -(-len(relationships) // MOST))
    page = min(page, pages)
    part = relationships[(page - 1) * MOST : page * MOST]
    return _page(
        code, given, frame,
        on=question.day.isoformat(), position=question.position, page=page, pages=pages,
        lines=[_line(engine, code, name, question, sure) for name in part],
        total=len(relationships),
        sections=[_section(engine, code, view, question, sure) for view in _VIEWS],
    )  # fmt: skip


def failed_party(code: str, given: Given, frame: Frame, failure: str) -> str:
    """The page of a party of which something cannot be answered."""
    return _page(code, given, frame, failure)


_VIEWS = ("missions", "agenda", "measures")


def _page(code: str, given: Given, frame: Frame, failure: str = "", **answers: Any) -> str:
    nothing: dict[str, Any] = {
        "on": one(given, "on"), "position": 0, "page": 1, "pages": 1, "lines": [], "total": 0,
        "sections": [],
    }  # fmt: skip
    return frame.page(
        "party.html", code=code, info=info_of(code), failure=failure,
        known_at=one(given, "known_at"), certainty=one(given, "certainty"),
        view_link=view_link(frame.link), **{**nothing, **answers},
    )  # fmt: skip


def info_of(code: str) -> PartyInfo:
    """What the table says of a party; only its code, where it says nothing."""
    own = (info for info in find_parties(code) if info.code == code)
    return next(own, PartyInfo(code=code, name=code))


def _line(
    engine: TimelineEngine, code: str, relationship: str, question: Asked, sure: Certainty
) -> Line:
    state = engine.state(relationship, on=question.day, known_at=question.position, certainty=sure)
    other = next((each for each in state.parties if each != code), relationship)
    return Line(relationship, other, in_short(state))


def _section(
    engine: TimelineEngine, code: str, name: str, question: Asked, sure: Certainty
) -> Section:
    """The first rows of a view of a party."""
    view = BY_NAME[name]
    ask = getattr(engine, name)
    takes = any(parameter.name == "certainty" for parameter in parameters_of(view))
    options = {"certainty": sure} if takes else {}  # what is to come is never certain
    answer = ask(code, on=question.day, known_at=question.position, **options)
    return Section(name, shown(view.table, answer, {}, most=MOST))
