"""The commands import and export jsonl: every row is accounted for, and a log comes back equal."""

from __future__ import annotations

import gzip
import json
import os
from io import BytesIO
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hypothesis import given

import comity
from comity import Event, MeetingHeld, RelationsEstablished
from comity.adapters.interchange import whole_files
from comity.adapters.interchange.exporters.jsonl import write_jsonl
from comity.adapters.interchange.importers import formats, import_files, importer, running
from comity.domain.errors import say_recorded
from comity.domain.recorded import Recorded
from tests.e2e.results import Run, failed
from tests.strategies import catalogues

pytestmark = pytest.mark.in_a_file

EVENTS = (
    RelationsEstablished(parties=("PAK", "SUN"), when="1948-05-01"),
    MeetingHeld(parties=("PAK", "RUS"), meeting="bpc5", when="2023-06-20", venue="Islamabad"),
)
BAD = '{"type": "relations-severed", "parties": ["PAK", "RUSSIA"], "when": "2023-13"}'


@pytest.fixture
def lines(run: Run) -> str:
    """What the store exports."""
    return run("export", "jsonl").stdout


def content(path: Path) -> list[Recorded]:
    with comity.open(path) as engine:
        return list(engine.events())


def test_the_formats_are_listed_each_with_what_it_holds(run: Run) -> None:
    told = run("import").stdout.splitlines()
    assert [line.split()[0] for line in told] == list(formats())
    assert all(importer(line.split()[0]).summary in line for line in told)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_exported_log_comes_back_equal(
    run: Run, lines: str, store: Path, tmp_path: Path, pack: type[bytes]
) -> None:
    with comity.open(store, recorded_by="desk-3") as engine:
        event = EVENTS[1].id
        corrected = MeetingHeld(parties=("PAK", "RUS"), meeting="bpc5", when="2023-06-21")
        engine.correct(event, corrected, "it began a day later")
        engine.retract(corrected.id, "not at all")
        engine.reinstate(corrected.id, "after all")
    whole = run("export", "jsonl").stdout
    assert whole.startswith(lines)
    path, other = tmp_path / "log", tmp_path / "other.db"
    path.write_bytes(pack(whole.encode()))
    assert run("import", "jsonl", path, at=other).exit_code == 0
    assert content(other) == content(store)
    again = run("import", "jsonl", path, at=other)
    assert "0 new, 6 there already, of which 2 retracted, 0 rejected" in again.stderr
    assert content(other) == content(store)


@given(catalogues())
def test_any_log_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, log: list[Event]
) -> None:
    path = tmp_path_factory.mktemp("round") / "log.jsonl"
    with comity.open(":memory:", recorded_by="desk-3") as one, comity.open(":memory:") as other:
        one.extend(log)
        file = BytesIO()
        assert write_jsonl(file, one.events()) == one.position
        path.write_bytes(file.getvalue())
        done = import_files(other, "jsonl", path)
        assert (done.appended, done.rejected) == (one.position, 0)
        assert list(other.events()) == list(one.events())


def test_a_dry_run_says_what_would_be_done_and_does_nothing(
    run: Run, lines: str, store: Path, tmp_path: Path
) -> None:
    before = content(store)
    more = tmp_path / "more.jsonl"
    more.write_text(lines + BAD + "\n" + lines.replace("bpc5", "bpc6").replace("e", "e", 1))
    result = run("import", "jsonl", more, "--dry-run")
    assert result.exit_code == 4
    assert "a dry run: nothing is recorded" in result.stderr
    assert content(store) == before
    new = tmp_path / "new.db"
    assert (
        "2 new, 0 there already"
        in run("import", "jsonl", "-", "--dry-run", text=lines, at=new).stderr
    )
    assert not new.exists()


def test_rejected_rows_are_told_by_file_and_line_with_every_reason(
    run: Run, lines: str, tmp_path: Path
) -> None:
    one, two, rejects = (tmp_path / name for name in ("one.jsonl", "two.jsonl", "r.jsonl"))
    one.write_text(f"\n{BAD}\n{lines}")
    two.write_text(f"{lines}{BAD}\nnot JSON\n")
    told = run("import", "jsonl", one, two)
    assert told.exit_code == 4
    assert f"{one}, line 2: " in told.stderr
    assert f"{two}, line 4: record: not JSON at column 1" in told.stderr
    assert "0 new, 4 there already, 3 rejected" in told.stderr
    run("import", "jsonl", one, two, "--rejects", rejects)
    rows = [json.loads(row) for row in rejects.read_text().splitlines()]
    assert [(row["file"], row["line"]) for row in rows] == [
        (str(one), 2),
        (str(two), 3),
        (str(two), 4),
    ]
    assert [len(row["reasons"]) for row in rows] == [2, 2, 1]
    assert rows[0]["item"] == json.loads(BAD)


