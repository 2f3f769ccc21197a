"""The command plot, as a user runs it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from comity import DealSigned, MeetingHeld, MissionOpened, Quantity, RelationsEstablished
from tests.e2e.results import Run, failed

pytestmark = pytest.mark.in_a_file

EVIL = "$x$ <b>\x1b[31m\"'\n"
PAIR = ("PAK", "RUS")
EVENTS = (
    RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
    MissionOpened(sender="PAK", host="RUS", when="1992", city=EVIL),
    MeetingHeld(meeting=EVIL, parties=PAIR, when="2023-06-20", venue=EVIL),
    DealSigned(deal="Crude", buyer="PAK", seller="RUS", commodity=EVIL, when="2023-04",
               quantity=Quantity("10", "TNE")),
)  # fmt: skip
COMMANDS = (
    ["timeline", "PAK", "RUS"],
    ["timeline", "PAK-RUS", "--since", "1990", "--kind", "meeting-held", "--known-at", "3"],
    ["tone", "PAK-RUS", "--by", "month", "--size", "8x5"],
    ["missions", "--on", "2020-01-01", "--known-at", "4"],
    ["network", "PAK", "--certainty", "possible"],
    ["deal", "crude", "--size", "6.5×4"],
)  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_end_of_the_name_tells_the_form(run: Run, tmp_path: Path, command: list[str]) -> None:
    for form, start in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")):
        target = tmp_path / f"picture.{form}"
        done = run("plot", *command, "-o", target)
        assert (done.exit_code, done.stdout, done.stderr) == (0, "", "comity: 1 picture written\n")
        first = target.read_bytes()
        assert first.startswith(start)
        assert run("plot", *command, "-o", target).exit_code == 0
        assert target.read_bytes() == first


def test_an_svg_can_be_compressed_and_a_png_has_the_size_that_was_asked(
    run: Run, tmp_path: Path
) -> None:
    packed, png = tmp_path / "a.SVG.gz", tmp_path / "a.png"
    assert run("plot", "timeline", "PAK-RUS", "-o", packed).exit_code == 0
    assert gzip.decompress(packed.read_bytes()).startswith(b"<?xml")
    size = ("--size", "6x4", "--dpi", "50")
    assert run("plot", "timeline", "PAK-RUS", *size, "-o", png).exit_code == 0
    header = png.read_bytes()[16:24]
    assert (int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")) == (300, 200)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["timeline", "PAK-RUS"], "give a file: -o picture.png"),
        (["timeline", "PAK-RUS", "-o", "-"], "give a file: -o picture.png"),
        (["timeline", "PAK-RUS", "-o", "x.gif"], "ends with .png, .svg or .pdf"),
        (["timeline", "PAK-RUS", "-o", "no/x.png"], "no such folder"),
        (["timeline", "PAK-RUS", "-o", "x.png", "--size", "8"], "such as 8x5"),
        (["timeline", "PAK-RUS", "-o", "x.png", "--size", "1x1"], "from 5×4 to 60×60"),
        (["timeline", "PAK-RUS", "-o", "x.png", "--size", "60x60", "--dpi", "1000"], "pixels"),
        (["timeline", "PAK-XXQ", "-o", "x.png"], "Unknown party"),
        (["missions", "-o", "x.png", "--on", "2023"], "not a day"),
        (["missions", "-o", "x.png", "--known-at", "99"], "a position from 0 to 4"),
        (["deal", "crud", "-o", "x.png"], "did you mean Crude?"),
        (["deal", "crude", "--on", "1990-01-01", "-o", "x.png"], "a deal that is recorded by then"),
        (["deal", "zzz", "-o", "x.png"], "'comity deals' lists them"),
        (["deal", "crude", "FIN", "SWE", "-o", "x.png"], "nothing recorded of FIN-SWE"),
        (["network", "--nodes", "-o", "x.png"], "No such option"),
        (["deals", "-o", "x.png"], "No such command"),
    ],
)
def test_a_wrong_question_is_one_line_and_writes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in failed(run("plot", *command))
    assert not [path for path in tmp_path.iterdir() if path.suffix in (".png", ".gif", ".part")]


@pytest.mark.parametrize("which", ["timeline", "tone", "missions", "network"])
def test_where_nothing_is_recorded_it_is_said_and_drawn(
    run: Run, tmp_path: Path, which: str
) -> None:
    target = tmp_path / "x.svg"
    done = run("plot", which, "FIN-SWE", "-o", target)
    said = "comity: nothing recorded of FIN-SWE\ncomity: 1 picture written\n"
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", said)
    assert target.read_bytes().startswith(b"<?xml")


def test_a_picture_never_replaces_the_store(run: Run, tmp_path: Path) -> None:
    store = tmp_path / "relations.svg"
    (tmp_path / "relations.db").rename(store)
    assert "would overwrite" in failed(run("plot", "network", "-o", store, at=store))


def test_without_matplotlib_the_way_out_is_told_and_nothing_is_written(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    target = tmp_path / "x.png"
    assert "pip install 'comity[plot]'" in failed(run("plot", "network", "-o", target))
    assert not target.exists()


def test_the_help_names_every_picture(run: Run) -> None:
    shown = run("plot").stdout
    for name in ("timeline", "tone", "missions", "network", "deal"):
        assert f"\n  {name} " in shown
    assert "--size" in run("plot", "tone", "--help").stdout


def test_a_brief_shows_the_timeline_only_where_it_is_wanted(run: Run, tmp_path: Path) -> None:
    plain, drawn = tmp_path / "plain.html", tmp_path / "drawn.html"
    on = ("--on", "2023-07-01")
    assert run("export", "brief", "PAK-RUS", *on, "-o", plain).exit_code == 0
    assert run("export", "brief", "PAK-RUS", *on, "--picture", "-o", drawn).exit_code == 0
    before, after = plain.read_text("utf-8"), drawn.read_text("utf-8")
    start, end = after.index("<figure"), after.index("</figure>") + len("</figure>\n")
    assert after[:start] + after[end:] == before
    assert 'role="img" aria-label="Timeline of Pakistan and Russia"' in after
    assert "<script" not in after
    assert "html, which alone can hold a picture" in failed(
        run("export", "brief", "PAK-RUS", "--picture", "-o", tmp_path / "x.md")
    )
