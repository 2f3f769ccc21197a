"""The note on a relationship that a desk hands on: how it stands, what changed, what is to come.

It is kept to about a page: each list is short and says how much it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple

from comity.adapters.interchange.exporters.agenda_words import said_words
from comity.adapters.interchange.exporters.dates_in_sentences import capital, noun_words
from comity.adapters.interchange.exporters.dates_in_words import day_words
from comity.adapters.interchange.exporters.sentences import (
    all_of,
    named_code,
    sentence,
    short_name,
    shortened,
    the,
    the_first,
)
from comity.adapters.render import brief_state
from comity.adapters.render.brief_state import sentence_end
from comity.adapters.render.brief_tone import change_line, tone_line
from comity.adapters.render.citations import Citations, chosen
from comity.adapters.render.finding_words import finding_words
from comity.adapters.render.note import Line, Note, NoteSection
from comity.domain.errors import InvalidValue
from comity.domain.events import FACTS, Event
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
    tone: str
    """The tone of all coded interactions, in a line."""
    new_tone: str
    """The tone of those after the day `since`."""


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
    picture: bool = False,
) -> int:
    """Write the note on a relationship on a day, and return how many footnotes it has.

    With `since` it says what changed since that day. `form` is one of `BriefForm`; with `picture`
    a page of HTML shows the timeline. The other parameters are those of `TimelineEngine.state`.
    Raises `InvalidInput` errors, `NotInstalled` for DOCX without pandoc and for a picture without
    matplotlib.
    """
    from comity.adapters.render.brief_picture import timeline_svg
    from comity.adapters.render.note import Footnotes
    from comity.adapters.render.note_writers import docx, html, markdown

    if form not in ("markdown", "html", "docx"):
        raise InvalidValue("form", form, "markdown, html or docx")
    if picture and form != "html":
        raise InvalidValue("form", form, "html, which alone can hold a picture")
    note = brief(engine, parties, since=since, on=on, known_at=known_at, certainty=certainty)
    if form == "docx":
        day = asked(engine, parties, on).day
        file.write(docx(note, (day - date(1970, 1, 1)).days * 86_400))
    elif form == "html":
        drawn = timeline_svg(engine, parties, on, known_at) if picture else ""
        file.write(html(note, drawn).encode())
    else:
        file.write(markdown(note).encode())
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
    state = engine.state(scope.key, on=day, known_at=position, certainty=certainty)
    matter = _Matter(
        state,
        None if first is None
        else engine.state(scope.key, on=first, known_at=position, certainty=certainty),
        engine.timeline(scope.key, until=day, kinds=_KINDS, known_at=position),
        engine.agenda(scope.key, on=day, since=day, until=until, known_at=position),
        day,
        first,
        *_tones(engine, state, first, position),
    )  # fmt: skip
    return _note(matter)


def _tones(
    engine: TimelineEngine, state: RelationshipState, since: date | None, position: int
) -> tuple[str, str]:
    """The tone of all coded interactions, and of those after a day."""
    if not state.tone.interactions:
        return "", ""
    key, on = state.relationship, exact_day(state.on)
    months = engine.tone(key, until=on, by="month", known_at=position)
    first = next((each.period for each in months if each.coded.events and each.period), "")
    told = tone_line(state.tone, first)
    if since is None or since >= on:
        return told, ""
    after = engine.tone(key, since=since + timedelta(1), until=on, by="decade", known_at=position)
    return told, change_line(each.coded for each in after)


def _note(matter: _Matter) -> Note:
    state = matter.state
    cites = Citations(matter.entries, matter.on, state.parties)
    possible = "; possible events are included" if state.certainty == "possible" else ""
    return Note(
        title=all_of([the_first(state.parties[0]), *map(the, state.parties[1:])]),
        subtitle=(
            f"{', '.join(map(named_code, state.parties))}. As of {day_words(matter.on)}, as known "
            f"at position {state.known_at} of the record{possible}."
        ),
        opening=tuple(brief_state.opening(state, matter.entries, cites)),
        sections=(*_stands(matter, cites), _changed(matter, cites), *_rest(matter, cites)),
        recorded=cites.recorded,
    )


_SECTIONS = (
    ("Missions", brief_state.missions), ("Meetings", brief_state.meetings),
    ("Agreements", brief_state.agreements), ("Deals", brief_state.deals),
    ("Measures in force", brief_state.measures), ("Positions and aid", brief_state.positions),
)  # fmt: skip


def _stands(matter: _Matter, cites: Citations) -> Iterator[NoteSection]:
    for title, lines in _SECTIONS:
        yield _section(title, tuple(lines(matter.state, cites)))
    yield NoteSection("Tone", (Line(matter.tone),) if matter.tone else ())


def _changed(matter: _Matter, cites: Citations) -> NoteSection:
    """What happened after the day `since`, newest first, and what stood then and does not now."""
    if matter.since is None or matter.before is None:
        return NoteSection("", ())
    happened = [
        entry for entry in matter.entries
        if entry.earliest > matter.since and entry.latest <= matter.on
    ]  # fmt: skip
    lines = [*_bounded([_happened(entry) for entry in reversed(happened)], _MOST)]
    if matter.new_tone:
        lines.append(Line(matter.new_tone))
    lines.extend(_bounded([*_gone(matter.before, matter.state, cites)], 3))
    title = f"What changed since {day_words(matter.since)}"
    return NoteSection(title, tuple(lines) or (Line("Nothing is recorded."),))


def _happened(entry: Entry) -> Line:
    return Line(_told(entry.event), sources=chosen(entry.sources))


def _told(event: Event) -> str:
    """An event on a line: when, and what."""
    return f"{capital(noun_words(event.when))}: {sentence_end(shortened(sentence(event)))}"


def _gone(before: RelationshipState, after: RelationshipState, cites: Citations) -> Iterator[Line]:
    """What stood then and does not now: agreements, deals and measures."""
    every = (brief_state.agreements, brief_state.deals, brief_state.measures)
    standing = {line.key for lines in every for line in lines(after, cites)}
    told = (
        brief_state.agreements(before, cites, exact_day(after.on)),
        brief_state.deals(before, cites),
        brief_state.measures(before, cites),
    )
    for lines in told:
        for line in lines:
            if line.key not in standing:
                yield Line(f"No longer so: {line.text}", line.key, line.sources)


def _rest(matter: _Matter, cites: Citations) -> Iterator[NoteSection]:
    state = matter.state
    titles = {
        agreement.agreement: agreement.title
        for several in state.agreements.values()
        for agreement in several
    }
    overdue = [item for item in reversed(matter.agenda) if item.overdue]
    coming = [item for item in matter.agenda if not item.overdue]
    for title, items in (("Overdue", overdue), ("What is to come within a year", coming)):
        lines = [_coming(item, titles.get(item.what, ""), cites) for item in items]
        yield _section(title, lines)
    yield _section(
        "Not settled: what may have happened by this day",
        [Line(_told(event), sources=chosen(event.sources)) for event in state.undetermined],
    )
    yield _section(
        "Findings: where the record does not hold together",
        [
            Line(sentence_end(shortened(finding_words(finding))), sources=chosen(finding.sources))
            for finding in state.findings
        ],
    )


def _coming(item: AgendaItem, title: str, cites: Citations) -> Line:
    """An item of the agenda; `title` is that of the agreement that it is about, if any."""
    what = "diplomatic relations" if item.what == "relations" else short_name(title or item.what)
    told = said_words(item)
    told = told.removesuffix(title).removesuffix(", ") if title else told
    said = joined(f"{_COMING[item.kind]}: {what}", in_brackets(shortened(told)), by=" ")
    fields = {"expiry": "agreement", "notice": "agreement", "round": "series"}
    key = (fields.get(item.kind, item.kind), item.what)
    if item.kind == "anniversary":
        keys = [("founding", ""), ("relations", "")] if item.what == "relations" else [
            (field, item.what) for field in ("agreement", "meeting", "deal")
        ]  # fmt: skip
    elif item.kind == "shipment":
        keys = [("deal", item.what.partition("/")[0])]
    else:
        keys = [key]
    return Line(f"{capital(noun_words(item.when))}: {said}.", key, cites.of(*keys))


def _section(title: str, lines: Sequence[Line]) -> NoteSection:
    return NoteSection(title, tuple(_bounded(lines, _MOST)))


def _bounded(lines: Sequence[Line], most: int) -> Iterable[Line]:
    """The first lines, and how many more there are."""
    more = len(lines) - most
    if more <= 1:  # one line is as long as what would stand for it
        return lines
    return (*lines[:most], Line(f"… and {more} more."))
