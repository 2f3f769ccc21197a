"""Commands that are given the address of a server: what they say, and what they do not show."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import comity
from comity import StateProjection
from comity.adapters.storage.sql.index import VERSION
from tests.effort import PATIENCE
from tests.recording import meeting
from tests.servers import schema_of
from tests.servers.schemas import session


@pytest.fixture
def store(postgres_address: str) -> str:
    with comity.open(postgres_address) as engine:
        engine.append(meeting("m1"), meeting("m2", parties=("IND", "PAK")))
    return postgres_address


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "comity", *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip


def test_the_doctor_looks_at_a_server_and_writes_nothing(store: str, tmp_path: Path) -> None:
    with comity.open(store) as engine:
        engine.materialize(StateProjection()).catch_up()
        engine.append(meeting("m3"))
        digest = engine.digest().digest
    done = run("doctor", "--store", store, "--format", "json", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    health = told["health"]
    assert (told["ok"], told["place"]) == (True, None)
    assert (health["events"], health["relationships"]) == (3, 2)
    assert (health["verified"], health["digest"]) == (True, digest)
    assert [(each["name"], each["lag"]) for each in health["projections"]] == [("state", 1)]
    assert health["first_recorded"] < health["last_recorded"]
    shown = run("doctor", "--store", store, folder=tmp_path).stdout
    assert shown.startswith("All is well")
    assert "the whole log, yes" in shown


def test_the_doctor_says_what_is_not_well_with_a_server(store: str, tmp_path: Path) -> None:
    schema = schema_of(store)
    with session(store) as server:
        server.execute(f"UPDATE {schema}.stored_events SET seal = 'x' WHERE position = 2".encode())
    done = run("doctor", "--store", store, folder=tmp_path)
    assert done.returncode == 3
    assert "the log differs at position 2" in done.stdout
    with session(store) as server:
        server.execute(f"DROP TABLE {schema}.comity_events_{VERSION}".encode())
    done = run("doctor", "--store", store, "--quick", folder=tmp_path)
    assert done.returncode == 3
    assert "read-only" in done.stdout


@pytest.mark.parametrize("command", ["doctor", "state", "append", "digest"])
def test_no_command_shows_a_password(command: str, store: str, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_text("")
    arguments = {"state": ["PAK", "RUS"], "append": ["none.jsonl"]}.get(command, [])
    closed = store.replace(f":{urlsplit(store).port}/", ":1/")
    done = run(command, *arguments, "--store", closed, folder=tmp_path)
    assert done.returncode == 3
    said = done.stdout + done.stderr
    assert "Connection refused" in said
    assert str(urlsplit(store).password) not in said


def test_without_the_driver_a_command_says_what_to_install(tmp_path: Path) -> None:
    script = "import sys; sys.modules['psycopg'] = None; from comity.adapters.cli import app; app()"
    done = subprocess.run(
        [sys.executable, "-c", script, "digest", "--store", "postgresql://desk:secret@h/d"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=PATIENCE,
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install 'comity[postgres]'" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
