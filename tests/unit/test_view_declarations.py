"""The declarations of the views: they fit the engine's methods, and their tables fit their rows."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Literal

import pytest

from comity import TimelineEngine, TimelineProjection
from comity.projections.views.catalogue import VIEWS
from comity.projections.views.view import COMMON, Option, Table, View

NAMES = [view.name for view in VIEWS]
NOT_VIEWS = {"replay", "replay_each", "search", "world_each"}
"""Methods of the engine that take parties or keys and a day, and have commands of their own."""


def method_of(view: View) -> Callable[..., Any]:
    method: Callable[..., Any] = getattr(TimelineEngine, view.name)
    return method


def test_every_question_of_the_engine_about_many_relationships_is_declared_as_a_view() -> None:
    """Those that may take long tell their progress, and only those."""
    questions = {
        name
        for name, method in inspect.getmembers(TimelineEngine, inspect.isfunction)
        if {"known_at", "progress"} <= inspect.signature(method).parameters.keys()
    }
    assert set(NAMES) == questions - NOT_VIEWS


@pytest.mark.parametrize("view", VIEWS, ids=NAMES)
def test_a_view_declares_no_option_that_its_question_does_not_have(view: View) -> None:
    parameters = inspect.signature(method_of(view)).parameters
    assert view.options.keys() <= parameters.keys()
    assert not view.others.keys() & parameters.keys()
    for table in view.others.values():
        assert table.help
        assert set(table.implied_by) <= parameters.keys()


@pytest.mark.parametrize("view", VIEWS, ids=NAMES)
def test_a_view_begins_its_help_with_one_short_sentence(view: View) -> None:
    first, *rest = view.help.split("\n\n")
    assert first.count(". ") == 0
    assert first.endswith(".")
    assert len(first) <= 63, "the list of commands would cut it off"
    assert all(paragraph.strip() for paragraph in rest)


@pytest.mark.parametrize("view", VIEWS, ids=NAMES)
def test_a_table_shows_only_columns_that_it_has(view: View) -> None:
    for table in (view.table, *view.others.values()):
        assert set(table.columns_shown({}, ())) <= table.columns.keys()


def test_the_types_of_the_options_are_those_of_the_method() -> None:
    def method(
        engine: object,
        *parties: str,
        on: str | None = None,
        known_at: str | int | None = None,
        rank: Literal["", "ambassador", "envoy"] = "",
        within: int = 365,
        vacant: bool | None = None,
        progress: object = None,
    ) -> None: ...

    own = {name: Option(name) for name in ("rank", "within", "vacant")}
    view = View("any", TimelineProjection, "Any.", Table[object]({}), options=own)
    on, known_at, rank, within, vacant = view.parameters(method)
    assert (on.type, on.is_position, on.option) == (str, False, COMMON["on"])
    assert (known_at.type, known_at.is_position) == (str, True)
    assert (rank.type, rank.choices) == (str, ("ambassador", "envoy"))
    assert (within.type, within.default) == (int, 365)
    assert (vacant.type, vacant.default) == (bool, None)


def test_a_flag_or_an_option_that_implies_it_chooses_another_table() -> None:
    first, second = Table[object]({}), Table[object]({}, implied_by=("level",))
    view = View("any", TimelineProjection, "Any.", first, others={"contacts": second})
    assert view.table_for({"contacts": False, "level": None}) is first
    assert view.table_for({"contacts": True}) is second
    assert view.table_for({"contacts": False, "level": "minister"}) is second
