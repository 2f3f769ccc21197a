"""The commands digest, verify, redact, backup, restore, copy and merge, run as users run them."""

from __future__ import annotations

import os
import pty
import random
import sqlite3
import subprocess
import sys
from base64 import b64decode
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import comity
from comity import MeetingHeld
from tests.damages import flipped
from tests.e2e.results import Address, Run, data, failed, table, written
from tests.effort import PATIENCE
from tests.processes import environment
from tests.recording import established, meeting

EVENTS = [established("1948-05-01"), *(meeting(f"m{number}") for number in range(20))]
KEY = """-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
"""
"""The secret key of RFC 8032, 7.1, test 1."""
PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
CODES = {0, 3}


def digest_of(store: Address, relationship: str = "") -> str:
    with comity.open(store) as engine:
        return str(engine.digest(relationship))


# digest, verify


def test_a_digest_is_one_line_that_verify_takes(run: Run, store: Address) -> None:
    line = written(run("digest")).rstrip("\n")
    assert line == digest_of(store)
    result = run("verify", "--digest", line)
    assert written(result) == f"{line}\n"
    assert result.stderr == "comity: 21 events verified\n"
    assert written(run("digest", "PAK-RUS")) == f"{digest_of(store, 'PAK-RUS')}\n"
    assert "PAK-RUS" in failed(run("digest", "PAK-USA"), 2)
    position, _, digest = line.partition(":")
    fields = data(run("digest", "--format", "json"))
    assert fields == {"position": int(position), "digest": digest, "text": line}
    assert table(run("digest", "PAK-RUS", "--format", "csv"))[0]["relationship"] == "PAK-RUS"


@pytest.mark.in_a_file
def test_verify_says_what_was_made_anew(run: Run, store: Path) -> None:
    with comity.open(store) as engine:
        engine.materialize(comity.StateProjection())
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("UPDATE comity_snapshots SET state = zeroblob(9)")
        connection.commit()
    result = run("verify")
    assert written(result)
    assert result.stderr.splitlines()[0] == "comity: made anew: snapshots of projection 1"
    assert data(run("verify", "--format", "json"))["rebuilt"] == []


@pytest.mark.in_a_file
def test_a_log_that_differs_ends_with_3_and_tells_where(run: Run, store: Path) -> None:
    line = digest_of(store)
    mistyped = line[:-1] + ("0" if line[-1] != "0" else "1")
    for other in (mistyped, f"1{line}"):
        result = run("verify", "--digest", other)
        assert result.exit_code == 3
        assert result.stdout.splitlines()[0].split() == ["position", "reason"]
        assert "fits its own chain, and not the digest given" in result.stderr
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("UPDATE stored_events SET seal = zeroblob(32) WHERE position = 4")
        connection.commit()
    result = run("verify", "--digest", mistyped)
    assert result.exit_code == 3
    assert "at position 4 at the earliest; restore it from a backup" in result.stderr
    result = run("verify", "--format", "json")
    assert result.exit_code == 3
    assert "Traceback" not in result.stderr
    assert '"ok": false' in result.stdout
    assert "-1:x" in failed(run("verify", "--digest", "-1:x"), 2)
    assert "digest" in failed(run("verify", "--digest", ""), 2)


@pytest.mark.in_a_file
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_verify_reports_a_store_that_cannot_be_opened(run: Run, store: Path, form: str) -> None:
    store.write_bytes(store.read_bytes()[:9000])
    result = run("verify", "--format", form)
    assert result.exit_code == 3
    assert "damaged" in result.stderr
    assert ("damaged" in result.stdout) == (form != "table")


@pytest.mark.in_a_file
def test_verify_raises_nothing_over_flipped_bytes(run: Run, store: Path, tmp_path: Path) -> None:
    whole = store.read_bytes()
    dice = random.Random(7)
    codes = set[int]()
    for number in range(60):
        copy = tmp_path / f"{number}.db"
        copy.write_bytes(flipped(whole, dice))
        result = run("verify", at=copy)
        assert result.exit_code in CODES, (number, result.output, result.exception)
        codes.add(result.exit_code)
    assert codes == CODES


def test_a_digest_is_signed_with_ed25519(run: Run, tmp_path: Path) -> None:
    ed25519: Any = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.ed25519")
    key = tmp_path / "key.pem"
    key.write_text(KEY)
    public = ed25519.Ed25519PublicKey.from_public_bytes(bytes.fromhex(PUBLIC))
    line, signature = written(run("digest", "--sign", key)).splitlines()
    public.verify(b64decode(signature), line.encode())
    fields = data(run("digest", "PAK-RUS", "--sign", key, "--format", "json"))
    assert fields["signed"] == f"PAK-RUS {fields['text']}"
    public.verify(b64decode(fields["signature"]), fields["signed"].encode())


@pytest.mark.in_a_file
@pytest.mark.parametrize("content", [None, "dear diary", KEY.replace("wBCIE", "wBCIF")])
def test_what_is_no_key_is_said(run: Run, tmp_path: Path, content: str | None) -> None:
    pytest.importorskip("cryptography")
    key = tmp_path / "key.pem"
    if content is not None:
        key.write_text(content)
    assert "key.pem" in failed(run("digest", "--sign", key), 2)


@pytest.mark.in_a_file
def test_without_cryptography_signing_says_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "cryptography"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "cryptography", None)  # importing it fails
    assert "comity[sign]" in failed(run("digest", "--sign", tmp_path / "key.pem"), 2)


