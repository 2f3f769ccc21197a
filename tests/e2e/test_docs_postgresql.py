"""The page of stores on a server is run from its top to its end, on a server with a replica."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.e2e.test_docs import (
    FENCE,
    NAMED_FILE,
    SERVED,
    environment_of_commands,
    run_commands,
    run_session,
    write_named_files,
)
from tests.servers import Cluster
from tests.servers.programs import program
from tests.servers.run import ROOT
from tests.servers.schemas import session

HOSTS = {"db.example.org": "primary", "replica.example.org": "replica"}
"""The hosts that the page names, and what they are in the test's cluster."""


def text_for(cluster: Cluster) -> str:
    """The page, with the places of the cluster's servers for the hosts that it names."""
    text = SERVED.read_text(encoding="utf-8")
    for host, server in ((h, getattr(cluster, s)) for h, s in HOSTS.items()):
        place = f"127.0.0.1:{server.port}"
        text = text.replace(f"{host}:5432", place).replace(host, place)
    return text


def write_passwords(folder: Path, cluster: Cluster) -> None:
    """Add to the passwords that the page shows that of who makes the database."""
    password = urlsplit(cluster.address(role=ROOT)).password
    with (folder / ".pgpass").open("a", encoding="utf-8") as file:
        file.write(f"*:*:*:{ROOT}:{password}\n")


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """A cluster, which is not started; the folder is where the page's reader works and lives."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("COMITY_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    return Cluster(replica=True)


@pytest.mark.timeout(600)
def test_the_page_says_what_happens(cluster: Cluster, tmp_path: Path) -> None:
    with cluster:
        text, scope = text_for(cluster), dict[str, object]()
        environment = environment_of_commands()
        tools = program("psql", cluster.run).parent
        environment["PATH"] = f"{tools}{os.pathsep}{environment['PATH']}"
        write_named_files(SERVED.name, text, tmp_path)
        write_passwords(tmp_path, cluster)
        with session(cluster.address(role=ROOT)) as server:
            server.execute("CREATE DATABASE postgres")  # every server but those of tests has it
        for block in FENCE.finditer(text):
            place = f"{SERVED.name}:{text.count(chr(10), 0, block.start(2))}"
            if block[1] == "console":
                run_commands(place, block[2], tmp_path, environment)
            elif block[1] == "python":
                run_session(place, block[2], scope)


def test_every_statement_that_the_page_shows_is_a_file_that_its_reader_runs() -> None:
    text = SERVED.read_text(encoding="utf-8")
    shown = [block[2] for block in FENCE.finditer(text) if block[1] == "sql"]
    files = {name: content for name, kind, content in NAMED_FILE.findall(text) if kind == "sql"}
    assert shown == list(files.values())
    for name in files:
        assert f"-f {name}" in text
