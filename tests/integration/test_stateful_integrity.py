"""The same history of calls, with redactions, digests, projections and a second engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Container

import msgspec
from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from hypothesis.strategies import DataObject
from msgspec import structs

import comity
from comity.domain.events import Event, RecordKeeping, RecordRedacted, Redacted
from comity.engine import TimelineEngine
from comity.projections.state import StateProjection
from tests import oracle
from tests.effort import UNMEASURED, examples
from tests.folding import closely, from_the_start
from tests.integration.test_kills import EventIds
from tests.integration.test_stateful import (
    EngineHistory,
    EngineHistoryInMemory,
    EngineHistoryOnAServer,
    facts,
)
from tests.strategies import VIEWS, dates

pytestmark = UNMEASURED
DERIVED = re.compile("(?!given-)[a-z-]+-[0-9a-f]{24}")
"""What ids look like that are derived from content, and those alone."""


class WholeHistory(EngineHistory):
    """What is redacted leaves its place; every digest ever published stays true."""

    def __init__(self) -> None:
        self.published: list[str] = []
        self.changed: set[str] = set()
        super().__init__()
        self.second = self.opened()

    def opened(self) -> TimelineEngine:
        """An engine on the store, with snapshots after every few events."""
        return comity.open(self.address, clock=lambda: self.now, settings=closely(2, 3))

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.second.close()
        super().teardown()

    def any_recorded(self, data: DataObject) -> Event:
        """One of the events that no redaction has changed, nor anything that acts on them."""
        whole = [event for event in self.events() if not self.is_changed(event)]
        assume(whole)
        return data.draw(st.sampled_from(whole), label="recorded")

    def is_changed(self, event: Event) -> bool:
        """Whether a redaction changed the event or an act on it."""
        return event.id in self.changed or isinstance(event, RecordRedacted | Redacted)

    @precondition(lambda self: not all(map(self.is_changed, self.events())))
    @rule(data=st.data())
    def redact(self, data: DataObject) -> None:
        """Nothing is left but the place, the kind and what named it."""
        target = self.any_recorded(data)
        redaction = self.engine.redact(target.id, "by law")
        log = [record.event for record in self.engine.events()]
        renamed = {target.id: redaction.id}
        while more := {
            event.id: log[place].id
            for place, event in enumerate(self.events())
            if event.id not in renamed
            and (any(map(self.naming(event), renamed)) or self.tells_of(event, renamed))
        }:
            renamed |= more
        places = [at for at, event in enumerate(self.events()) if event.id in renamed]
        assert list(redaction.positions) == [at + 1 for at in places]
        written = {
            at: self.renamed(self.events()[at], renamed, is_target=log[at].id == redaction.id)
            for at in places
        }
        for at, new in written.items():
            assert new == log[at]
            self.model[at] = self.model[at]._replace(event=new)
            self.changed |= {new.id, getattr(new, "target", ""), getattr(new, "replacement", "")}
        act = log[-1]
        assert isinstance(act, RecordRedacted)
        assert (act.id, act.target, act.reason) == (redaction.act, redaction.id, "by law")
        assert act.parties == target.parties
        moment = max([self.now, *(entry.recorded_at for entry in self.model)])
        self.model.append(oracle.Logged(act, len(self.model) + 1, moment))

    def naming(self, event: Event) -> Callable[[str], bool]:
        """Whether an event names an id: by its fields, or in any text if the id is derived."""
        text = msgspec.json.encode(event).decode()
        fields = {getattr(event, "target", ""), getattr(event, "replacement", "")}
        return lambda id: id in fields or (id in text and bool(DERIVED.fullmatch(id)))

    def tells_of(self, event: Event, ids: Container[str]) -> bool:
        """Whether a redaction told the digest of a form that is written anew."""
        places = [str(at) for at, each in enumerate(self.events(), 1) if each.id in ids]
        forms = event.forms if isinstance(event, RecordRedacted) else ()
        return any(form.split(":")[0] in places for form in forms)

    def renamed(self, event: Event, ids: dict[str, str], *, is_target: bool) -> Event:
        """The event as the redaction must leave it."""
        if is_target and not isinstance(event, RecordKeeping):
            return Redacted(parties=event.parties, kind=event.type, id=ids[event.id])
        text = msgspec.json.encode(event).decode()
        for old in filter(DERIVED.fullmatch, ids):
            text = text.replace(old, ids[old])
        new = msgspec.json.decode(text, type=type(event))
        if isinstance(new, RecordRedacted):
            kept = [f for f in new.forms if self.events()[int(f.split(":")[0]) - 1].id not in ids]
            new = structs.replace(new, forms=tuple(kept))
        told = {field: getattr(event, field, "") for field in ("id", "target", "replacement")}
        changes = {field: ids[id] for field, id in told.items() if id in ids}
        if is_target:
            changes["reason"] = "redacted"
        return structs.replace(new, **changes)

    @rule(events=st.lists(facts(), max_size=4))
    def extend(self, events: list[Event]) -> None:
        """A long import is a row of appends."""
        new = [e for e in {e.id: e for e in events}.values() if self.find(e.id) is None]
        report = self.engine.extend(events, batch_size=2)
        assert (report.appended, report.duplicates) == (len(new), len(events) - len(new))
        for event in new:
            at = max([self.now, *(entry.recorded_at for entry in self.model)])
            self.model.append(oracle.Logged(event, len(self.model) + 1, at))

    @rule()
    def publish(self) -> None:
        self.published.append(str(self.engine.digest()))

    @rule()
    def verify(self) -> None:
        """The log, its index and its snapshots are as they were recorded."""
        for digest in (None, *self.published[-3:]):
            verification = self.engine.verify(digest)
            assert verification.ok, verification.problems
            assert (verification.position, verification.rebuilt) == (len(self.model), ())

    @rule()
    def materialize(self) -> None:
        answers = self.engine.materialize(EventIds()).answers()
        assert answers == from_the_start(self.engine, EventIds(), None)

    @rule()
    def rebuild(self) -> None:
        answers = self.engine.rebuild(EventIds()).answers()
        assert answers == from_the_start(self.engine, EventIds(), None)

    @rule()
    def catch_up(self) -> None:
        """A materialized projection comes to the end of the log."""
        handle = self.engine.materialize(EventIds())
        handle.catch_up()
        assert handle.position == len(self.model)

    @rule(data=st.data(), parties=st.sampled_from(VIEWS))
    def ask_from_snapshots(self, data: DataObject, parties: tuple[str, ...]) -> None:
        on = min(data.draw(dates()), self.now.date())
        state = self.engine.materialize(StateProjection()).answer(*parties, on=on)
        name = "-".join(sorted(parties))
        [expected] = from_the_start(self.engine, StateProjection(), on, [name]).values()
        assert state == expected

    @precondition(lambda self: self.address != ":memory:")
    @rule()
    def go_on_with_the_second_engine(self) -> None:
        self.engine, self.second = self.second, self.engine


class WholeHistoryInMemory(EngineHistoryInMemory, WholeHistory):
    """The same on a store that forgets."""


class WholeHistoryOnAServer(EngineHistoryOnAServer, WholeHistory):
    """The same on a store that many share."""


TestOnAFile = WholeHistory.TestCase
TestInMemory = WholeHistoryInMemory.TestCase
TestOnAServer = WholeHistoryOnAServer.TestCase
STEPS = settings(stateful_step_count=25)
TestOnAFile.settings = examples(12, STEPS)
TestInMemory.settings = examples(20, STEPS)
TestOnAServer.settings = examples(8, STEPS)
