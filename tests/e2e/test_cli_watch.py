"""comity watch, as a person runs it: once, at length, killed, twice at a time, with mistakes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import comity
from tests.atom_rules import entries_of
from tests.e2e.results import Address, Run, failed, lines, written
from tests.effort import PATIENCE
from tests.processes import environment
from tests.receiver import SECRET, receiving, status
from tests.recording import meeting

EVENTS = [meeting("first")]
HEAD = '[[watch]]\ntell = "event"\nrelationship = "PAK-RUS"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "watch.toml"
    file.write_text(HEAD)
    return file


def record(store: Address, *names: str) -> None:
    with comity.open(store) as engine:
        engine.append(*map(meeting, names))


def told(text: str) -> list[Any]:
    return [json.loads(line)["about"]["meeting"] for line in text.splitlines()]


@contextmanager
def watching(store: Address, file: Path) -> Generator[subprocess.Popen[str]]:
    """A watch in a process of its own, once it has begun."""
    command = [sys.executable, "-m", "comity", "watch", str(file), "--store", str(store)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        try:
            assert process.stderr is not None
            assert "watching, from position" in process.stderr.readline()
            yield process
        finally:
            process.kill()


def test_once_tells_what_is_new_since_the_last_time(run: Run, store: Address, file: Path) -> None:
    assert lines(run("watch", file, "--once")) == []
    record(store, "second", "third")
    assert told(written(run("watch", file, "--once"))) == ["second", "third"]
    assert lines(run("watch", file, "--once")) == []
    assert "says how far" in failed(run("watch", file, "--once", "--after", 0))
    other = file.with_name("other.state")
    again = run("watch", file, "--once", "--after", 0, "--state", other)
    assert told(written(again)) == ["first", "second", "third"]


@pytest.mark.in_a_file
def test_a_watch_of_a_store_that_is_only_read_tells_the_same(
    run: Run, store: Address, file: Path
) -> None:
    run("watch", file, "--once", "--read-only")
    record(store, "second")
    before = Path(store).read_bytes()
    assert told(written(run("watch", file, "--once", "--read-only"))) == ["second"]
    assert Path(store).read_bytes() == before


def test_check_says_what_is_watched_and_tells_nobody(run: Run, store: Address, file: Path) -> None:
    file.write_text(
        HEAD
        + f'[[watch]]\ntell = "vacancy"\n[[deliver]]\nto = "webhook"\nurl = "http://127.0.0.1:9"\n'
        f'secret = "{SECRET}"\n'
    )
    with comity.open(store) as engine:
        engine.append(
            comity.MissionOpened(sender="PAK", host="RUS", level="embassy", when="1950"),
            comity.EnvoyArrived(sender="PAK", host="RUS", name="A", rank="ambassador", when="2020"),
            comity.EnvoyDeparted(sender="PAK", host="RUS", name="A", when="2021"),
        )
    said = written(run("watch", file, "--check"))
    assert "each new event" in said
    assert "stands now: The post of head of the embassy of Pakistan in Russia is vacant" in said
    assert SECRET not in said
    assert not file.with_suffix(".state").exists()


def test_every_mistake_in_the_file_is_a_line(run: Run, file: Path) -> None:
    file.write_text('[[watch]]\ntell = "evnt"\n[[watch]]\ntell = "event"\nparti = "PAK"\n')
    result = run("watch", file)
    assert result.exit_code == 2
    assert [line.partition("toml: ")[2] for line in result.stderr.splitlines()] == [
        "watch[1].tell: no such value: 'evnt'; did you mean 'event'?",
        "watch[2].parti: no such key; did you mean 'party'?",
    ]


@pytest.mark.in_a_file
def test_no_file_is_written_over_another(run: Run, store: Address, file: Path) -> None:
    assert "--state" in failed(run("watch", file, "--state", store))
    assert "--state" in failed(run("watch", file, "--state", file))
    for victim in (store, file):
        file.write_text(HEAD + f'[[deliver]]\nto = "feed"\nfile = "{victim}"\n')
        failed(run("watch", file))
    file.write_text(HEAD + '[[deliver]]\nto = "feed"\nfile = "watch.state"\n')
    assert "the state" in failed(run("watch", file))
    with comity.open(store) as engine:
        assert engine.position == 1


def test_what_cannot_be_delivered_waits_for_the_next_run(
    run: Run, store: Address, file: Path
) -> None:
    with receiving(otherwise=status(500)) as hooks:
        file.write_text(
            HEAD + f'[[deliver]]\nto = "webhook"\nurl = "{hooks.url}"\nsecret = "{SECRET}"\n'
            '[[deliver]]\nto = "feed"\nfile = "alerts.atom"\n'
        )
        run("watch", file, "--once")
        record(store, "second")
        result = run("watch", file, "--once")
        assert result.exit_code == 4
        assert "1 alert not delivered" in result.stderr
        assert len(entries_of(file.with_name("alerts.atom").read_bytes())) == 1
        hooks.otherwise = status(204)
        assert lines(run("watch", file, "--once")) == []
        assert len(set(hooks.ids)) == 1
        assert all(hooks.are_signed)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_follows_the_log_until_it_is_stopped(
    store: Address, file: Path, number: signal.Signals
) -> None:
    with watching(store, file) as process:
        assert process.stdout is not None
        record(store, "second")
        assert told(process.stdout.readline()) == ["second"]
        with subprocess.Popen(
            process.args, stderr=subprocess.PIPE, text=True, env=environment()
        ) as other:
            _, said = other.communicate(timeout=PATIENCE)
            assert other.returncode == 3
            assert "another `comity watch` uses this state" in said
        process.send_signal(number)
        rest, said = process.communicate(timeout=PATIENCE)
        assert (process.returncode, rest, said) == (0, "", "comity: stopped\n")


def test_a_killed_watch_loses_nothing_and_repeats_only_what_was_under_way(
    store: Address, file: Path
) -> None:
    names = [f"m{number}" for number in range(12)]
    with receiving() as hooks:
        file.write_text(
            HEAD + f'[[deliver]]\nto = "webhook"\nurl = "{hooks.url}"\nsecret = "{SECRET}"\n'
        )
        kills = 0
        for first in range(0, len(names), 4):
            with watching(store, file) as process:
                record(store, *names[first : first + 4])
                hooks.wait_for(len(hooks.ids) + 1 + first % 3)
                process.kill()
                kills += 1
        with watching(store, file) as process:
            for _ in range(PATIENCE):
                if len(set(hooks.ids)) == len(names):
                    break
                hooks.wait_for(len(hooks.ids) + 1)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=PATIENCE)
    came = dict(zip(hooks.ids, hooks.bodies, strict=True))
    assert [body["data"]["about"]["meeting"] for body in came.values()] == names
    assert len(hooks.ids) - len(came) <= kills
