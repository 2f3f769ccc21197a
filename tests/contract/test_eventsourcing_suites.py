"""eventsourcing's own published suites, which our recorders and our factory's must pass."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from uuid import UUID, uuid4

import pytest
from eventsourcing.persistence import (
    AggregateRecorder,
    IntegrityError,
)
from eventsourcing.sqlite import SQLiteAggregateRecorder, SQLiteTrackingRecorder
from eventsourcing.tests import application as example
from eventsourcing.tests import persistence as suites
from eventsourcing.utils import Environment

from comity.adapters.storage.sqlite.datastore import Datastore
from comity.adapters.storage.sqlite.recorder import Factory, Recorder
from tests.contract.recorders import FactoryContract, RecorderContract

OUR_FACTORY = "comity.adapters.storage.sqlite.recorder:Factory"


class OnAFile:
    """Each test has a file of its own; names are UUIDs, as eventsourcing's are by default."""

    ids: Literal["uuid", "text"] = "uuid"
    path: Path
    datastore: Datastore

    @pytest.fixture(autouse=True)
    def _file(self, tmp_path: Path) -> Iterator[None]:
        self.path = tmp_path / "suite.db"
        self.datastore = Datastore(self.path.as_uri(), originator_id_type=self.ids)
        yield
        self.datastore.close()

    def new_originator_id(self) -> UUID | str:
        """Return a fresh name of the kind that the store holds."""
        return uuid4() if self.ids == "uuid" else f"PAK-RUS-{uuid4()}"

    def create_recorder(self) -> Recorder:
        """Return our recorder on the file."""
        recorder = Recorder(self.datastore)
        recorder.create_table()
        return recorder


class TestApplicationRecorder(OnAFile, suites.ApplicationRecorderTestCase[Recorder]):
    """Events, notifications and writers at once."""


class TestApplicationRecorderOfTextIds(TestApplicationRecorder):
    ids = "text"


class TestProcessRecorder(OnAFile, suites.ProcessRecorderTestCase):
    """Events together with the tracking of what they were made from."""


class TestProcessRecorderOfTextIds(TestProcessRecorder):
    ids = "text"


class TestTrackingRecorder(OnAFile, suites.TrackingRecorderTestCase):
    """Tracking alone."""


class TestNonInterleavingNotificationIDs(OnAFile, suites.NonInterleavingNotificationIDsBaseCase):
    """A batch's positions are consecutive, whatever other writers do."""


class TestNonInterleavingNotificationIDsOfTextIds(TestNonInterleavingNotificationIDs):
    ids = "text"


class TestAggregateRecorder(OnAFile, suites.AggregateRecorderTestCase):
    """Our factory makes eventsourcing's own recorder for snapshots, on our datastore."""

    def create_recorder(self) -> AggregateRecorder:  # type: ignore[override]  # a smaller one
        """Return the factory's aggregate recorder."""
        self.factory = Factory({"SQLITE_DBNAME": self.path.as_uri()} | self.id_type())
        return self.factory.aggregate_recorder(purpose="snapshots")

    def id_type(self) -> dict[str, str]:
        """Return the setting for the names' type."""
        return {"ORIGINATOR_ID_TYPE": self.ids}


class TestAggregateRecorderOfTextIds(TestAggregateRecorder):
    ids = "text"


class OtherTrackingRecorder(SQLiteTrackingRecorder):
    """A subclass that the factory is asked to make."""


class TestFactory(FactoryContract):
    """Our factory makes what the environment asks for."""

    datastore = Datastore

    @pytest.fixture(autouse=True)
    def _environment(self, tmp_path: Path) -> None:
        self.env = Environment(
            env={
                "PERSISTENCE_MODULE": OUR_FACTORY,
                "SQLITE_DBNAME": (tmp_path / "factory.db").as_uri(),
            }
        )

    def expected_factory_class(self) -> type[Factory]:
        return Factory

    def expected_aggregate_recorder_class(self) -> type[SQLiteAggregateRecorder]:
        return SQLiteAggregateRecorder

    def expected_application_recorder_class(self) -> type[Recorder]:
        return Recorder

    def expected_tracking_recorder_class(self) -> type[SQLiteTrackingRecorder]:
        return SQLiteTrackingRecorder

    def tracking_recorder_subclass(self) -> type[SQLiteTrackingRecorder]:
        return OtherTrackingRecorder

    def expected_process_recorder_class(self) -> type[Recorder]:
        return Recorder


class TestExampleApplication(example.ExampleApplicationTestCase):
    """A stock application, snapshots and all, runs on our persistence module."""

    expected_factory_topic = OUR_FACTORY

    @pytest.fixture(autouse=True)
    def _environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PERSISTENCE_MODULE", OUR_FACTORY)
        monkeypatch.setenv("SQLITE_DBNAME", (tmp_path / "accounts.db").as_uri())


class TestWhatTheSuitesDoNotAsk(OnAFile, RecorderContract):
    """What our recorder guarantees besides eventsourcing's own tests."""

    ids = "text"

    conflict = "UNIQUE"

    def test_a_conflict_inside_the_held_transaction_is_an_error_of_eventsourcing(self) -> None:
        recorder = self.create_recorder()
        recorder.insert_events(self.stored(1))
        with self.datastore.exclusive(), pytest.raises(IntegrityError):
            recorder.insert_events(self.stored(2, 1))
        assert not self.datastore.is_held

    def test_an_error_inside_the_held_transaction_leaves_nothing_of_several_calls(self) -> None:
        recorder = self.create_recorder()

        def interrupted() -> None:
            with self.datastore.exclusive():
                recorder.insert_events(self.stored(1))
                recorder.insert_events(self.stored(2))
                assert recorder.max_notification_id() == 2
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            interrupted()
        assert recorder.max_notification_id() is None
        assert not self.datastore.is_held
