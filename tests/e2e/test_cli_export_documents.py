"""The commands that export documents, as a user runs them."""

from __future__ import annotations

import gzip
import io
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from comity import (
    AgreementInForce,
    DealSigned,
    EnvoyArrived,
    MeetingHeld,
    MeetingScheduled,
    MissionOpened,
    RelationsEstablished,
    Source,
    StatementMade,
)
from tests.e2e.results import Run, data, failed, lines

pytestmark = pytest.mark.in_a_file

networkx: Any = import_module("networkx")
icalendar: Any = import_module("icalendar")

EVIL = "=[bold]</script>\x1b[31m\u202e\"'\n<b>&\x00\u2028 [a](b)"
PAIR = ("PAK", "RUS")
EVENTS = (
    RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
    MissionOpened(sender="PAK", host="RUS", when="1992", city=EVIL),
    EnvoyArrived(sender="PAK", host="RUS", when="1993", name=EVIL),
    MeetingHeld(meeting=EVIL, parties=PAIR, when="2023-06-20", venue=EVIL, note=EVIL, id=EVIL,
                sources=(Source(EVIL, EVIL, note=EVIL),)),
    MeetingScheduled(meeting="next", parties=PAIR, when="2023-07-01", planned_for="2023-09"),
    AgreementInForce(agreement=EVIL, title=EVIL, parties=("CHN", *PAIR), when="2001-02-03"),
    DealSigned(deal=EVIL, buyer="PAK", seller="RUS", commodity=EVIL, when="0001"),
    StatementMade(by="RUS", parties=PAIR, when="9999-12-31", text=EVIL * 99, speaker=EVIL),
)  # fmt: skip
COMMANDS: list[list[str]] = [
    ["ics"], ["ics", "PAK"], ["ics", "PAK-RUS", "--on", "2023-07-01", "--until", "2024"],
    ["timelinejs", "PAK-RUS"], ["timelinejs", "PAK", "RUS", "--kind", "meeting-held"],
    ["networkx"], ["networkx", "--form", "graphml"],
    ["networkx", "PAK", "--on", "2023-07-01", "--certainty", "possible"],
    ["jsonld"], ["jsonld", "--lines"], ["jsonld", "CHN", "PAK", "RUS"],
    ["brief", "PAK-RUS", "--on", "2023-07-01", "--since", "2023-06-01"],
    ["brief", "PAK-RUS", "--form", "html", "--certainty", "possible"],
    ["brief", "CHN", "PAK", "RUS"],
]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_to_stdout_and_to_a_file_an_export_is_the_same_and_harmless(
    run: Run, tmp_path: Path, command: list[str]
) -> None:
    shown = run("export", *command)
    assert shown.exit_code == 0, shown.stderr
    assert shown.stderr == ""
    assert run("export", *command).stdout_bytes == shown.stdout_bytes
    text = shown.stdout_bytes.decode("utf-8")
    assert text.replace("\r\n", "").replace("\n", "").isprintable()
    assert "</script>" not in text or command[0] in ("jsonld", "ics")
    target = tmp_path / "out"
    saved = run("export", *command, "-o", target)
    assert target.read_bytes() == shown.stdout_bytes
    assert saved.stdout == ""
    assert saved.stderr.startswith("comity: ")
    assert saved.stderr.endswith(" written\n")


@pytest.mark.parametrize("command", [c for c in COMMANDS if "--kind" not in c], ids=" ".join)
def test_what_was_known_before_is_exported_as_it_was_known(run: Run, command: list[str]) -> None:
    early = run("export", *command, "--known-at", "1")
    assert early.exit_code == 0, early.stderr
    assert early.stdout_bytes != run("export", *command).stdout_bytes
    assert "bold" not in early.stdout_bytes.decode()


def test_a_calendar_is_read_by_a_calendar_program(run: Run) -> None:
    raw = run("export", "ics", "--on", "2023-07-01").stdout_bytes
    summaries = {str(e["summary"]) for e in icalendar.Calendar.from_ical(raw).walk("VEVENT")}
    assert "Anniversary: diplomatic relations, Pakistan and Russia (since 1 May 1948)" in summaries
    assert "Meeting: next, Pakistan and Russia" in summaries


def test_a_graph_is_read_by_networkx(run: Run, tmp_path: Path) -> None:
    graph = networkx.node_link_graph(data(run("export", "networkx")), edges="edges")
    target = tmp_path / "graph.graphml.gz"
    assert lines(run("timeline", "PAK-RUS"))
    assert run("export", "networkx", "--form", "graphml", "-o", target).exit_code == 0
    same = networkx.read_graphml(io.BytesIO(gzip.decompress(target.read_bytes())))
    assert set(graph.nodes) == set(same.nodes)
    assert graph.edges["PAK", "RUS"] == same.edges["PAK", "RUS"]


def test_a_line_of_json_ld_is_a_document(run: Run) -> None:
    shown = run("export", "jsonld", "--lines").stdout_bytes
    documents = [json.loads(line) for line in shown.splitlines()]
    assert len(documents) == len(EVENTS)
    assert all("@context" in document for document in documents)


def test_the_form_of_a_note_follows_from_the_name_of_its_file(run: Run, tmp_path: Path) -> None:
    page, note = tmp_path / "note.html", tmp_path / "note.md"
    assert run("export", "brief", "PAK-RUS", "-o", page).exit_code == 0
    assert run("export", "brief", "PAK-RUS", "-o", note).exit_code == 0
    assert page.read_text("utf-8").startswith("<!DOCTYPE html>\n")
    assert note.read_text("utf-8").startswith("# Pakistan and Russia\n")


def test_docx_without_pandoc_is_one_line_and_leaves_no_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    target = tmp_path / "note.docx"
    said = failed(run("export", "brief", "PAK-RUS", "-o", target))
    assert "needs the program pandoc" in said
    assert not target.exists()
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.suffix == ".part") == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["ics", "PAK", "XXQ"], "Unknown party"),
        (["ics", "--since", "2023-02-30"], "Invalid date"),
        (["ics", "--known-at", "99"], "a position from 0 to 8"),
        (["timelinejs"], "Missing argument"),
        (["timelinejs", "PAK-USA"], "a relationship with a dated event"),
        (["timelinejs", "PAK-RUS", "--kind", "no"], "Unknown kind of event"),
        (["networkx", "--form", "dot"], "'dot'"),
        (["networkx", "--on", "2023"], "not a day"),
        (["jsonld", "pak"], "Unknown party"),
        (["brief"], "Missing argument"),
        (["brief", "PAK"], "two or more parties"),
        (["brief", "PAK-RUS", "--form", "pdf"], "'pdf'"),
        (["brief", "PAK-RUS", "--on", "2023-01-01", "--since", "2023-01-02"], "no later than"),
    ],
)
def test_a_wrong_question_is_one_line_and_writes_nothing(
    run: Run, tmp_path: Path, command: list[str], said: str
) -> None:
    target = tmp_path / "out"
    assert said in failed(run("export", *command, "-o", target))
    assert not target.exists()
    assert said in failed(run("export", *command))
