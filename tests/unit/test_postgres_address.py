"""The address of a store on a server: what is ours, what is libpq's, and what nobody sees."""

from __future__ import annotations

import sys

import pytest

import comity
from comity import InvalidValue, NotInstalled, StoreNotFound
from comity.adapters.storage.postgres.address import address_in

PASSWORD = "s3cr3t"


def test_what_is_not_ours_goes_to_libpq() -> None:
    address = address_in(
        "postgresql://desk@db.example.org:5433/stores?sslmode=verify-full&schema=relations"
    )
    expected = {
        "user": "desk", "host": "db.example.org", "port": "5433", "dbname": "stores",
        "sslmode": "verify-full",
    }  # fmt: skip
    assert address.options.items() >= expected.items()
    assert "schema" not in address.options
    assert (address.schema, address.has_pooler) == ("relations", False)


def test_an_address_may_leave_everything_to_the_environment() -> None:
    address = address_in("postgresql://")
    assert not address.options.keys() & {"host", "port", "user", "dbname", "password"}
    assert address.schema == "comity"


def test_what_libpq_is_told_can_be_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    assert address_in("postgresql://h/d").options["connect_timeout"] == "5"
    assert address_in("postgresql://h/d?connect_timeout=60").options["connect_timeout"] == "60"
    monkeypatch.setenv("PGCONNECT_TIMEOUT", "20")
    assert "connect_timeout" not in address_in("postgresql://h/d").options


def test_several_hosts_are_libpqs() -> None:
    options = address_in("postgres://a,b:5433/d?target_session_attrs=read-write").options
    assert (options["host"], options["port"]) == ("a,b", ",5433")
    assert options["target_session_attrs"] == "read-write"


@pytest.mark.parametrize(
    ("listen", "host", "port"),
    [
        ("db.example.org:5432", "db.example.org", "5432"),
        ("[::1]:5432", "::1", "5432"),
        ("a:1,b:2", "a,b", "1,2"),
        ("db.example.org%3A5432", "db.example.org", "5432"),
    ],
)
def test_it_is_listened_at_other_hosts_than_the_poolers(listen: str, host: str, port: str) -> None:
    address = address_in(f"postgresql://pooler:6432/d?pooler=transaction&listen={listen}")
    assert address.has_pooler
    assert address.has_sessions
    assert (address.listens_at["host"], address.listens_at["port"]) == (host, port)
    assert (address.options["host"], address.options["port"]) == ("pooler", "6432")
    assert not address_in("postgresql://pooler:6432/d?pooler=transaction").has_sessions


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("schema=Relations", "schema"),
        ("schema=pg_own", "schema"),
        ("schema=", "schema"),
        ("schema=a%22b", "schema"),
        (f"schema={'a' * 41}", "schema"),
        ("pooler=session", "pooler"),
        ("listen=db.example.org", "listen"),
        ("listen=:5432", "listen"),
        ("listen=a:1,b", "listen"),
    ],
)
def test_a_part_of_ours_that_cannot_be_right_is_named(query: str, field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        address_in(f"postgresql://h/d?{query}")
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("postgresql://desk:PW@h/d?schema=relations", "postgresql://desk@h/d?schema=relations"),
        ("postgresql://desk:PW@h", "postgresql://desk@h"),
        ("postgres://:PW@h/d", "postgres://@h/d"),
        ("postgresql://desk:a?PW@h/d", "postgresql://desk@h/d"),
        ("postgresql://desk:a#PW@h/d?schema=x", "postgresql://desk@h/d?schema=x"),
        ("postgresql://h/d?user=desk&password=PW", "postgresql://h/d?user=desk&password=***"),
        ("postgresql://h/d?pass%77ord=PW", "postgresql://h/d?password=***"),
        ("postgresql://h/d?sslpassword=PW", "postgresql://h/d?sslpassword=***"),
        ("postgresql://desk:PW@a:1,b:2/d", "postgresql://desk@a:1,b:2/d"),
    ],
)
def test_its_name_has_no_password(address: str, name: str) -> None:
    found = address_in(address.replace("PW", PASSWORD))
    assert found.name == name
    told = {*found.options.values()}
    assert any(PASSWORD in str(value) for value in told)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://desk:PW/x@h/d",
        "postgresql://desk:x@PW@h/d",
        "postgresql://desk:PW%zz@h/d",
        "postgresql://desk:PW@h/d?unknown=1",
        "postgresql://h/d?password=PW%zz",
        "postgresql://desk:PW@[::1/d",
    ],
)
def test_an_address_that_cannot_be_right_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(StoreNotFound, match="its address") as caught:
        address_in(address.replace("PW", PASSWORD))
    assert PASSWORD not in str(caught.value)


def test_an_address_with_a_scheme_that_is_unknown_is_told_without_its_password() -> None:
    with pytest.raises(StoreNotFound, match="no store is installed for 'postgresq'") as caught:
        comity.open(f"postgresq://desk:{PASSWORD}@h/d")
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("package", ["psycopg", "psycopg_pool"])
def test_without_the_driver_it_is_said_what_to_install(
    package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(sys.modules):
        if name.partition(".")[0] in ("psycopg", "psycopg_pool") or (
            name.startswith(("comity.adapters.storage.postgres", "eventsourcing.postgres"))
        ):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(NotInstalled, match=r"pip install 'comity\[postgres\]'") as caught:
        comity.open("postgresql://desk@h/d")
    assert (caught.value.package, caught.value.extra) == ("psycopg", "postgres")
