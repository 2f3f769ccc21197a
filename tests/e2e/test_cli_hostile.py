"""Every command on hostile data and with hostile surroundings: no traceback, the right code."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from unicodedata import category

import pytest

import comity
from comity.adapters.cli import progress
from comity.adapters.render import output
from tests.e2e.results import Run, failed
from tests.effort import PATIENCE

pytestmark = pytest.mark.in_a_file

# A formula, markup, ANSI, quotes, Arabic, an override, a mark, an emoji of two, a C1 control, NUL,
# line breaks, Persian with a non-joiner, a byte order mark, a soft hyphen, a tag
EVIL = (
    "=[bold]\x1b[31m\"'احمد\u202e\u200f👩\u200d💻\x9b\x7f\u2028\n\r\t\0می\u200cخواهم\ufeff\u00ad"  # noqa: RUF001 - Persian
    "\U000e0041 [/bold] :smile:"
)
PAIR = {"parties": ["PAK", "RUS"]}
DEAL = {"deal": EVIL, "buyer": "PAK", "seller": "RUS", "quantity": {"amount": "5", "unit": "TNE"}}
POST = {"sender": "PAK", "host": "RUS"}
KINDS: list[dict[str, Any]] = [
    {"type": "relations-established", **PAIR},
    {"type": "meeting-held", "meeting": EVIL, "venue": EVIL, "agenda": [EVIL], "series": EVIL,
     "heads": {"PAK": EVIL}, "level": "minister", "round": 1, **PAIR},
    {"type": "envoy-appointed", "name": EVIL, **POST},
    {"type": "mission-opened", "level": "embassy", "city": EVIL, "mission": EVIL, **POST},
    {"type": "agreement-signed", "agreement": EVIL, "title": EVIL, **PAIR},
    {"type": "deal-signed", "commodity": EVIL, **DEAL},
    {"type": "shipment-delivered", "shipment": EVIL, "port": EVIL, **DEAL},
    {"type": "measure-imposed", "measure": EVIL, "by": "RUS", "on": "PAK", "kind": EVIL},
    {"type": "statement-made", "by": "RUS", "text": EVIL, "speaker": EVIL, **PAIR},
    {"type": "alignment-recorded", "alignment": "opposed", "matter": EVIL, **PAIR},
    {"type": "anniversary-marked", "of": EVIL, "years": 1, "how": EVIL, **PAIR},
    {"type": "interaction-coded", "scheme": "cameo", "code": "190", "source": "PAK",
     "target": "RUS"},
]  # fmt: skip
UNSAFE = ("Cc", "Cf", "Cs", "Zl", "Zp")
YEARS = ("0001", "2020", "9999-12-31")
QUESTIONS = [
    ["timeline", "PAK-RUS"], ["state", "PAK-RUS"], ["state", "PAK-RUS", "--certainty", "possible"],
    ["state", "PAK-RUS", "--on", "0001-01-01"], ["state", "PAK-RUS", "--on", "9999-12-31"],
    ["diff", "PAK-RUS", "--on", "0001-01-01", "--on", "9999-12-31"], ["relationships"], ["events"],
    ["parties", "Pak"], ["anniversaries"], ["agenda"], ["series"],
    ["series", "--level", "minister"], ["series", "--contacts"], ["deals"], ["missions"],
    ["agreements"], ["measures"], ["tone"],
    ["network"], ["network", "--nodes"], ["world"], ["projections"], ["replay", "state"],
    ["learned", "--known-at", "1", "--known-at", "30"], ["evidence", f"{EVIL}0001-2"],
]  # fmt: skip


@pytest.fixture
def hostile(run: Run) -> Run:
    """Run a command on a store full of hostile text, in the years 1 to 9999."""
    records = [
        {
            **kind, "when": year, "id": f"{EVIL}{year}-{number}", "note": EVIL + "x" * 10_000,
            "sources": [{"publisher": EVIL, "url": EVIL, "note": EVIL}],
        }
        for year in YEARS
        for number, kind in enumerate(KINDS)
    ]  # fmt: skip
    records[0] |= {"recorded_at": "0001-01-01T00:00:00Z", "recorded_by": "=desk \u202e"}
    result = run("append", text="\n".join(map(json.dumps, records)))
    assert result.stderr == f"comity: {len(records)} new, 0 there already, 0 rejected\n"
    return run


def assert_harmless(text: str) -> None:
    # A joiner stays after a letter. On a terminal the next letter may be on the next line.
    rest = set(re.sub("(?<=[^\\W\\d_])[\u200c\u200d]", "", text)) - {"\n"}
    assert {letter for letter in rest if category(letter) in UNSAFE} == set()
    assert "Traceback" not in text


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
def test_no_answer_of_any_command_controls_a_terminal_or_a_spreadsheet(
    hostile: Run, question: list[str]
) -> None:
    for form in ("table", "json", "jsonl", "csv"):
        result = hostile(*question, "--format", form)
        assert result.exit_code == 0, result.stderr
        assert_harmless(result.stdout)
        assert_harmless(result.stderr)
        if form == "json":
            json.loads(result.stdout)
        elif form == "jsonl":
            assert all(map(json.loads, result.stdout.splitlines()))
        elif form == "csv":
            for cell in [cell for row in csv.reader(io.StringIO(result.stdout)) for cell in row]:
                first = cell.lstrip()[:1]
                assert first not in set("=+-@") or re.fullmatch(r"-\d+(\.\d+)?", cell), cell


@pytest.mark.parametrize("question", QUESTIONS, ids=" ".join)
@pytest.mark.parametrize("columns", ["20", "80"])
def test_on_a_terminal_nothing_of_the_data_is_obeyed(
    hostile: Run, question: list[str], columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", columns)
    result = hostile(*question)
    assert result.exit_code == 0, result.stderr
    assert_harmless(result.stdout)
    assert "😄" not in result.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["evidence", EVIL], 1),
        (["retract", EVIL, "--reason", EVIL], 1),
        (["reinstate", EVIL, "--reason", EVIL], 1),
        (["prefer", EVIL, "--reason", EVIL], 1),
        (["correct", EVIL, "--reason", EVIL, EVIL.replace("\0", "")], 2),
        (["correct", EVIL, "--reason", EVIL], 2),
        (["state", EVIL, EVIL], 2),
        (["timeline", "PAK-RUS", "--kind", EVIL], 2),
        (["timeline", "PAK-RUS", "--since", EVIL], 2),
        (["timeline", "PAK-RUS", "--known-at", EVIL], 2),
        (["events", "--after", EVIL], 2),
        (["events", "--format", EVIL], 2),
        (["series", "--level", EVIL], 2),
        (["deals", EVIL], 2),
        (["replay", EVIL], 2),
        (["replay", f"{EVIL}:X"], 2),
        (["replay", "state", "--workers", EVIL], 2),
        (["run", EVIL], 2),
        (["projections", EVIL], 2),
        (["projections", "materialize", EVIL], 2),
        (["learned", "--known-at", EVIL, "--known-at", "1"], 2),
        (["append", EVIL], 2),
        (["append", "--rejects", f"{EVIL}/x"], 2),
        (["append", "--recorded-by", EVIL], 2),
        (["events", "--store", EVIL], 3),
        (["append", "--store", f"{EVIL}://x"], 3),
        ([EVIL], 2),
        ([f"--{EVIL}"], 2),
        (["events", f"--{EVIL}"], 2),
    ],
)
def test_an_error_about_hostile_arguments_is_one_harmless_line(
    hostile: Run, arguments: list[str], code: int
) -> None:
    assert_harmless(failed(hostile(*arguments), code))


def test_ids_that_a_command_prints_are_harmless(hostile: Run) -> None:
    replacement = json.dumps({**KINDS[1], "when": "2021", "id": f"{EVIL}new"})
    corrected = hostile("correct", f"{EVIL}2020-1", "--reason", EVIL, text=replacement)
    assert corrected.exit_code == 0, corrected.stderr
    assert_harmless(corrected.stdout)
    assert "[bold]" in corrected.stdout
    for command in ("retract", "reinstate"):
        result = hostile(command, f"{EVIL}new", "--reason", EVIL)
        assert result.exit_code == 0, result.stderr
        assert_harmless(result.stdout + result.stderr)
    assert_harmless(hostile("evidence", f"{EVIL}new").stdout)


def test_rejected_lines_are_told_and_kept_harmless(run: Run, tmp_path: Path) -> None:
    bad = json.dumps({"type": EVIL, EVIL: EVIL}, ensure_ascii=False)
    for result in (run("append", text=bad), run("append", text=f"{EVIL}\n{bad}")):
        assert result.exit_code == 4
        assert_harmless(result.stderr)
    rejects = tmp_path / "r.jsonl"
    assert run("append", "--rejects", rejects, text=bad).exit_code == 4
    assert_harmless(rejects.read_text("utf-8"))
    assert json.loads(rejects.read_text("utf-8"))["item"] == json.loads(bad)


def test_a_recording_time_in_the_year_1_has_four_digits(hostile: Run) -> None:
    assert hostile("events").stdout.splitlines()[1].split()[1] == "0001-01-01"
    assert "learned 0001-01-01" in hostile("evidence", f"{EVIL}0001-0").stdout


def test_the_label_of_a_progress_bar_is_no_markup(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "200")
    with progress.progress_bar("[bold]:smile:\x1b[31m\u202e", 2) as advance:
        advance(1)
    said = capsys.readouterr().err
    assert "😄" not in said
    assert "[31m" not in said or "\\x1b[31m" in said
    assert "\u202e" not in said


# Surroundings


def shell(script: str, store: Path, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run a script in which `comity` is the command line; its exit code is that of the script."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(comity.__file__).parents[1]),
        "COMITY_STORE": str(store),
        **env,
    }
    command = f'comity() {{ "{sys.executable}" -m comity "$@"; }}\n{script}'
    return subprocess.run(
        ["bash", "-c", command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        cwd=store.parent,
        env=environment,
        timeout=PATIENCE,
    )


full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("comity timeline PAK-RUS >&-", 0),
        ("comity --help >&-", 0),
        ("comity --version >&-", 0),
        ("comity timeline PAK-RUS >&- 2>&- <&-", 0),
        ("comity timeline PAK-XXQ >&-", 2),
        ("comity timeline PAK-XXQ 2>&-", 2),
        ("comity append <&-", 2),
        ("comity correct x --reason r <&-", 2),
        ("echo bad | comity append 2>&-", 4),
        ("comity timeline PAK-RUS --format jsonl | true; exit ${PIPESTATUS[0]}", 0),
        ("comity timeline PAK-RUS | head -1; exit ${PIPESTATUS[0]}", 0),
        ("echo bad | comity append 2>&1 | true; exit ${PIPESTATUS[1]}", 4),
        pytest.param("comity timeline PAK-RUS > /dev/full", 3, marks=full),
        pytest.param("comity --help > /dev/full", 3, marks=full),
        pytest.param("comity --version > /dev/full", 3, marks=full),
        pytest.param("comity timeline PAK-RUS > /dev/full 2> /dev/full", 3, marks=full),
        pytest.param("echo bad | comity append 2> /dev/full", 4, marks=full),
        pytest.param("comity timeline PAK-XXQ 2> /dev/full", 2, marks=full),
    ],
)
def test_closed_broken_and_full_streams_end_with_the_right_code(
    hostile: Run, store: Path, script: str, code: int
) -> None:
    del hostile
    done = shell(script, store)
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1


@pytest.mark.parametrize(
    "script",
    [
        "env -u HOME bash -c '\"$0\" -m comity timeline PAK-RUS --wide --codes' " + sys.executable,
        "LC_ALL=C LANG=C comity timeline PAK-RUS --wide --codes",
        "LC_ALL=C PYTHONUTF8=0 PYTHONIOENCODING=ascii comity timeline PAK-RUS --wide --codes",
        "COLUMNS=none TERM= comity timeline PAK-RUS --wide --codes",
    ],
)
def test_the_answer_is_the_same_in_any_surroundings(hostile: Run, store: Path, script: str) -> None:
    done = shell(script, store)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("utf-8") == hostile("timeline", "PAK-RUS", "--wide").stdout


@pytest.mark.parametrize("columns", ["0", "1", "20", "none"])
def test_help_needs_no_width(store: Path, columns: str) -> None:
    for command in ("", "state"):
        done = shell(f"comity {command} --help", store, COLUMNS=columns)
        assert (done.returncode, done.stderr) == (0, b"")


def test_arguments_that_are_no_text_are_one_line(store: Path) -> None:
    name = r"$(printf '\xff')"
    for script, code in (
        (f"comity append {name}", 2),
        (f"comity events --store {name}", 3),
        (f"comity append --store {name}", 2),
        (f"comity retract x --reason {name}", 3),
        (f"comity parties --on {name}", 2),
        (f"comity {name}", 2),
        (f"COMITY_PARTIES={name} comity parties", 2),
    ):
        done = shell(script, store)
        assert done.returncode == code, (script, done.stderr)
        [line] = done.stderr.decode("utf-8").splitlines()
        assert line.startswith("comity: ")
        assert r"\udcff" in line or code == 3


def test_an_interrupt_while_the_command_line_is_loaded_is_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt", "utf-8")
    command = [sys.executable, "-c", "from comity_command import main; main()", "--version"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    result = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert (result.returncode, result.stdout) == (130, "")
    assert result.stderr == "comity: interrupted\n"