# redact


def test_redact_removes_the_text_and_says_what_is_left(run: Run, store: Address) -> None:
    event = EVENTS[3].id
    result = run("redact", event, "--reason", "asked for", "--by", "desk-3", "--yes")
    left, act = written(result).split()
    assert result.stderr == "comity: redacted; 1 record written anew\n"
    assert isinstance(store, str) or b'"m2"' not in store.read_bytes()
    with comity.open(store) as engine:
        *_, last = engine.events()
        assert (last.event.id, last.recorded_by) == (act, "desk-3")
        assert left in {record.event.id for record in engine.events()}
    assert run("verify").exit_code == 0
    assert event in failed(run("redact", event, "--reason", "again", "--yes"), 1)


@pytest.mark.in_a_file
def test_redact_says_that_traces_are_left_and_the_next_command_removes_them(
    run: Run, store: Path
) -> None:
    with closing(sqlite3.connect(store)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT COUNT(*) FROM stored_events").fetchone()
        result = run("redact", EVENTS[3].id, "--reason", "r", "--yes")
        left, act = result.stdout.split()
        assert result.exit_code == 3
        assert "redacted; 1 record written anew" in result.stderr
        assert "traces" in result.stderr
        assert "nothing was written" not in result.stderr
    assert left in written(run("events", "--format", "jsonl"))
    assert act
    found = [path for path in store.parent.glob(f"{store.name}*") if b'"m2"' in path.read_bytes()]
    assert found == []


def test_nothing_is_redacted_unasked(run: Run, store: Address) -> None:
    before = digest_of(store)
    assert "--yes" in failed(run("redact", EVENTS[3].id, "--reason", "asked for"), 2)
    assert digest_of(store) == before


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("\n", 1)])
def test_on_a_terminal_redact_asks(store: Address, answer: str, code: int) -> None:
    master, slave = pty.openpty()
    with closing(os.fdopen(master, "wb", buffering=0)) as keyboard, subprocess.Popen(
        [sys.executable, "-m", "comity", "redact", EVENTS[3].id, "--reason", "r",
         "--store", str(store)],
        stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=environment(),
    ) as process:  # fmt: skip
        os.close(slave)
        keyboard.write(answer.encode())
        out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == code, err
    assert "Traceback" not in err
    asked, question, _ = err.partition("redact it? [y/N] ")
    assert question
    assert "meeting" in asked
    assert bool(out) == (code == 0)


# backup, restore, copy, merge


@pytest.mark.in_a_file
def test_a_backup_is_restored(run: Run, store: Path, tmp_path: Path) -> None:
    target, line = tmp_path / "backup.db", f"{digest_of(store)}\n"
    result = run("backup", target)
    assert (result.stdout, result.stderr) == (line, "comity: 21 events backed up and verified\n")
    assert "overwrite" in failed(run("backup", target), 3)
    assert written(run("backup", target, "--overwrite")) == line
    assert "another file" in failed(run("backup", store, "--overwrite"), 2)
    run(
        "append",
        text='{"type": "meeting-held", "meeting": "x", "parties": ["PAK", "RUS"], "when": "2024"}',
    )
    assert "overwrite" in failed(run("restore", target), 3)
    result = run("restore", target, "--overwrite")
    assert (result.stdout, result.stderr) == (line, "comity: 21 events restored and verified\n")
    assert digest_of(store) == line.strip()
    assert written(run("restore", target, at=tmp_path / "new.db")) == line


def test_a_copy_goes_on(run: Run, store: Address, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    for _ in range(2):
        result = run("copy", store, target)
        assert result.stdout == f"{digest_of(store)}\n"
        assert result.stderr == "comity: 21 events copied and verified\n"
    with comity.open(target) as engine:
        engine.append(meeting("own"))
    assert "position 22" in failed(run("copy", store, target), 1)


def test_a_merge_lists_conflicts_and_ends_with_4(run: Run, store: Address, tmp_path: Path) -> None:
    other, target = tmp_path / "other.db", tmp_path / "merged.db"
    run("copy", store, other)
    result = run("merge", store, other, tmp_path / "same.db")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "21 in " in result.stderr
    assert "21 in both, 0 in conflict" in result.stderr
    for path, name in ((store, "of-a"), (other, "of-b")):
        with comity.open(path) as engine:
            engine.append(MeetingHeld(id="x", meeting=name, parties=("PAK", "RUS"), when="2020"))
    result = run("merge", store, other, target, "--format", "csv")
    assert result.exit_code == 4
    assert result.stdout.splitlines() == ["id,a,b,kept,left_out", "x,22,22,a,22"]
    assert run("merge", store, other, target).exit_code == 4
    report = run("merge", store, other, target, "--format", "json").stdout
    assert '"conflicts"' in report
    assert digest_of(target).partition(":")[2] in report


@pytest.mark.in_a_file
@pytest.mark.parametrize("command", [["backup", "t"], ["copy", "nowhere.db", "t"],
                                     ["merge", "nowhere.db", "nowhere.db", "t"], ["digest"],
                                     ["verify"], ["redact", "x", "--reason", "r", "--yes"],
                                     ["restore", "nowhere.db"]])  # fmt: skip
def test_none_of_them_makes_a_store_out_of_nothing(
    run: Run, tmp_path: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    failed(run(*command, at=Path("missing.db")), 3)
    assert list((tmp_path / "empty").iterdir()) == []
