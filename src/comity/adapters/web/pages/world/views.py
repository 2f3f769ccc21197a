"""The page of a view, made from its declaration: a form for its question, a table of its answer."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

from comity.adapters.web.api.parameters import Parameter as Taken
from comity.adapters.web.pages.links import CLOCKS, Link, Values
from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.pages.taken import taken
from comity.adapters.web.pages.words import section, words
from comity.adapters.web.pages.world.asking import (
    Given,
    Input,
    inputs_of,
    one,
    options_of,
    page_number,
    parameters_of,
    several,
)
from comity.adapters.web.pages.world.tables import shown
from comity.domain.time.dates import bounds
from comity.engine import TimelineEngine
from comity.engine.engine import asked
from comity.projections.views.catalogue import VIEWS
from comity.projections.views.view import View

BY_NAME = {view.name: view for view in VIEWS}
OWN_PAGES = ("agenda", "anniversaries", "series")
"""The views whose pages have a calendar, and addresses of their own."""
_PAGING = ("page", "party", "table", "columns")


def view_page(engine: TimelineEngine, view: View, given: Given, frame: Frame) -> str:
    """The answer of a view as a page. Raises `ComityError`s."""
    parties, options, page = several(given, "party"), options_of(view, given), page_number(given)
    flag = one(given, "table")
    question = dict(options)
    if view.name == "agenda" and "until" not in question:
        question["until"] = _year_later(engine, question)
    position = asked(engine, parties, known_at=options.get("known_at")).position
    answer: Any = getattr(engine, view.name)(*parties, **question | {"known_at": position})
    table = view.table_for({**options, **({flag: True} if flag in view.others else {})})
    rows = shown(table, answer, options, page, every_column=one(given, "columns") == "all")
    return frame.page(
        "view.html", answer=rows, position=position, until=question.get("until", ""),
        failure="", **_form(view, given, frame),
    )  # fmt: skip


def failed_view(view: View, given: Given, frame: Frame, failure: str) -> str:
    """The page of a view whose question cannot be answered: what is wrong, and the form."""
    return frame.page(
        "view.html",
        answer=None,
        position=0,
        until="",
        failure=failure,
        **_form(view, given, frame),
    )


def taken_by(view: View) -> tuple[Taken, ...]:
    """The parameters that the page of a view takes beside its clocks."""
    own = [each.name for each in parameters_of(view) if each.name not in CLOCKS]
    tables = {"table": tuple(view.others)} if view.others else {}
    closed: dict[str, tuple[str, ...]] = {**tables, "columns": ("all",)}
    return taken(*own, "page", several=("party",), closed=closed)


def title_of(view: View) -> str:
    """What the page of a view is called."""
    return section("views").get(view.name) or view.name.replace("_", " ").capitalize()


def _form(view: View, given: Given, frame: Frame) -> dict[str, Any]:
    """What the form of a view shows, and what its page is called."""
    inputs = [_as_on_a_page(view, each) for each in inputs_of(view, given)]
    kept = {name: one(given, name) for name in [*(i.name for i in inputs), *_PAGING]}
    kept["party"] = " ".join(several(given, "party"))
    about, _, more = view.help.partition("\n\n")
    return {
        "view": view, "inputs": inputs, "parties": several(given, "party"),
        "title": title_of(view), "about": (about, more),
        "tables": tuple((flag, table.help) for flag, table in view.others.items()),
        "table": one(given, "table"), "every_column": one(given, "columns") == "all",
        "own_page": view.name in OWN_PAGES, "here": partial(view_link(frame.link), view.name),
        "asked": {name: text for name, text in kept.items() if text},
    }  # fmt: skip


def _as_on_a_page(view: View, asked: Input) -> Input:
    """An option as a page says it: without the dashes of the command line."""
    default = asked.default.replace("--", "")
    if view.name == "agenda" and asked.name == "until":
        default = words().views.year_later
    return asked._replace(default=default, help=asked.help.replace("--", ""))


def view_link(link: Link) -> Link:
    """Makes the address of a view's page, by the view's name."""

    def address(name: str, /, **parameters: Values) -> str:
        if name in OWN_PAGES:
            return link(name, **parameters)
        return link("view", name=name, **parameters)

    return address


def _year_later(engine: TimelineEngine, question: dict[str, Any]) -> str:
    """The day a year after the first of the question: an agenda's page shows the coming year."""
    since = question.get("since")
    day = bounds(since).earliest if since else asked(engine, on=question.get("on")).day
    if day.year == date.max.year:
        return date.max.isoformat()
    return date(day.year + 1, day.month, min(day.day, 28)).isoformat()
