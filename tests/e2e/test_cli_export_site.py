"""The command export site, as a user runs it."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from comity import MeetingHeld, RelationsEstablished, Source
from tests.e2e.results import Run, failed
from tests.web_pages import Page

pytestmark = pytest.mark.in_a_file

EVIL = "=[bold]</script>\x1b[31m\u202e\"'\n<b>&\x00\u2028 [a](b)"
PAIR = ("PAK", "RUS")
EVENTS = (
    RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
    MeetingHeld(meeting=EVIL, parties=PAIR, when="2023-06-20", venue=EVIL, note=EVIL, id=EVIL,
                sources=(Source(EVIL, EVIL, note=EVIL),)),
)  # fmt: skip


def test_it_writes_a_folder_and_says_what_to_open(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "dossier"
    for _ in range(2):  # an earlier site is replaced
        done = run("export", "site", folder, "PAK-RUS")
        assert done.exit_code == 0, done.stderr
        assert f"files written; open {folder / 'index.html'}" in done.stderr
    index = Page((folder / "index.html").read_text(encoding="utf-8"))
    assert len([item for item in index.named("li") if item["data-position"]]) == len(EVENTS)
    assert (folder / "events.jsonl").read_bytes().count(b"\n") == len(EVENTS)
    assert {path.name for path in tmp_path.iterdir()} == {"dossier", "relations.db"}


def test_it_overwrites_nothing_that_is_no_site(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    for folder, says in (
        (tmp_path / "mine", "is not empty"),
        (tmp_path, "is not empty"),
        (tmp_path / "relations.db", "relations.db"),
        (tmp_path / "no" / "such", "no such folder"),
    ):
        done = run("export", "site", folder, "PAK-RUS")
        failed(done, 2)
        assert says in done.stderr
    assert (tmp_path / "mine" / "letter.txt").read_text() == "dear"


def test_an_unknown_party_makes_no_folder(run: Run, tmp_path: Path) -> None:
    done = run("export", "site", tmp_path / "dossier", "PAK", "XQX")
    failed(done, 2)
    assert "XQX" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["relations.db"]


@pytest.mark.parametrize("parties", [("PAK", "USA", "IND"), ("CHN-NPL",)])
def test_what_has_no_record_is_refused_and_makes_no_folder(
    run: Run, tmp_path: Path, parties: tuple[str, ...]
) -> None:
    done = run("export", "site", tmp_path / "dossier", *parties)
    failed(done, 1)
    assert "nothing recorded of " in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["relations.db"]


def test_a_full_disk_is_one_line_and_leaves_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    done = run("export", "site", tmp_path / "dossier", "PAK-RUS")
    failed(done, 3)
    assert "No space left on device" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["relations.db"]
