"""The addresses at which events are recorded and corrected by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import RawBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER, HTTP_409_CONFLICT

from comity.adapters.web.access import Caller, may
from comity.adapters.web.pages.done import DONE
from comity.adapters.web.pages.failures import html_response, status_of
from comity.adapters.web.pages.forms import shown
from comity.adapters.web.pages.forms.faults import ANYWAY, KNOWN, MORE, REASON, RECORDED_BY
from comity.adapters.web.pages.forms.fields import defaults
from comity.adapters.web.pages.forms.idle import idle
from comity.adapters.web.pages.forms.shown import KINDS, Form
from comity.adapters.web.pages.forms.typed import Typed, read_form
from comity.adapters.web.pages.forms.writing import (
    Known,
    Outcome,
    Signed,
    act,
    changes_since,
    correct,
    known_now,
    known_of,
    record,
    refused,
    shown_of,
)
from comity.adapters.web.pages.links import ServerLinks
from comity.adapters.web.pages.rendering import Frame
from comity.adapters.web.pages.taken import check_taken, taken
from comity.domain.errors import ComityError, InvalidValue
from comity.domain.events import kind_tag
from comity.engine import TimelineEngine
from comity.engine.batch import Receipt
from comity.projections.evidence import Evidence

PageRequest = Request[Caller, Any, Any]
_OWN_PAGES = {"record-retracted": "retract", "account-preferred": "prefer"}
"""The pages of the kinds of record keeping."""
_link = ServerLinks()


def _frame(request: PageRequest) -> Frame:
    return Frame.of(request, _link)


@get("/record", guards=[may("append")], sync_to_thread=True)
def record_form(request: PageRequest) -> Response[Any]:
    """The form of a kind, or the kinds to choose from."""
    given = dict(request.query_params)
    kind = given.pop("kind", "")
    if kind in _OWN_PAGES:
        return _see(_link(_OWN_PAGES[kind]))
    if not kind:
        return html_response(shown.kinds_page(_frame(request), _prefilled(given)))
    try:
        tag = _recordable(kind)
    except ComityError as error:
        page = shown.kinds_page(_frame(request), _prefilled(given), str(error))
        return html_response(page, status_of(error))
    form = Form(defaults(tag) | given, author=request.user.author)
    return html_response(shown.event_page(_frame(request), tag, form))


@post("/record", guards=[may("append")], sync_to_thread=True)
def record_event(
    engine: NamedDependency[TimelineEngine], request: PageRequest, body: RawBody
) -> Response[Any]:
    """Record what the form tells."""
    tag = _recordable(request.query_params.get("kind", ""))
    given, outcome = _read(body)
    signed, more = _signed(request, given), given.get(MORE, "")
    if not outcome.faults.all and not more:
        outcome = record(engine, tag, given, signed)
    if outcome.receipt is None:
        form = Form(given, outcome, more, author=request.user.author)
        return html_response(shown.event_page(_frame(request), tag, form), outcome.status)
    [event] = outcome.receipt.ids
    if not outcome.receipt.duplicates:
        return _see_done("record", event)
    known = engine.evidence(event).record
    may_correct = "correct" in request.user.rights
    return html_response(
        shown.already_page(_frame(request), outcome, known, may_correct=may_correct)
    )


@get("/correct", guards=[may("correct")], sync_to_thread=True)
def correct_form(engine: NamedDependency[TimelineEngine], request: PageRequest) -> Response[Any]:
    """The form with what an event tells, to be corrected."""
    old = _target(engine, request)
    if old is None:
        return html_response(shown.act_page(_frame(request), "correct", Form({})))
    known, typed = known_now(engine, old), shown_of(old.record.event)
    form = Form(typed, known=known, author=request.user.author)
    return html_response(shown.event_page(_frame(request), _correctable(old), form, engine, old))


@post("/correct", guards=[may("correct")], sync_to_thread=True)
def correct_event(
    engine: NamedDependency[TimelineEngine], request: PageRequest, body: RawBody
) -> Response[Any]:
    """Put what the form tells in the place of an event."""
    old = _needed(engine, request)
    tag = _correctable(old)
    given, outcome = _read(body)
    more, known = given.get(MORE, ""), _known(given)
    if not outcome.faults.all and not more:
        outcome = correct(engine, old, given, known, _signed(request, given))
    if outcome.receipt is not None:
        return _see_done("correct", outcome.receipt.ids[-1])
    if outcome.changed:
        known = known_now(engine, old)
    form = Form(given, outcome, more, known, request.user.author)
    return html_response(shown.event_page(_frame(request), tag, form, engine, old), outcome.status)


def _acting(name: str, write: Callable[..., Receipt]) -> list[HTTPRouteHandler]:
    """The two handlers of an act on an event that needs only a reason."""

    @get(f"/{name}", guards=[may("correct")], sync_to_thread=True)
    def act_form(engine: NamedDependency[TimelineEngine], request: PageRequest) -> Response[Any]:
        """The form of the act."""
        old = _target(engine, request)
        known = known_now(engine, old) if old else None
        form = Form({}, known=known, author=request.user.author)
        return html_response(shown.act_page(_frame(request), name, form, engine, old))

    @post(f"/{name}", guards=[may("correct")], sync_to_thread=True)
    def act_on_event(
        engine: NamedDependency[TimelineEngine], request: PageRequest, body: RawBody
    ) -> Response[Any]:
        """Do it."""
        old = _needed(engine, request)
        given, outcome = _read(body)
        if idle(name, old) and not _is_news(engine, old, given):
            page = shown.act_page(_frame(request), name, Form(given), engine, old)
            return html_response(page, HTTP_409_CONFLICT)
        signed, known = _signed(request, given), _known(given)
        if not outcome.faults.all:
            outcome = act(
                engine, old, known, signed.reason,
                lambda version: write(
                    engine, old.record.id, signed.reason, strict=not signed.anyway,
                    recorded_by=signed.author or None, expected_version=version,
                ),
            )  # fmt: skip
        if outcome.receipt is not None:
            return _see_done(name, old.record.id)
        if outcome.changed:
            known = known_now(engine, old)
        form = Form(given, outcome, known=known, author=request.user.author)
        return html_response(
            shown.act_page(_frame(request), name, form, engine, old), outcome.status
        )

    return [act_form, act_on_event]


def form_handlers() -> list[HTTPRouteHandler]:
    """The handlers of all forms."""
    return [
        record_form, record_event, correct_form, correct_event,
        *_acting("retract", TimelineEngine.retract),
        *_acting("prefer", TimelineEngine.prefer),
        *_acting("reinstate", TimelineEngine.reinstate),
    ]  # fmt: skip


def _see(address: str) -> Response[Any]:
    """Where the browser goes next, by GET."""
    return Redirect(address, status_code=HTTP_303_SEE_OTHER)


def _see_done(form: str, event: str) -> Response[Any]:
    """To the evidence for an event, which says what was done."""
    return _see(_link("evidence", event=event, done=DONE[form]))


def _is_news(engine: TimelineEngine, old: Evidence, given: Typed) -> bool:
    """Whether something was recorded about an event since its form was made."""
    return KNOWN in given and bool(changes_since(engine, old.record.id, _known(given).position))


def _recordable(kind: str) -> str:
    """The tag of a kind that a form records. Raises `InvalidInput` errors."""
    tag = kind_tag(kind)
    if tag not in KINDS:
        raise InvalidValue("kind", kind, "a kind that says something about the world")
    return tag


def _correctable(old: Evidence) -> str:
    """The kind of an event, if it can be corrected. Raises `InvalidValue`."""
    if old.record.event.type not in KINDS:
        raise InvalidValue("event", old.record.id, "an event that says something about the world")
    return old.record.event.type


def _prefilled(given: Typed) -> dict[str, str]:
    """The parties that an address tells, which go on to the form of the kind that is chosen."""
    return {name: text for name, text in given.items() if name.startswith("parties.")}


def _target(engine: TimelineEngine, request: PageRequest) -> Evidence | None:
    """The event that the address names, if it names one. Raises `NoSuchEvent`."""
    check_taken(request.query_params.multi_items(), taken("event"))
    event = request.query_params.get("event", "").strip()
    return engine.evidence(event) if event else None


def _needed(engine: TimelineEngine, request: PageRequest) -> Evidence:
    return engine.evidence(request.query_params.get("event", ""))


def _read(body: bytes) -> tuple[dict[str, str], Outcome]:
    """What was typed; or nothing, with what is wrong with the form."""
    try:
        return read_form(body), Outcome()
    except ComityError as error:
        return {}, refused(error)


def _known(given: Typed) -> Known:
    return known_of(given.get(KNOWN, ""))


def _signed(request: PageRequest, given: Typed) -> Signed:
    """Who records it: the caller, or whom the form names where callers have no names."""
    author = request.user.author or given.get(RECORDED_BY, "").strip()
    return Signed(author, given.get(REASON, "").strip(), bool(given.get(ANYWAY)))
