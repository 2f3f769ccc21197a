"""A history of calls on the engine, beside a plain list of what the log must then hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import DataObject
from msgspec import structs

import comity
from comity.domain.errors import (
    IdConflict,
    IncoherentHistory,
    InvalidValue,
    NoSuchEvent,
    NotRetracted,
    TargetRetracted,
    VersionConflict,
)
from comity.domain.events import AccountPreferred, Event, RecordKeeping, RecordRetracted
from comity.engine import TimelineEngine
from comity.engine.batch import Receipt
from tests import oracle
from tests.effort import UNMEASURED, examples
from tests.oracle import Logged
from tests.stores import a_store
from tests.strategies import KINDS, MANY_SIDED, RELATIONSHIPS, VIEWS, dates, facts_of, rivals_of

pytestmark = UNMEASURED

# A few kinds, so that the same subjects come up again and again.
FEW_KINDS = ("relations-severed", "meeting-held", "deal-signed", "measure-imposed")


def facts() -> st.SearchStrategy[Event]:
    pairs = (*RELATIONSHIPS[:4], *MANY_SIDED)
    return st.sampled_from(FEW_KINDS).flatmap(lambda tag: facts_of(KINDS[tag], pairs))


class EngineHistory(RuleBasedStateMachine):
    """After any calls in any order, the log equals the model's list."""

    kind = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2024, 6, 1, 12, tzinfo=UTC)
        self.model: list[Logged] = []
        self.store = ExitStack()
        self.address = self.store.enter_context(a_store(self.kind))
        self.engine = self.opened()

    def opened(self) -> TimelineEngine:
        """An engine on the store."""
        return comity.open(self.address, clock=lambda: self.now)

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.engine.close()
        self.store.close()

    # The model

    def events(self) -> list[Event]:
        """What was recorded, in order."""
        return [entry.event for entry in self.model]

    def find(self, id: str) -> Event | None:
        """The recorded event with this id."""
        return next((event for event in self.events() if event.id == id), None)

    def expect(self, receipt: Receipt, events: Iterable[Event]) -> None:
        """Add `events` to the model, each once, and compare the receipt with it."""
        positions, duplicates = list[int](), list[str]()
        for event in events:
            if self.find(event.id) is None:
                recorded_at = max([self.now, *(entry.recorded_at for entry in self.model)])
                self.model.append(Logged(event, len(self.model) + 1, recorded_at))
            else:
                duplicates.append(event.id)
            positions.append([known.id for known in self.events()].index(event.id) + 1)
        assert list(receipt.positions) == positions
        assert list(receipt.duplicates) == duplicates
        assert list(receipt.versions) == [self.version(position) for position in positions]
        assert list(receipt.ids) == [self.model[at - 1].event.id for at in positions]
        gone = [id for id in dict.fromkeys(duplicates) if oracle.retracted(self.model, id)]
        assert [known.id for known in receipt.retracted] == gone
        for known in receipt.retracted:
            act = self.find(known.act)
            assert isinstance(act, RecordRetracted)
            assert (act.target, act.reason) == (known.id, known.reason)
            assert not oracle.retracted(self.model, act.id)

    def version(self, position: int) -> int:
        """How many events its relationship had when the event at `position` was recorded."""
        parties = self.model[position - 1].event.parties
        return sum(event.parties == parties for event in self.events()[:position])

    def any_recorded(self, data: DataObject) -> Event:
        """One of the recorded events."""
        return data.draw(st.sampled_from(self.events()), label="recorded")

    # What may be called

    @initialize(events=st.lists(facts(), min_size=1, max_size=3))
    def begin(self, events: list[Event]) -> None:
        """The other rules need something recorded."""
        self.append(events)

    @rule(hours=st.sampled_from((-48, 1, 24)))
    def time_passes(self, hours: int) -> None:
        """Clocks are set back, too; recorded time is not."""
        self.now += timedelta(hours=hours)

    @rule(events=st.lists(facts(), max_size=3))
    def append(self, events: list[Event]) -> None:
        self.expect(self.engine.append(*events), events)

    @rule(data=st.data())
    def append_a_rival(self, data: DataObject) -> None:
        facts = [event for event in self.events() if not isinstance(event, RecordKeeping)]
        assume(facts)  # all may be redacted
        rival = data.draw(st.sampled_from(facts).flatmap(rivals_of))
        self.expect(self.engine.append(rival), [rival])

    @rule(data=st.data(), fresh=facts())
    def append_again(self, data: DataObject, fresh: Event) -> None:
        """What is there already is answered as such, also beside something new."""
        known = self.any_recorded(data)
        again = [known, fresh, known]
        self.expect(self.engine.append(*again), again)

    @rule(data=st.data(), fresh=facts())
    def append_other_content_under_a_known_id(self, data: DataObject, fresh: Event) -> None:
        """The whole batch is refused."""
        known = self.any_recorded(data)
        if isinstance(known, AccountPreferred):
            return  # its target may be retracted by now, and then it is refused for that
        id = f"given-{known.id}"
        if self.find(id) is None:
            event = structs.replace(known, id=id)
            self.expect(self.engine.append(event), [event])
        other = structs.replace(known, id=id, note="other content")
        with pytest.raises(IdConflict) as refused:
            self.engine.append(fresh, other)
        assert refused.value.id == id
        assert self.model[refused.value.position - 1].event.id == id

    @rule(events=st.lists(facts(), min_size=1, max_size=2), missing=st.integers(-1, 1))
    def append_with_an_expected_version(self, events: list[Event], missing: int) -> None:
        """The versions of all relationships are right, or nothing is written."""
        current = Counter("-".join(event.parties) for event in self.events())
        expected = {"-".join(e.parties): current["-".join(e.parties)] for e in events}
        invalidated = "-".join(events[-1].parties)
        expected[invalidated] += missing
        if missing and any(self.find(event.id) is None for event in events):
            with pytest.raises(VersionConflict) as refused:
                self.engine.append(*events, expected_version=expected)
            assert (refused.value.relationship, refused.value.current) == (
                invalidated,
                current[invalidated],
            )
        else:
            self.expect(self.engine.append(*events, expected_version=expected), events)

    @rule(events=st.lists(facts(), min_size=1, max_size=2))
    def append_strictly(self, events: list[Event]) -> None:
        """What would make the history incoherent is refused whole."""
        try:
            receipt = self.engine.append(*events, strict=True)
        except IncoherentHistory:
            return  # the invariants see that nothing was written
        self.expect(receipt, events)

    @rule(data=st.data(), reason=st.sampled_from(("r1", "r2")))
    def retract(self, data: DataObject, reason: str) -> None:
        target = self.any_recorded(data)
        receipt = self.engine.retract(target.id, reason)
        self.expect_act(receipt, RecordRetracted(target=target.id, reason=reason))

    @rule(data=st.data(), reason=st.sampled_from(("r1", "r2")))
    def prefer(self, data: DataObject, reason: str) -> None:
        target = self.any_recorded(data)
        if target.happening and oracle.retracted(self.model, target.id):
            with pytest.raises(TargetRetracted) as refused:
                self.engine.prefer(target.id, f"another {reason}")
            assert refused.value.id == target.id
        elif target.happening:
            receipt = self.engine.prefer(target.id, reason)
            self.expect_act(receipt, AccountPreferred(target=target.id, reason=reason))
        else:
            with pytest.raises(InvalidValue):
                self.engine.prefer(target.id, reason)

    @rule(data=st.data(), replacement=facts())
    def correct(self, data: DataObject, replacement: Event) -> None:
        target = self.any_recorded(data)
        if replacement.id == target.id:
            return
        self.corrected(target, replacement)

    @rule(data=st.data())
    def correct_by_what_is_recorded(self, data: DataObject) -> None:
        """Also back to an earlier telling: it stands again, whatever took it back."""
        target, replacement = self.any_recorded(data), self.any_recorded(data)
        kept = isinstance(target, RecordKeeping) or isinstance(replacement, RecordKeeping)
        if not kept and replacement.id != target.id:
            self.corrected(target, replacement)

    def corrected(self, target: Event, replacement: Event) -> None:
        """Correct, and see that the target does not stand and the replacement does."""
        taken_back = self.standing_retractions(replacement)
        receipt = self.engine.correct(target.id, replacement, "wrong")
        act = RecordRetracted(target=target.id, reason="wrong", replacement=replacement.id)
        others = self.taking_back(receipt.ids[1:], taken_back, "wrong")
        self.expect_act(receipt, act, *others, replacement)
        assert oracle.retracted(self.model, target.id)
        assert not oracle.retracted(self.model, replacement.id)

    @rule(data=st.data())
    def reinstate(self, data: DataObject) -> None:
        """Every retraction of it that stands is taken back."""
        target = self.any_recorded(data)
        standing = self.standing_retractions(target)
        if not standing:
            with pytest.raises(NotRetracted):
                self.engine.reinstate(target.id, "right")
            return
        receipt = self.engine.reinstate(target.id, "right")
        self.expect(receipt, self.taking_back(receipt.ids, standing, "right"))
        assert not oracle.retracted(self.model, target.id)

    def standing_retractions(self, event: Event) -> list[RecordRetracted]:
        """The retractions of the event that stand."""
        return [
            act
            for act in self.events()
            if isinstance(act, RecordRetracted)
            and act.target == event.id
            and not oracle.retracted(self.model, act.id)
        ]

    def taking_back(
        self, ids: Iterable[str], retractions: Iterable[RecordRetracted], reason: str
    ) -> list[Event]:
        """The acts, under the ids that the engine gave them, that retract these retractions."""
        return [
            RecordRetracted(target=act.id, reason=reason, id=id, parties=act.parties)
            for act, id in zip(retractions, ids, strict=False)
        ]

    def expect_act(self, receipt: Receipt, act: RecordKeeping, *others: Event) -> None:
        """Add `act`; a repeated act is a new event if the first no longer has effect."""
        target = self.find(act.target)
        assert target is not None
        assert (self.find(receipt.ids[0]) is not None) == self.in_effect(act, target)
        act = structs.replace(act, id=receipt.ids[0], parties=target.parties)
        self.expect(receipt, [act, *others])
        assert act == self.find(act.id)

    def in_effect(self, act: RecordKeeping, target: Event) -> bool:
        """Whether the same act stands and, of a preference, is the last word on its happening."""
        acts = [entry.event for entry in oracle.live(self.model)]
        same = act.replace(id="", parties=target.parties)
        # Acted by the engine: under the derived id, or when done again, one that begins with it.
        done = [known for known in acts if f"{known.id}-".startswith(f"{same.id}-")]
        if all(structs.replace(known, id=same.id) != same for known in done):
            return False
        if isinstance(act, RecordRetracted):
            return True
        pairs = [tuple(map(oracle.heir, pair)) for pair in combinations(target.parties, 2)]
        rivals = {e.id for pair in pairs for e in oracle.accounts(self.facts(), target, pair)}
        gone = [e.id for e in self.events() if oracle.retracted(self.model, e.id)]
        preferred = [known.target for known in acts if isinstance(known, AccountPreferred)]
        return [id for id in preferred if id in rivals and id not in gone][-1:] == [target.id]

    def facts(self) -> list[Logged]:
        """What was recorded without the record keeping, so that nothing is retracted."""
        return [e for e in self.model if not isinstance(e.event, RecordKeeping)]

    @rule()
    def act_on_nothing(self) -> None:
        """What is not there can be neither retracted nor preferred."""
        with pytest.raises(NoSuchEvent):
            self.engine.retract("nothing", "no reason")
        with pytest.raises(NoSuchEvent):
            self.engine.prefer("nothing", "no reason")

    @precondition(lambda self: self.address != ":memory:")
    @rule()
    def reopen(self) -> None:
        self.engine.close()
        self.engine = self.opened()

    @rule(data=st.data(), parties=st.sampled_from(VIEWS))
    def ask(self, data: DataObject, parties: tuple[str, ...]) -> None:
        """What is asked changes nothing and is answered from everything recorded."""
        on = data.draw(dates())
        known_at = data.draw(st.integers(0, len(self.model)))
        state = self.engine.state(*parties, on=on, known_at=known_at)
        folded, undetermined = oracle.selected(self.model, parties, on, known_at, "certain")
        assert state.events == len(folded)
        assert list(state.undetermined) == undetermined

    @rule(data=st.data())
    def is_retracted_or_not(self, data: DataObject) -> None:
        """The timeline shows an event if and only if it stands."""
        event = self.any_recorded(data)
        standing = oracle.standing(self.model, event.parties, len(self.model))
        shown = {entry.event.id for entry in self.engine.timeline(*event.parties)}
        assert shown == {event.id for event in standing}

    # What always holds

    @invariant()
    def the_log_is_the_list(self) -> None:
        recorded = list(self.engine.events())
        assert [record.event for record in recorded] == self.events()
        assert [record.recorded_at for record in recorded] == [e.recorded_at for e in self.model]

    @invariant()
    def positions_and_versions_have_no_gaps(self) -> None:
        versions: Counter[str] = Counter()
        for position, record in enumerate(self.engine.events(), 1):
            versions[record.relationship] += 1
            assert record.position == position
            assert record.version == versions[record.relationship]
            assert record.relationship == "-".join(record.event.parties)

    @invariant()
    def recorded_time_never_decreases(self) -> None:
        moments = [record.recorded_at for record in self.engine.events()]
        assert moments == sorted(moments)

    @invariant()
    def relationships_are_those_that_have_events(self) -> None:
        assert set(self.engine.relationships()) == {"-".join(e.parties) for e in self.events()}


class EngineHistoryInMemory(EngineHistory):
    """The same on a store that forgets."""

    kind = "memory"


class EngineHistoryOnAServer(EngineHistory):
    """The same on a store that many share."""

    kind = "postgres"


TestOnAFile = EngineHistory.TestCase
TestInMemory = EngineHistoryInMemory.TestCase
TestOnAServer = EngineHistoryOnAServer.TestCase
STEPS = settings(stateful_step_count=25)
TestOnAFile.settings = examples(15, STEPS)
TestInMemory.settings = examples(25, STEPS)
TestOnAServer.settings = examples(10, STEPS)
