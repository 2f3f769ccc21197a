"""Forms as HTML: with what was typed, and with what is wrong beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from comity.adapters.catalogue.kinds import kind_info, kind_line
from comity.adapters.catalogue.notes import example
from comity.adapters.interchange.changes import differences
from comity.adapters.interchange.exporters.areas import AREAS
from comity.adapters.web.pages.forms.faults import label_of
from comity.adapters.web.pages.forms.fields import ROWS, SELDOM, FormField, form_fields
from comity.adapters.web.pages.forms.idle import idle
from comity.adapters.web.pages.forms.typed import Typed, rows_of, typed
from comity.adapters.web.pages.forms.writing import Known, Outcome
from comity.adapters.web.pages.rendering import Frame, verbatim
from comity.adapters.web.pages.words import section, words
from comity.domain.events import CATALOGUE, RecordKeeping, RecordRetracted
from comity.domain.parties.directory import find_parties
from comity.domain.recorded import Recorded
from comity.engine import TimelineEngine
from comity.projections.evidence import Evidence

KINDS = tuple(tag for tag, kind in CATALOGUE.items() if not issubclass(kind, RecordKeeping))
"""The kinds that a form records; record keeping has pages of its own."""
_LEAST = {"parties": 2}
"""How many rows a field has at least; any other has one."""


class Form(NamedTuple):
    """A form as it is to be shown: what is typed in it, and what became of it when it was sent."""

    typed: Typed
    outcome: Outcome = Outcome()
    more: str = ""
    known: Known | None = None
    author: str = ""


class Change(NamedTuple):
    """What another recorded about an event: what it says, and what it tells otherwise."""

    record: Recorded
    says: str
    replacement: str
    differences: list[tuple[str, str, str]]


def kinds_page(frame: Frame, given: Mapping[str, str], failure: str = "") -> str:
    """The page on which a kind is chosen, by area; `given` goes on to the form."""
    areas = [
        (name, [line for line in map(kind_line, KINDS) if line.area == area])
        for area, name in AREAS.items()
    ]
    return frame.page("record_kinds.html", areas=areas, given=given, failure=failure)


def event_page(
    frame: Frame,
    tag: str,
    form: Form,
    engine: TimelineEngine | None = None,
    old: Evidence | None = None,
) -> str:
    """The form of an event of a kind, or of what takes the place of an `old` one."""
    fields, name = form_fields(tag), tag.replace("-", " ")
    said = words().forms
    title = said.correct_title if old else said.record_of
    action = frame.link("correct", event=old.record.id) if old else frame.link("record", kind=tag)
    return frame.page(
        "record.html",
        title=title.format(kind=name), action=action, kind=kind_info(tag),
        fields=fields, old=old, rows=_rows(fields, form), seldom=SELDOM,
        seldom_open=any(form.typed.get(name) for name in SELDOM), known_parties=_parties(),
        changed=_changes(engine, old, form.outcome), **_common(form, {} if old else _examples(tag)),
    )  # fmt: skip


def act_page(
    frame: Frame,
    act: str,
    form: Form,
    engine: TimelineEngine | None = None,
    old: Evidence | None = None,
) -> str:
    """The form of an act on an event; without one, the form that asks of which."""
    said = section("forms")
    event = old.record.id if old else ""
    return frame.page(
        "act.html",
        title=said[act], about=said[f"{act}_about"], action=frame.link(act, event=event),
        old=old, idle=idle(act, old) if old and not form.outcome.changed else None,
        changed=_changes(engine, old, form.outcome), **_common(form),
    )  # fmt: skip


def already_page(frame: Frame, outcome: Outcome, record: Recorded, *, may_correct: bool) -> str:
    """The page that says that the log had an event already."""
    retracted = outcome.receipt.retracted if outcome.receipt else ()
    return frame.page("recorded.html", record=record, retracted=retracted, may_correct=may_correct)


def _common(form: Form, examples: Typed | None = None) -> dict[str, Any]:
    """What the templates of all forms need."""
    return {
        "typed": defaultdict(str, form.typed), "faults": form.outcome.faults, "known": form.known,
        "findings": form.outcome.findings, "author": form.author, "verbatim": verbatim,
        "label_of": label_of, "examples": defaultdict(str, examples or {}),
    }  # fmt: skip


def _examples(tag: str) -> dict[str, str]:
    """What the inputs hold in the example of a kind, and in no other place."""
    event = example(CATALOGUE[tag])
    return {} if event is None else typed(event)


def _rows(fields: Sequence[FormField], form: Form) -> dict[str, list[int]]:
    """The numbers of the rows of each field that has rows: what was typed, and an empty one."""
    return {field.name: _shown_rows(field.name, form) for field in fields if field.widget in ROWS}


def _shown_rows(name: str, form: Form) -> list[int]:
    filled = [row for row in rows_of(name, form.typed) if _is_filled(name, row, form.typed)]
    following = filled[-1] + 1 if filled else 0
    least = max(_LEAST.get(name, 1), len(filled) + (form.more == name))
    return [*filled, *range(following, following + least - len(filled))]


def _is_filled(name: str, row: int, typed: Typed) -> bool:
    path = f"{name}.{row}"
    return any(text and (at == path or at.startswith(f"{path}.")) for at, text in typed.items())


def _parties() -> list[tuple[str, str]]:
    """The code and the name of every party that can be suggested."""
    return [(party.code, party.name) for party in find_parties()]


def _changes(engine: TimelineEngine | None, old: Evidence | None, outcome: Outcome) -> list[Change]:
    if engine is None or old is None:
        return []
    return [_change(engine, old, record) for record in outcome.changed]


def _change(engine: TimelineEngine, old: Evidence, record: Recorded) -> Change:
    event, replacement = record.event, ""
    other = event if event.when else None
    if isinstance(event, RecordRetracted) and event.replacement:
        replacement = event.replacement
        other = engine.evidence(replacement).record.event
    told = list(_told(old, other)) if other is not None else []
    return Change(record, event.summary(), replacement, told)


def _told(old: Evidence, other: Any) -> Iterator[tuple[str, str, str]]:
    for path, before, after in differences(old.record.event, other):
        yield path, _text(before), _text(after)


def _text(value: object) -> str:
    return words().forms.nothing if value is None else str(value)
