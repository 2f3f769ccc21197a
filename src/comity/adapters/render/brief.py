"""The note on a relationship that a desk hands on: how it stands, what changed, what is to come.

It is kept to about a page: each list is short and says how much it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple

from comity.adapters.interchange.exporters.agenda_words import said_words
from comity.adapters.interchange.exporters.dates_in_words import date_words, day_words
from comity.adapters.interchange.exporters.sentences import all_of, named_code, sentence, the
from comity.adapters.render import brief_state
from comity.adapters.render.brief_state import capital, shortened
from comity.adapters.render.citations import Citations, chosen
from comity.adapters.render.note import Line, Note, NoteSection
from comity.domain.errors import InvalidValue
from comity.domain.events import FACTS
from comity.domain.phrases import in_brackets, joined
from comity.domain.scope import Certainty, scope_of
from comity.domain.selection import Entry
from comity.domain.time.dates import day as exact_day
from comity.engine.engine import asked
from comity.projections.state import RelationshipState

if TYPE_CHECKING:
    from comity.engine import TimelineEngine
    from comity.projections.views.agenda import AgendaItem
    from comity.query import Day, KnownAt

BriefForm = Literal["markdown", "html", "docx"]
"""How a note is written."""

_MOST = 4
"""How many lines a section has at most."""
_AHEAD = timedelta(days=365)
"""How far ahead a note looks."""
_KINDS = FACTS - {"interaction-coded"}
"""The kinds that a note tells one by one; coded interactions are too many and too small."""
_COMING = {
    "meeting": "meeting", "shipment": "shipment", "expiry": "end of the agreement",
    "notice": "denunciation takes effect", "anniversary": "anniversary", "round": "next round due",
}  # fmt: skip


class _Matter(NamedTuple):
    """What a note is made from."""

    state: RelationshipState
    before: RelationshipState | None
    entries: tuple[Entry, ...]
    agenda: tuple[AgendaItem, ...]
    on: date
    since: date | None


def write_brief(
    engine: TimelineEngine,
    parties: tuple[str, ...],
    file: BinaryIO,
    *,
    form: str = "markdown",
    since: Day = None,
    on: Day = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
) -> int:
    """Write the note on a relationship on a day, and return how many footnotes it has.

    With `since` it says what changed since that day. `form` is one of `BriefForm`; the other
    parameters are those of `TimelineEngine.state`. Raises `InvalidInput` errors, and
    `NotInstalled` for DOCX without pandoc.
    """
    from comity.adapters.render.note import Footnotes
    from comity.adapters.render.note_writers import docx, html, markdown

    if form not in ("markdown", "html", "docx"):
        raise InvalidValue("form", form, "markdown, html or docx")
    note = brief(engine, parties, since=since, on=on, known_at=known_at, certainty=certainty)
    if form == "docx":
        day = asked(engine, parties, on).day
        file.write(docx(note, (day - date(1970, 1, 1)).days * 86_400))
    else:
        file.write((html if form == "html" else markdown)(note).encode())
    counted = Footnotes(note)
    lines = (*note.opening, *(line for section in note.sections for line in section.lines))
    return max((n for line in lines for n in counted.numbers(line.sources)), default=0)


def brief(
    engine: TimelineEngine,
    parties: tuple[str, ...],
    *,
    since: Day = None,
    on: Day = None,
    known_at: KnownAt = None,
    certainty: Certainty = "certain",
) -> Note:
    """The note on a relationship; the parameters are those of `write_brief`."""
    scope = scope_of(*parties)
    question = asked(engine, parties, on, known_at)
    day, position = question.day, question.position
    first = None if since is None else exact_day(since)
    if first is not None and first > day:
        raise InvalidValue("since", since, f"a day no later than {day}, the day of the note")
    until = day + _AHEAD if date.max - day > _AHEAD else date.max
    matter = _Matter(
        engine.state(scope.key, on=day, known_at=position, certainty=certainty),
        None if first is None
        else engine.state(scope.key, on=first, known_at=position, certainty=certainty),
        engine.timeline(scope.key, until=day, kinds=_KINDS, known_at=position),
        engine.agenda(scope.key, on=day, since=day, until=until, known_at=position),
        day,
        first,
    )  # fmt: skip
    return _note(matter)


def _note(matter: _Matter) -> Note:
    state = matter.state
    cites = Citations(matter.entries, matter.on)
    possible = "; possible events are included" if state.certainty == "possible" else ""
    return Note(
        title=capital(all_of(map(the, state.parties))),
        subtitle=(
            f"{', '.join(map(named_code, state.parties))}. As of {day_words(matter.on)}, as known "
            f"at position {state.known_at} of the record{possible}."
        ),
        opening=tuple(brief_state.opening(state, cites)),
        sections=(*_stands(state, cites), _changed(matter, cites), *_rest(matter, cites)),
        recorded=cites.recorded,
    )


_SECTIONS = (
    ("Missions", brief_state.missions), ("Meetings", brief_state.meetings),
    ("Agreements", brief_state.agreements), ("Deals", brief_state.deals),
    ("Measures in force", brief_state.measures), ("Positions and aid", brief_state.positions),
)  # fmt: skip


def _stands(state: RelationshipState, cites: Citations) -> Iterator[NoteSection]:
    for title, lines in _SECTIONS:
        yield _section(title, tuple(lines(state, cites)))


def _changed(matter: _Matter, cites: Citations) -> NoteSection:
    """What happened after the day `since`, newest first, and what stood then and does not now."""
    if matter.since is None or matter.before is None:
        return NoteSection("", ())
    happened = [
        entry for entry in matter.entries
        if entry.earliest > matter.since and entry.latest <= matter.on
    ]  # fmt: skip
    lines = [_happened(entry) for entry in reversed(happened)]
    title = f"What changed since {day_words(matter.since)}"
    if gone := list(_gone(matter.before, matter.state, cites)):
        kept = _bounded(lines, _MOST)
        return NoteSection(title, (*kept, *_bounded(gone, 3)))
    if not lines:
        return NoteSection(title, (Line("Nothing is recorded."),))
    return _section(title, lines)


def _happened(entry: Entry) -> Line:
    said = shortened(sentence(entry.event))
    return Line(f"{date_words(entry.event.when)}: {said}.", sources=chosen(entry.sources))


def _gone(before: RelationshipState, after: RelationshipState, cites: Citations) -> Iterator[Line]:
    """What stood then and does not now: agreements, deals and measures."""
    for lines in (brief_state.agreements, brief_state.deals, brief_state.measures):
        standing = {line.key for line in lines(after, cites)}
        for line in lines(before, cites):
            if line.key not in standing:
                yield Line(f"No longer so: {line.text}", line.key, line.sources)


def _rest(matter: _Matter, cites: Citations) -> Iterator[NoteSection]:
    state = matter.state
    coming = sorted(matter.agenda, key=lambda item: item.overdue)
    titles = {
        agreement.agreement: agreement.title
        for several in state.agreements.values()
        for agreement in several
    }
    lines = [_coming(item, titles.get(item.what, ""), cites) for item in coming]
    yield _section("What is to come within a year", lines)
    yield _section(
        "Not settled: what may have happened by this day",
        [
            Line(f"{date_words(event.when)}: {shortened(sentence(event))}.",
                 sources=chosen(event.sources))
            for event in state.undetermined
        ],
    )  # fmt: skip
    yield _section(
        "Findings: where the record does not hold together",
        [
            Line(f"{finding.kind}: {shortened(finding.message)}.",
                 sources=chosen(finding.sources))
            for finding in state.findings
        ],
    )  # fmt: skip


def _coming(item: AgendaItem, title: str, cites: Citations) -> Line:
    """An item of the agenda; `title` is that of the agreement that it is about, if any."""
    late = "overdue, " if item.overdue else ""
    what = "diplomatic relations" if item.what == "relations" else title or item.what
    told = said_words(item)
    told = told.removesuffix(title).removesuffix(", ") if title else told
    said = joined(f"{late}{_COMING[item.kind]}: {what}", in_brackets(told), by=" ")
    fields = {"expiry": "agreement", "notice": "agreement", "round": "series"}
    key = (fields.get(item.kind, item.kind), item.what)
    if item.kind == "anniversary":
        keys = [("relations", ""), key] if item.what == "relations" else [
            (field, item.what) for field in ("agreement", "meeting", "deal")
        ]  # fmt: skip
    elif item.kind == "shipment":
        keys = [("deal", item.what.partition("/")[0])]
    else:
        keys = [key]
    return Line(f"{date_words(item.when)}: {said}.", key, cites.of(*keys))


def _section(title: str, lines: Sequence[Line]) -> NoteSection:
    return NoteSection(title, tuple(_bounded(lines, _MOST)))


def _bounded(lines: Sequence[Line], most: int) -> Iterable[Line]:
    """The first lines, and how many more there are."""
    more = len(lines) - most
    if more <= 1:  # one line is as long as what would stand for it
        return lines
    return (*lines[:most], Line(f"… and {more} more."))
