"""What the command line says to somebody who does not know it yet, or whose work breaks off."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

import comity
from comity import AgreementInForce, MeetingHeld, RelationsEstablished
from comity.adapters.clock import system_clock
from comity.projections.views.catalogue import VIEWS
from tests.e2e.results import Run, data, failed, lines, written
from tests.effort import PATIENCE
from tests.warm import warm_folder

pytestmark = pytest.mark.in_a_file

EVENTS = (
    RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
    MeetingHeld(meeting="bpc-5", parties=("PAK", "RUS"), when="2023-06-20", id="m"),
    # Finland's own act on an agreement, which concerns it and Nepal only with more.
    AgreementInForce(agreement="nato", parties=("FIN", "USA"), when="2023-04-04"),
)
LINE = '{{"type":"statement-made","by":"PAK","parties":["PAK","RUS"],"when":"2020","text":"{}"}}\n'


# Usage


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["--bogus"], "comity"),
        (["append", "--bogus"], "comity append"),
        (["state"], "comity state"),
        (["deals", "--bogus"], "comity deals"),
        (["diff", "PAK-RUS"], "comity diff"),
        (["import", "csv"], "comity import"),
        (["export", "--bogus"], "comity export"),
        (["export", "cvs"], "comity export"),
        (["export", "csv", "--bogus"], "comity export csv"),
        (["export", "csv", "deals", "--bogus"], "comity export csv deals"),
        (["projections", "delete"], "comity projections delete"),
        (["state", "PAK-RUS", "--format", "xml"], "comity state"),
        (["correct", "x", "--reason", "r", "--set", "a"], "comity correct"),
    ],
)
def test_a_usage_error_points_to_the_help_of_its_own_command(
    run: Run, arguments: list[str], command: str
) -> None:
    assert failed(run(*arguments)).endswith(f"See '{command} --help'.")


@pytest.mark.parametrize(
    ("typed", "meant"), [("timline", "timeline"), ("meetings", ""), ("apend", "append")]
)
def test_a_command_that_is_not_there_gives_the_nearest(run: Run, typed: str, meant: str) -> None:
    line = failed(run(typed))
    assert f"No such command '{typed}'" in line
    assert not meant or f"Did you mean '{meant}'" in line
    assert line.endswith("See 'comity --help'.")


@pytest.mark.parametrize(
    "command", ["", "append", "export", "export csv", "export csv deals", "projections list"]
)
def test_help_shows_what_the_option_shows(run: Run, command: str) -> None:
    shown = written(run("help", *command.split()))
    assert shown.rstrip() == written(run(*command.split(), "--help")).rstrip()


@pytest.mark.parametrize("words", ["timline", "append x", "export cvs", "export csv delas"])
def test_help_of_what_is_not_there_is_one_line(run: Run, words: str) -> None:
    failed(run("help", *words.split()))


# Words for days and moments


def test_today_and_now_work_wherever_a_day_or_a_moment_is_asked_for(run: Run) -> None:
    before = system_clock().date()
    states = [
        data(run("state", "PAK-RUS", *options, "--format", "json"))
        for options in ([], ["--on", "today"], ["--known-at", "now"], ["--on", "Today "],
                        ["--on", "today", "--known-at", "NOW"], ["--known-at", "today"])
    ]  # fmt: skip
    if before == system_clock().date():  # it is not midnight
        assert all(state == states[0] for state in states)
    yesterday = data(run("state", "PAK-RUS", "--on", "yesterday", "--format", "json"))
    assert yesterday["on"] in {(before - timedelta(days=n)).isoformat() for n in (0, 1)}
    assert data(run("agenda", "--since", "today", "--until", "tomorrow", "--format", "json")) == []
    assert run("diff", "PAK-RUS", "--on", "2020-01-01", "--on", "today").exit_code == 0
    assert run("diff", "PAK-RUS", "--known-at", "0", "--known-at", "now").exit_code == 0
    assert run("learned", "--known-at", "1", "--known-at", "now").exit_code == 0
    assert run("parties", "PAK", "--on", "today").exit_code == 0
    assert run("retract", "m", "--reason", "r", "--recorded-at", "now").exit_code == 0


@pytest.mark.parametrize("view", [view.name for view in VIEWS])
def test_every_view_and_its_export_take_the_words_that_their_help_names(
    run: Run, view: str
) -> None:
    named = run(view, "--help").stdout
    options = [
        word
        for name, value in (("--on", "today"), ("--since", "today"), ("--until", "tomorrow"),
                            ("--known-at", "now"))
        if f"{name} " in named
        for word in (name, value)
    ]  # fmt: skip
    assert "--known-at" in options
    for command in ([view], ["export", "csv", view]):
        result = run(*command, "PAK", *options)
        assert result.exit_code == 0, result.stderr


# Nothing recorded


@pytest.mark.parametrize(
    "question",
    [
        ["state", "FIN-NPL"],
        ["timeline", "FIN", "NPL"],
        ["diff", "FIN-NPL", "--on", "2020-01-01", "--on", "2021-01-01"],
        ["learned", "FIN-NPL", "--known-at", "1", "--known-at", "now"],
        *([view.name, "FIN-NPL"] for view in VIEWS),
    ],
)
def test_of_an_unknown_pair_it_is_said_that_nothing_is_recorded(
    run: Run, question: list[str]
) -> None:
    told = run(*question)
    assert (told.exit_code, told.stdout) == (0, "")
    assert told.stderr == "comity: nothing recorded of FIN-NPL\n"
    as_json = run(*question, "--format", "json")
    assert as_json.stderr == told.stderr
    json.loads(written(as_json))
    as_csv = run(*question, "--format", "csv")
    assert as_csv.stderr == told.stderr
    assert list(csv.reader(io.StringIO(written(as_csv))))


@pytest.mark.parametrize(
    "export",
    [["brief"], ["ics"], ["jsonld"], ["networkx"], ["csv", "deals"],
     ["csv", "timeline"], ["csv", "state"]],
)  # fmt: skip
def test_an_export_of_an_unknown_pair_says_so_beside_a_whole_file(
    run: Run, export: list[str]
) -> None:
    result = run("export", *export, "FIN-NPL")
    assert result.exit_code == 0
    assert result.stdout
    assert result.stderr.splitlines()[0] == "comity: nothing recorded of FIN-NPL"


def test_of_a_party_and_of_what_was_not_yet_known_it_is_said_too(run: Run) -> None:
    assert run("deals", "NPL").stderr == "comity: nothing recorded of NPL\n"
    assert run("world", "NPL").stderr == "comity: nothing recorded of NPL\n"
    assert run("deals", "RUS").stderr == ""
    assert run("deals", "PAK-RUS").stderr == ""
    assert run("timeline", "PAK-RUS", "--since", "2024").stderr == ""
    said = run("timeline", "PAK-RUS", "--known-at", "0").stderr
    assert said == "comity: nothing recorded of PAK-RUS as known at 0; it was recorded later\n"
    assert run("state", "PAK-RUS", "--known-at", "1").stderr == ""


# What is no JSON Lines


def _workbook() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"when,who\n" + b"2020,PAK\n" * 500, "import csv"),
        (b"when\twho\n" + b"2020\tPAK\n" * 500, "import tsv"),
        (("when,who\n" + "2020,PAK\n" * 500).encode("utf-16"), "UTF-16"),
        (_workbook(), "import xlsx"),
        (b"[" + b"{},\n" * 500 + b"{}]", "jq -c"),
        (b'{\n"type": "x"\n}\n' * 500, "jq -c"),
    ],
)
def test_what_is_no_json_lines_is_recognised_in_one_line(
    run: Run, tmp_path: Path, content: bytes, said: str
) -> None:
    file, new = tmp_path / "it's.csv", tmp_path / "new.db"
    file.write_bytes(content)
    assert said in failed(run("append", file, at=new))
    assert not new.exists()
    assert said in failed(run("append", text=content))
    assert len(lines(run("events", "--format", "jsonl"))) == 3


def test_a_line_of_ten_megabytes_is_one_line_of_an_error(run: Run) -> None:
    assert "line 1 is longer" in failed(run("append", text="x" * 10_000_001))
    text = LINE.format("x" * 5_000_000)
    assert run("append", text=text).exit_code == 0


# Loads that break off


def comity_process(
    *arguments: object, preexec_fn: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(comity.__file__).parents[1])}

    def start() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a job in the background ignores it
        if preexec_fn is not None:
            preexec_fn()

    return subprocess.Popen[str](
        [sys.executable, "-c", "from comity_command import main; main()", *map(str, arguments)],
        env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, preexec_fn=start,
    )  # fmt: skip


def counted(store: Path) -> int:
    with comity.open(store) as engine:
        return engine.position


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_load_that_a_signal_breaks_off_says_how_many_were_recorded(
    tmp_path: Path, number: signal.Signals
) -> None:
    store = tmp_path / "s.db"
    with comity_process("append", "--store", store) as process:
        assert process.stdin
        process.stdin.writelines(LINE.format(n) for n in range(2_500))
        process.stdin.flush()
        deadline = time.monotonic() + PATIENCE
        while not store.exists() or counted(store) < 2_000:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert said == "comity: interrupted; 2,000 events were recorded before; repeating is safe\n"
    assert counted(store) == 2_000


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_load_that_recorded_nothing_says_so(tmp_path: Path, number: signal.Signals) -> None:
    store = tmp_path / "s.db"
    with comity_process("append", "--store", store) as process:
        deadline = time.monotonic() + PATIENCE
        while not store.exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        time.sleep(0.5)
        process.send_signal(number)
        _, said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, said) == (
        130, "comity: interrupted; nothing was recorded; repeating is safe\n",
    )  # fmt: skip


def test_a_load_that_fills_the_disk_says_how_many_were_recorded(tmp_path: Path) -> None:
    store, file = tmp_path / "s.db", tmp_path / "events.jsonl"
    file.write_text("".join(LINE.format("x" * 1_000 + str(n)) for n in range(4_000)), "utf-8")

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))

    with comity_process("append", file, "--store", store, preexec_fn=limit) as process:
        _, said = process.communicate(timeout=PATIENCE)
    assert process.returncode == 3, said
    [line] = said.splitlines()
    assert " events were recorded before; repeating is safe" in line
    number = int(line.rpartition(" events were")[0].rpartition(" ")[2].replace(",", ""))
    assert number <= counted(store) <= number + 1_000


# Closed streams

COMMANDS = [
    "append", "append -", "import", "timeline PAK RUS", "state PAK-RUS", "show m",
    "kinds meeting-held", "deals --format json", "learned --known-at 1 --known-at now",
    "correct m --set note=x --reason r", "correct m --reason r", "redact m --reason r", "verify",
    "backup copy.db", "doctor", "search m", "help append", "--version", "nope", "export jsonl",
    "export brief PAK-RUS -o out.md", "projections materialize state",
]  # fmt: skip

STARTED_ANEW = ("append", "timeline PAK RUS", "correct m --reason r", "--version", "export jsonl")


@pytest.mark.parametrize("command", COMMANDS)
def test_closed_streams_are_no_traceback_and_change_no_exit_code(store: Path, command: str) -> None:
    anew = command in STARTED_ANEW
    program = f'"{sys.executable}" -m comity' if anew else f'"{warm_folder() / "comity"}"'
    script = f"""
        comity() {{ {program} "$@"; }}
        again() {{ cp original.db relations.db; rm -f copy.db out.*; }}
        cp relations.db original.db
        again; comity {command} < /dev/null > /dev/null 2>&1; echo $?
        again; comity {command} >&- < /dev/null 2> errors; echo $?
        again; comity {command} <&- >&- 2>&-; echo $?
        cat errors >&2
    """
    environment = {
        **os.environ, "COMITY_STORE": str(store),
        "PYTHONPATH": str(Path(comity.__file__).parents[1]),
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-c", script], cwd=store.parent, env=environment, capture_output=True, text=True,
        check=False, timeout=PATIENCE,
    )  # fmt: skip
    opened, no_output, nothing = done.stdout.split()
    assert no_output == opened
    # Without an input there is none to read, which is an error of its own.
    reads = command in ("append", "append -", "correct m --reason r")
    assert nothing == ("2" if reads else opened)
    for sign in ("Traceback", "Exception ignored", "Error:"):
        assert sign not in done.stderr
    assert all(line.startswith("comity: ") for line in done.stderr.splitlines())
    with comity.open(store) as engine:
        assert engine.verify().ok
