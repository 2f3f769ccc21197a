"""The questions of the views, made from their declarations and the engine's methods."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import Any, get_args, get_origin

from comity.adapters.web.api.parameters import PARTY, RELATIONSHIP, of_view
from comity.adapters.web.api.questions import Question
from comity.engine import TimelineEngine
from comity.projections.presenting import Rows
from comity.projections.state import RelationshipState
from comity.projections.views.catalogue import VIEWS, World
from comity.projections.views.view import View
from comity.query import Progress


def view_questions() -> tuple[Question, ...]:
    """Each view about parties, and the same about one relationship."""
    return tuple(question for view in VIEWS for question in _questions(view))


def _questions(view: View) -> tuple[Question, ...]:
    method = getattr(TimelineEngine, view.name)
    signature = inspect.signature(method, eval_str=True)
    takes_parties = any(
        parameter.kind is inspect.Parameter.VAR_POSITIONAL
        for parameter in signature.parameters.values()
    )
    parameters = tuple(map(of_view, view.parameters(method)))
    answer, summary = (
        _plain(signature.return_annotation),
        " ".join(view.help.split("\n")[0].split()),
    )

    def ask(engine: TimelineEngine, progress: Progress, **values: Any) -> Any:
        relationship = values.pop("relationship", None)
        parties = [relationship] if relationship else values.pop("party", [])
        found = getattr(engine, view.name)(*parties, **values, progress=progress)
        return dict(found) if isinstance(found, dict) else found  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]

    about_all = Question(
        f"/{view.name}", f"get_{view.name}", summary,
        (PARTY, *parameters) if takes_parties else parameters, ask, answer,
    )  # fmt: skip
    if not takes_parties:
        return (about_all,)
    return about_all, replace(
        about_all,
        path=f"/relationships/{{relationship}}/{view.name}",
        name=f"get_{view.name}_of_relationship",
        parameters=(RELATIONSHIP, *parameters),
    )


def _plain(answer: Any) -> Any:
    """The type of an answer as JSON has it."""
    if get_origin(answer) is Rows:
        return list[get_args(answer)[0]]  # type: ignore[misc]
    return dict[str, RelationshipState] if answer is World else answer
