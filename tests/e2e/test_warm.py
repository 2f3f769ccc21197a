"""A command that is forked from a loaded process does what one that is started anew does."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.test_docs import environment_of_commands
from tests.effort import PATIENCE

EVENT = '{"type": "relations-established", "parties": ["PAK", "SUN"], "when": "1948-05-01"}'
SCRIPTS = [
    f"echo '{EVENT}' | comity append --store a.db; comity timeline PAK SUN --store a.db; echo $?",
    f'echo \'{EVENT}\' > a.jsonl; cd /; comity append "$OLDPWD/a.jsonl" --store "$OLDPWD/b.db"',
    "comity state PAK --store none.db; echo $?; comity nope 2>&1 >/dev/null; echo $?",
    "COLUMNS=50 comity kinds; COMITY_STORE=none.db comity events; echo $?",
    "comity --help >&-; echo $?; comity append --store c.db <&- >&- 2>&-; echo $?",
    "comity kinds | true; echo ${PIPESTATUS[0]}; comity --version > /dev/full; echo $?",
    "comity parties --on $(printf '\\xff'); echo $?",
    "comity replay own:Count --store none.db; echo $?",
    "umask 077; comity demo --store d.db >/dev/null; stat -c %a d.db",
]


def run(script: str, folder: Path, *, started_anew: bool) -> tuple[int, bytes, bytes]:
    folder.mkdir()
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
        env=environment_of_commands(started_anew=started_anew), check=False, timeout=PATIENCE,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("script", SCRIPTS)
def test_what_it_prints_where_and_how_it_ends_is_the_same(script: str, tmp_path: Path) -> None:
    forked = run(script, tmp_path / "forked", started_anew=False)
    assert forked == run(script, tmp_path / "anew", started_anew=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_reaches_it(number: signal.Signals, tmp_path: Path) -> None:
    store = tmp_path / "s.db"
    folder = environment_of_commands()["PATH"].split(os.pathsep)[0]
    with subprocess.Popen(
        [Path(folder, "comity"), "append", "--store", store],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment_of_commands(),
    ) as process:  # fmt: skip
        deadline = time.monotonic() + PATIENCE
        while not store.exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(0.5)
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert said == "comity: interrupted; nothing was recorded; repeating is safe\n"
