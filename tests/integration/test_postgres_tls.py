"""A store through TLS: the certificate is checked, and a wrong one or none is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import comity
from comity import StoreNotFound
from tests.recording import meeting
from tests.servers import tls_address
from tests.servers.shared import GIVEN


def test_a_store_is_used_through_tls_that_is_fully_verified(
    postgres_address: str, tmp_path: Path
) -> None:
    with (
        tls_address(postgres_address, tmp_path) as address,
        comity.open(address) as engine,
        engine.subscribe() as subscription,
    ):
        assert "sslmode=verify-full" in address
        engine.append(meeting("m1"))
        assert next(subscription).event == meeting("m1")
        assert engine.verify().ok


def test_a_certificate_of_another_host_is_refused(postgres_address: str, tmp_path: Path) -> None:
    with tls_address(postgres_address, tmp_path, valid_for="127.0.0.2") as address:
        with pytest.raises(StoreNotFound, match="does not match host"):
            comity.open(address)
        weaker = address.replace("verify-full", "verify-ca")
        comity.open(weaker).close()


@pytest.mark.skipif(GIVEN in os.environ, reason="the server that was given may have TLS")
def test_who_asks_for_tls_of_a_server_without_it_is_refused(postgres_address: str) -> None:
    with pytest.raises(StoreNotFound, match="does not support SSL"):
        comity.open(f"{postgres_address}&sslmode=require")
