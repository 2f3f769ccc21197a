"""The address of a store on a server: libpq's, with what is ours taken out of its query."""

from __future__ import annotations

import os
import re
from hashlib import blake2b
from typing import Any, NamedTuple
from urllib.parse import unquote

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from comity.adapters.storage.shown import AddressParts, parts_of, shown
from comity.domain.errors import InvalidValue, StoreNotFound

SCHEMA = "comity"
"""The schema of a store whose address names none."""
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,39}")
_OURS = ("schema", "pooler", "listen")
_LIVELY = {
    "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3",
    "tcp_user_timeout": "25000",
}  # fmt: skip
"""What is told to libpq unless the address says otherwise: a host that is gone is noticed."""


class Address(NamedTuple):
    """Where a store is.

    `name` is the address without its password. `options` are libpq's. `schema` is that of the
    store in the database. `has_pooler` says that connections are lent for one transaction each.
    `listens_at` are the options by which to listen, if others.
    """

    name: str
    options: dict[str, Any]
    schema: str
    has_pooler: bool
    listens_at: dict[str, Any]

    @property
    def lock(self) -> int:
        """The key of the advisory lock that writers of this store hold."""
        digest = blake2b(f"comity/{self.schema}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)

    @property
    def channel(self) -> str:
        """The channel on which a write is notified."""
        return f"comity_{self.schema}"

    @property
    def has_sessions(self) -> bool:
        """Whether `listens_at` gives a session of one's own, with settings that last."""
        return not self.has_pooler or self.listens_at != self.options


def address_in(text: str) -> Address:
    """The parts of an address; raises `StoreNotFound` for one that libpq does not take."""
    parts, name = parts_of(text), shown(text)
    if "@" in parts.place:
        reason = "write @ and / in a name or a password as %40 and %2F"
        raise StoreNotFound(name, f"its address is not clear: {reason}")
    ours = {key: unquote(value) for key, value in parts.query if key in _OURS}
    options = _options_in(parts, name)
    return Address(
        name,
        options,
        _schema_in(ours.get("schema", SCHEMA)),
        _has_pooler(ours.get("pooler")),
        options | _hosts_in(ours.get("listen")),
    )


def _options_in(parts: AddressParts, name: str) -> dict[str, Any]:
    """What libpq is told; the environment and its files may tell it more."""
    query = "&".join(f"{key}={value}" for key, value in parts.query if key not in _OURS)
    try:
        given = conninfo_to_dict(f"{parts.scheme}://{parts.who}{parts.place}?{query}")
    except ProgrammingError as error:
        reason = " ".join(str(error).split())
        for secret in parts.secrets():
            reason = reason.replace(secret, "***")
        raise StoreNotFound(name, f"its address is not one of PostgreSQL's: {reason}") from None
    waits = {} if "PGCONNECT_TIMEOUT" in os.environ else {"connect_timeout": "5"}
    return _LIVELY | waits | {"fallback_application_name": "comity"} | given


def _schema_in(schema: str) -> str:
    if not _SCHEMA.fullmatch(schema) or schema.startswith("pg_"):
        expected = "up to 40 lower-case letters, digits and underscores, such as relations"
        raise InvalidValue("schema", schema, expected)
    return schema


def _has_pooler(mode: str | None) -> bool:
    if mode not in (None, "transaction"):
        raise InvalidValue("pooler", mode, "transaction, or leave it out")
    return mode is not None


def _hosts_in(places: str | None) -> dict[str, str]:
    """The hosts and ports of `listen`, as libpq takes several of them."""
    if places is None:
        return {}
    hosts: list[str] = []
    ports: list[str] = []
    for place in places.split(","):
        host, _, port = place.rpartition(":")
        if not host or not port.isdecimal() or "@" in host:
            expected = "a host and a port, such as db.example.org:5432; several with commas"
            raise InvalidValue("listen", place.rpartition("@")[2], expected)
        hosts.append(host.removeprefix("[").removesuffix("]"))
        ports.append(port)
    return {"host": ",".join(hosts), "port": ",".join(ports)}


def check_apart_on_servers(source: str, target: str) -> None:
    """Raise `InvalidValue` if two addresses lead to one store."""
    ours, theirs = address_in(source), address_in(target)
    place = ("host", "port", "dbname")
    is_one_database = all(ours.options.get(key) == theirs.options.get(key) for key in place)
    if is_one_database and ours.schema == theirs.schema:
        raise InvalidValue("target", theirs.name, "another store than the source")