def test_who_records_is_noted_unless_the_file_says_who_did(
    run: Run, lines: str, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    run("import", "jsonl", "-", "--learned-now", "--recorded-by", "desk-9", text=lines, at=other)
    assert {record.recorded_by for record in content(other)} == {"desk-9"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonesuch", "x"], "expected one of"),
        (["jsonk", "x"], "expected 'jsonl'"),
        (["jsonl"], "FILE"),
        (["jsonl", "missing.jsonl"], "cannot read 'missing.jsonl'"),
        (["jsonl", "-", "--encoding", "klingon"], "no text encoding is called 'klingon'"),
        (["jsonl", "-", "--names", "missing.toml"], "cannot read 'missing.toml'"),
        (["jsonl", "-", "--suggest"], "jsonl needs no mapping"),
    ],
)
def test_wrong_usage_is_one_line_and_makes_no_store(
    run: Run, tmp_path: Path, arguments: list[str], said: str
) -> None:
    new = tmp_path / "new.db"
    assert said in failed(run("import", *arguments, at=new))
    assert not new.exists()


def test_names_are_given_in_a_file_of_toml(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "names.toml"
    for text, said in (
        ('"Atlantis" = 3', "needs a code"),
        ('"Atlantis" = "ATL"', "'ATL'"),
        ("Atlantis", "cannot read"),
    ):
        wrong.write_text(text)
        assert said in failed(run("import", "jsonl", "-", "--names", wrong, text="{}"))


def test_a_damaged_archive_says_how_far_it_came(run: Run, lines: str, tmp_path: Path) -> None:
    packed = tmp_path / "cut.gz"
    packed.write_bytes(gzip.compress(lines.encode())[:-9])
    other = tmp_path / "other.db"
    said = failed(run("import", "jsonl", packed, at=other))
    assert "Cannot read" in said
    assert "cut.gz" in said


def test_an_export_to_a_file_is_whole_or_the_old_file_stays(
    run: Run, lines: str, store: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.jsonl.gz"
    assert "2 events written" in run("export", "jsonl", "-o", out).stderr
    assert gzip.decompress(out.read_bytes()).decode() == lines
    before = out.read_bytes()
    failed(run("export", "jsonl", "-o", out, "--after", "99"))
    assert out.read_bytes() == before
    failed(run("export", "jsonl", "-o", store))
    failed(run("export", "jsonl", "-o", tmp_path / "none" / "x"))
    assert {path.name for path in tmp_path.iterdir()} == {"relations.db", "out.jsonl.gz"}


def test_export_alone_lists_what_it_writes(run: Run) -> None:
    assert "jsonl" in run("export").stdout


def test_an_export_goes_into_a_pipe_and_not_in_its_place(
    run: Run, lines: str, tmp_path: Path
) -> None:
    pipe, read = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    assert run("export", "jsonl", "-o", pipe).exit_code == 0
    reader.join()
    assert read == [lines.encode()]
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (".", "is a folder"), ("", "is a folder"), ("none/x.jsonl", "there is no such folder"),
        ("x.csv", "this writes .json or .jsonl"), ("x.PARQUET.gz", "this writes .json or .jsonl"),
    ],
)  # fmt: skip
def test_an_output_that_cannot_be_is_one_line(run: Run, name: str, said: str) -> None:
    assert said in failed(run("export", "jsonl", "-o", name))


def test_a_hyphen_is_the_standard_output(run: Run, lines: str) -> None:
    assert run("export", "jsonl", "-o", "-").stdout == lines


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.JSONL.GZ"])
def test_a_name_that_ends_with_gz_is_compressed(
    run: Run, lines: str, tmp_path: Path, name: str
) -> None:
    run("export", "jsonl", "-o", tmp_path / name)
    assert gzip.decompress((tmp_path / name).read_bytes()).decode() == lines


