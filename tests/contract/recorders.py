"""What our recorders and factories guarantee besides eventsourcing's own published tests."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, cast

import pytest
from eventsourcing.persistence import (
    ApplicationRecorder,
    InfrastructureFactory,
    IntegrityError,
    StoredEvent,
)
from eventsourcing.tests import persistence as suites

if TYPE_CHECKING:
    FactorySuite = suites.InfrastructureFactoryTestCase[Any]
else:
    FactorySuite = suites.InfrastructureFactoryTestCase


class FactoryContract(FactorySuite):
    """A factory makes what the environment asks for; `datastore` is the class of ours."""

    datastore: type[object]

    def test_every_recorder_uses_the_one_datastore_in_which_a_transaction_can_be_held(self) -> None:
        factory = cast(Any, InfrastructureFactory.construct(self.env))
        made: list[Any] = [
            factory.aggregate_recorder(), factory.application_recorder(),
            factory.process_recorder(), factory.tracking_recorder(),
        ]  # fmt: skip
        assert isinstance(factory.datastore, self.datastore)
        assert {id(recorder.datastore) for recorder in made} == {id(factory.datastore)}
        factory.close()


class RecorderContract(ABC):
    """A recorder of the log; `conflict` is in what the database says of a version that is there."""

    conflict: str

    @abstractmethod
    def create_recorder(self) -> ApplicationRecorder:
        """Return a recorder of an empty log."""

    def stored(self, *versions: int, state: bytes = b"{}") -> list[StoredEvent]:
        """Return events of one stream, in these versions."""
        return [StoredEvent("PAK-RUS", version, "kind", state) for version in versions]

    def test_bytes_that_are_no_text_come_back_as_they_were(self) -> None:
        recorder = self.create_recorder()
        states = [b"\xff\xfe\x00\x01", b"a\x00b", "тонна".encode(), b"", bytes(range(256))]
        for number, state in enumerate(states, 1):
            recorder.insert_events(self.stored(number, state=state))
        assert [event.state for event in recorder.select_events("PAK-RUS")] == states
        assert [n.state for n in recorder.select_notifications(1, 10)] == states

    def test_a_refused_batch_leaves_no_gap_in_the_positions(self) -> None:
        recorder = self.create_recorder()
        assert recorder.insert_events(self.stored(1)) == [1]
        with pytest.raises(IntegrityError, match=self.conflict):
            recorder.insert_events(self.stored(2, 3, 1))
        assert recorder.insert_events(self.stored(2, 3)) == [2, 3]
