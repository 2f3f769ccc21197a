"""The address of a store on a server: libpq's, with what is ours taken out of its query."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from comity.domain.errors import InvalidValue, StoreNotFound

SCHEMA = "comity"
"""The schema of an archive whose address names none."""
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,39}")
_OURS = ("schema", "pooler", "listen")
_LIVELY = {
    "application_name": "comity", "connect_timeout": "5",
    "keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3",
}  # fmt: skip
"""What is told to libpq unless the address says otherwise: a host that is gone is noticed."""


class Address(NamedTuple):
    """Where a store is.

    `name` is the address without its password. `options` are libpq's. `schema` is that of the
    archive in the database. `has_pooler` says that connections are lent for one transaction each.
    `listens_at` are the options by which to listen, if others.
    """

    name: str
    options: dict[str, Any]
    schema: str
    has_pooler: bool
    listens_at: dict[str, Any]

    @property
    def lock(self) -> int:
        """The key of the advisory lock that writers of this archive hold."""
        digest = blake2b(f"comity/{self.schema}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)

    @property
    def channel(self) -> str:
        """The channel on which a write is notified."""
        return f"comity_{self.schema}"


def address_in(text: str) -> Address:
    """The parts of an address; raises `StoreNotFound` for one that libpq does not take."""
    parts = urlsplit(text)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    ours = {key: value for key, value in asked if key in _OURS}
    query = urlencode([each for each in asked if each[0] not in _OURS], quote_via=quote)
    name = _without_password(text)
    try:
        given = conninfo_to_dict(urlunsplit(parts._replace(query=query)))
    except ProgrammingError as error:
        reason = " ".join(str(error).split())
        raise StoreNotFound(name, f"its address is not one of PostgreSQL's: {reason}") from None
    options = _LIVELY | given
    return Address(
        name,
        options,
        _schema_in(ours.get("schema", SCHEMA)),
        _has_pooler(ours.get("pooler")),
        options | _host_in(ours.get("listen")),
    )


def _without_password(text: str) -> str:
    scheme, _, rest = text.partition("://")
    server, slash, path = rest.partition("/")
    user, at, host = server.rpartition("@")
    path = re.sub(r"((?:^|[?&])(?:password|sslpassword)=)[^&]*", r"\1***", path)
    return f"{scheme}://{user.partition(':')[0]}{at}{host}{slash}{path}"


def _schema_in(schema: str) -> str:
    if not _SCHEMA.fullmatch(schema) or schema.startswith("pg_"):
        expected = "up to 40 lower-case letters, digits and underscores, such as relations"
        raise InvalidValue("schema", schema, expected)
    return schema


def _has_pooler(mode: str | None) -> bool:
    if mode not in (None, "transaction"):
        raise InvalidValue("pooler", mode, "transaction, or leave it out")
    return mode is not None


def _host_in(place: str | None) -> dict[str, str]:
    if place is None:
        return {}
    host, _, port = place.rpartition(":")
    if not host or not port.isdecimal():
        raise InvalidValue("listen", place, "a host and a port, such as db.example.org:5432")
    return {"host": host, "port": port}
