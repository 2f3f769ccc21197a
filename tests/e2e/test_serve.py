"""The command serve: how it begins, what it says, and how it ends."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.e2e.results import Run
from tests.effort import PATIENCE
from tests.processes import ROOT, environment
from tests.recording import meeting

pytestmark = pytest.mark.in_a_file

EVENTS = (meeting("first"),)
TOKENS = '[[tokens]]\nauthor = "desk-3"\ntoken = "abcdefghijklmnopqrstuvwx"\nrights = ["read"]\n'


@contextmanager
def serving(store: Path, *options: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Serve a store in a process of its own; yields it, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "comity", "serve", "--store", str(store), "--port", "0", *options],
        stderr=subprocess.PIPE, text=True, cwd=ROOT, env=environment(),
    )  # fmt: skip
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        found = re.search(r"http://\S+/", line)
        assert found, line
        yield process, found[0]
    finally:
        process.kill()
        process.communicate()


def called(address: str) -> httpx.Client:
    return httpx.Client(base_url=address, trust_env=False, timeout=PATIENCE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_its_address_answers_and_ends_at_a_signal(store: Path, number: int) -> None:
    with serving(store) as (process, address), called(address) as client:
        assert client.get("/v1/relationships/PAK-RUS/state").json()["parties"] == ["PAK", "RUS"]
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
        assert (process.returncode, said) == (0, "comity: stopped\n")


def test_a_server_that_only_reads_writes_nothing_into_the_store(store: Path) -> None:
    before = store.read_bytes()
    with serving(store, "--read-only") as (process, address), called(address) as client:
        assert client.get("/v1/relationships/PAK-RUS/state").json()["parties"] == ["PAK", "RUS"]
        assert client.get("/v1/search?q=first").json()["total"] == 1
        process.terminate()
        assert process.communicate(timeout=PATIENCE)[1] == "comity: stopped\n"
    assert store.read_bytes() == before


def test_to_write_and_only_to_read_is_a_contradiction(run: Run) -> None:
    result = run("serve", "--write", "--read-only")
    assert result.exit_code == 2
    assert "--read-only writes nothing" in result.stderr


def test_it_ends_at_once_while_clients_follow_the_log(store: Path) -> None:
    with (
        serving(store) as (process, address),
        called(address) as client,
        client.stream("GET", "/v1/events/live?after=0") as response,
    ):
        lines = response.iter_lines()
        assert next(lines) == "retry: 1000"
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=PATIENCE)[1] == "comity: stopped\n"
        assert [line for line in lines if line.startswith("id")] == ["id: 1"]


def test_a_request_that_is_no_http_says_nothing_to_the_terminal(store: Path) -> None:
    with serving(store) as (process, address):
        port = int(address.rstrip("/").rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as connection:
            connection.sendall(b"\x16\x03\x01 no HTTP\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 400")
        process.terminate()
        assert process.communicate(timeout=PATIENCE)[1] == "comity: stopped\n"


def test_a_host_of_another_name_is_refused(store: Path) -> None:
    with (
        serving(store, "--allow-host", "Comity.Example") as (_, address),
        called(address) as client,
    ):
        assert client.get("/", headers={"Host": "evil.example"}).status_code == 421
        assert client.get("/", headers={"Host": "comity.example"}).status_code == 200


def test_a_line_for_each_request_is_written_when_asked_for(store: Path) -> None:
    with serving(store, "--log") as (process, address), called(address) as client:
        client.get("/nope")
        for path in ("feed.atom?kind=x&token=my-secret", "calendar/PAK.ics?%74oken=my-secret"):
            client.get(f"/{path}")
        process.terminate()
        said = process.communicate(timeout=PATIENCE)[1]
        assert '"GET /nope HTTP/1.1" 404' in said
        assert '"GET /feed.atom?kind=x&token=... HTTP/1.1"' in said
        assert "my-secret" not in said


def test_it_listens_elsewhere_only_with_tokens(run: Run) -> None:
    result = run("serve", "--host", "0.0.0.0")
    assert result.exit_code == 2
    assert "--tokens FILE" in result.stderr


def test_with_tokens_it_listens_elsewhere(store: Path, tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.toml"
    tokens.write_text(TOKENS)
    tokens.chmod(0o600)
    options = ("--host", "0.0.0.0", "--tokens", str(tokens))
    given = {"Authorization": "Bearer abcdefghijklmnopqrstuvwx"}
    with (
        serving(store, *options) as (_, address),
        called(address.replace("0.0.0.0", "127.0.0.1")) as client,
    ):
        assert client.get("/").status_code == 401
        assert client.get("/", headers=given).status_code == 200


def test_a_file_of_tokens_that_others_can_read_is_told(run: Run, tmp_path: Path) -> None:
    tokens = tmp_path / "tokens.toml"
    tokens.write_text(TOKENS)
    tokens.chmod(0o644)
    result = run("serve", "--tokens", tokens, at=tmp_path / "nope.db")
    assert "chmod 600" in result.stderr


def test_a_port_in_use_is_one_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = run("serve", "--port", taken.getsockname()[1])
    assert result.exit_code == 2
    assert "in use" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_store_that_is_not_there_is_one_line(run: Run, tmp_path: Path) -> None:
    result = run("serve", at=tmp_path / "nope.db")
    assert result.exit_code == 3
    assert result.stderr.count("\n") == 1


def test_only_serve_loads_the_web() -> None:
    code = (
        "import sys; from comity.adapters.cli import app; "
        "assert not {'litestar', 'uvicorn', 'jinja2', 'httpx'} & set(sys.modules), sys.modules"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), timeout=PATIENCE, check=False
    )
    assert done.returncode == 0
