"""eventsourcing's published suites, on our recorders for PostgreSQL.

The log's names are text there, as comity's are; the suites' UUIDs are no names of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from eventsourcing.postgres import PostgresAggregateRecorder, PostgresTrackingRecorder
from eventsourcing.tests import persistence as suites
from eventsourcing.utils import Environment

from comity.adapters.storage.postgres.address import address_in
from comity.adapters.storage.postgres.datastore import Datastore
from comity.adapters.storage.postgres.recorder import AggregateRecorder, Factory, Recorder
from tests.contract.recorders import FactoryContract, RecorderContract
from tests.servers import make_schema

OUR_FACTORY = "comity.adapters.storage.postgres.recorder:Factory"


class OnAServer:
    """Each test has a schema of its own."""

    address: str
    datastore: Datastore

    @pytest.fixture(autouse=True)
    def _schema(self, postgres_address: str) -> Iterator[None]:
        self.address = postgres_address
        make_schema(postgres_address)
        self.datastore = Datastore(address_in(postgres_address))
        yield
        self.datastore.close()

    def new_originator_id(self) -> str:
        """Return a fresh name of a stream."""
        return f"PAK-RUS-{uuid4()}"

    def create_recorder(self) -> Recorder:
        """Return our recorder in the schema."""
        recorder = Recorder(self.datastore)
        recorder.create_table()
        return recorder


class TestApplicationRecorder(OnAServer, suites.ApplicationRecorderTestCase[Recorder]):
    """Events, notifications, writers at once, and a subscription."""

    def test_whoever_subscribes_is_told_of_each_event(self) -> None:
        self.optional_test_insert_subscribe()


class TestProcessRecorder(OnAServer, suites.ProcessRecorderTestCase):
    """Events together with the tracking of what they were made from."""


class TestTrackingRecorder(OnAServer, suites.TrackingRecorderTestCase):
    """Tracking alone."""


class TestNonInterleavingNotificationIDs(OnAServer, suites.NonInterleavingNotificationIDsBaseCase):
    """A batch's positions are consecutive, whatever other writers do."""


class TestAggregateRecorder(OnAServer, suites.AggregateRecorderTestCase):
    """Our factory makes a recorder for snapshots, on our datastore."""

    def create_recorder(self) -> AggregateRecorder:  # type: ignore[override]  # a smaller one
        """Return the factory's aggregate recorder."""
        recorder = AggregateRecorder(self.datastore, events_table_name="snapshots")
        recorder.create_table()
        return recorder


class OtherTrackingRecorder(PostgresTrackingRecorder):
    """A subclass that the factory is asked to make."""


class TestFactory(FactoryContract):
    """Our factory makes what the environment asks for."""

    datastore = Datastore

    @pytest.fixture(autouse=True)
    def _environment(self, postgres_address: str) -> None:
        make_schema(postgres_address)
        self.env = Environment(
            env={
                "PERSISTENCE_MODULE": OUR_FACTORY,
                "COMITY_ADDRESS": postgres_address,
                "POSTGRES_DBNAME": "", "POSTGRES_HOST": "", "POSTGRES_USER": "",
                "POSTGRES_PASSWORD": "",
            }
        )  # fmt: skip

    def expected_factory_class(self) -> type[Factory]:
        return Factory

    def expected_aggregate_recorder_class(self) -> type[PostgresAggregateRecorder]:
        return AggregateRecorder

    def expected_application_recorder_class(self) -> type[Recorder]:
        return Recorder

    def expected_tracking_recorder_class(self) -> type[PostgresTrackingRecorder]:
        return PostgresTrackingRecorder

    def tracking_recorder_subclass(self) -> type[PostgresTrackingRecorder]:
        return OtherTrackingRecorder

    def expected_process_recorder_class(self) -> type[Recorder]:
        return Recorder


class TestWhatTheSuitesDoNotAsk(OnAServer, RecorderContract):
    """What our recorder guarantees besides eventsourcing's own tests."""

    conflict = "duplicate key"