def test_a_folder_that_cannot_be_written_is_told_by_the_files_name(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> tuple[int, str]:
        raise OSError(28, "No space left on device", ".comity-secret.part")

    monkeypatch.setattr(whole_files, "mkstemp", full)
    said = failed(run("export", "jsonl", "-o", tmp_path / "x.jsonl"), 3)
    assert "x.jsonl" in said
    assert "No space left on device" in said
    assert "secret" not in said


MAPPING = """
type = "relations-established"

[fields]
when = "Date"
parties = ["a", "b"]
"""


def test_rejects_are_not_written_over_the_mapping_or_the_names(run: Run, tmp_path: Path) -> None:
    table, mapping, names = (tmp_path / name for name in ("t.csv", "m.toml", "n.toml"))
    table.write_text("Date,a,b\n1948-05-01,PAK,RUS\n")
    mapping.write_text(MAPPING)
    names.write_text('"Persia" = "IRN"')
    (tmp_path / "link").symlink_to(mapping)
    for option, rejects in (("--mapping", mapping), ("--names", names), ("--mapping", "link")):
        files = ("--mapping", mapping, "--names", names, "--rejects", tmp_path / rejects)
        assert option in failed(run("import", "csv", table, *files))
    assert (mapping.read_text(), names.read_text()) == (MAPPING, '"Persia" = "IRN"')


def test_na_is_namibia_in_a_table_if_a_list_of_names_says_so(run: Run, tmp_path: Path) -> None:
    table, mapping, names = (tmp_path / name for name in ("t.csv", "m.toml", "n.toml"))
    table.write_text("Date,a,b\n1990-03-21,NA,RUS\n")
    mapping.write_text(MAPPING)
    names.write_text('"NA" = "NAM"')
    assert run("import", "csv", table, "--mapping", mapping).exit_code == 4
    done = run("import", "csv", table, "--mapping", mapping, "--names", names)
    assert "1 new" in done.stderr
    assert run("relationships", "--including", "NAM").stdout == "NAM-SUN\n"


def test_a_pipe_is_read_once(run: Run, lines: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=lambda: pipe.write_text(lines))
    writer.start()
    assert "2 there already" in run("import", "jsonl", pipe).stderr
    writer.join()


@pytest.mark.parametrize("order", [1, -1])
def test_roll_calls_are_read_before_the_votes_that_they_date(
    run: Run, tmp_path: Path, order: int
) -> None:
    calls, votes = tmp_path / "un_roll_calls.csv", tmp_path / "un_votes.csv"
    calls.write_text("rcid,session,date,unres\n3,1,1946-01-01,R/1/66\n")
    votes.write_text("rcid,country,country_code,vote\n3,Norway,NO,yes\n")
    run("import", "un-votes", *(calls, votes)[::order], at=tmp_path / "votes.db")
    [record] = content(tmp_path / "votes.db")
    assert record.event.when == "1946-01-01"


def test_rows_that_only_repeat_another_are_told(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "i.tsv"
    row = "2014-01-01\tIndia\tMake statement\t010\tChina\n"
    table.write_text(f"event_date\tsource\trelation\tcameo\ttarget\n{row}{row}{row}")
    done = run("import", "icews", table, at=tmp_path / "i.db")
    assert "2 rows only repeated another" in done.stderr
    assert "3 rows read, 1 new" in done.stderr


def test_a_suggestion_tells_who_sanctions_whom(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "s.csv"
    table.write_text(
        "sanctioned_state,sanctioning_state,begin\nPakistan,India,1949\nIraq,France,1990\n"
    )
    told = run("import", "csv", table, "--suggest").stdout
    assert 'by = "sanctioning_state"' in told
    assert 'on = "sanctioned_state"' in told


def test_a_suggestion_says_that_nothing_tells_the_kind_and_that_precision_is_told(
    run: Run, tmp_path: Path
) -> None:
    table = tmp_path / "u.csv"
    table.write_text(
        "side_a,side_b,start_date,start_prec\nPakistan,India,1949-01-01,3\nIraq,Iran,1980-09-22,1\n"
    )
    told = run("import", "csv", table, "--suggest").stdout
    assert "# Nothing in the table tells the kind" in told
    assert "# start_prec: add it as precision" in told


def test_an_import_that_breaks_off_says_all_that_it_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also within a portion: what the portions before it recorded is said."""
    monkeypatch.setattr(running, "PORTION", 2)
    path = tmp_path / "m.jsonl"
    told = (MeetingHeld(parties=("PAK", "RUS"), meeting=f"m{n}", when="2023") for n in range(6))
    with comity.open(":memory:") as one, path.open("wb") as file:
        one.extend(told)
        write_jsonl(file, one.events())
    with comity.open(":memory:") as engine:
        extend, calls = engine.extend, count(1)

        def interrupted(*arguments: Any, **options: Any) -> Any:
            if next(calls) == 3:
                error = KeyboardInterrupt()
                say_recorded(error, 0, 2)  # as `extend` says it
                raise error
            return extend(*arguments, **options)

        monkeypatch.setattr(engine, "extend", interrupted)
        with pytest.raises(KeyboardInterrupt) as raised:
            import_files(engine, "jsonl", path)
    assert raised.value.__notes__ == ["4 events were recorded before; repeating is safe"]
    assert vars(raised.value).items() >= {"appended": 4, "done": 6}.items()
