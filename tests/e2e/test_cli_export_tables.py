"""Exports of tables from the command line: what the files hold, and what is left when one fails."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import comity
from comity import (
    Event,
    InteractionCoded,
    MeetingHeld,
    MissionOpened,
    RelationsEstablished,
    Source,
)
from tests.e2e.results import Run, failed, table, written
from tests.e2e.test_cli import on_a_terminal
from tests.effort import PATIENCE
from tests.processes import environment

pytestmark = pytest.mark.in_a_file

pandas: Any = import_module("pandas")
parquet: Any = import_module("pyarrow.parquet")

EVENTS: tuple[Event, ...] = (
    RelationsEstablished(
        parties=("PAK", "SUN"), when="1948-05-01",
        sources=(Source("=Geo News", url="https://www.geo.tv/latest/484967"),),
    ),
    MissionOpened(sender="PAK", host="RUS", when="1949", level="embassy", city='Mos"cow\n,'),
    MeetingHeld(
        meeting="visit-1999", parties=("PAK", "RUS"), kind="visit", visitor="PAK", host="RUS",
        when="1999-04-20", level="head-of-government",
    ),
    InteractionCoded(source="RUS", target="PAK", scheme="cameo", code="042", when="1999-04-21"),
)  # fmt: skip
VIEWS = (
    "anniversaries", "agenda", "series", "deals", "missions", "agreements", "measures", "tone",
    "network", "world",
)  # fmt: skip


@pytest.mark.parametrize("what", VIEWS)
def test_every_view_is_written_as_csv_and_as_parquet_alike(
    run: Run, tmp_path: Path, what: str
) -> None:
    rows = table(run("export", "csv", what))
    path = tmp_path / "table.parquet"
    done = run("export", "parquet", what, "--output", path)
    assert f"{len(rows)} row" in done.stderr
    read = parquet.read_table(path)
    assert read.num_rows == len(rows)
    if rows:
        assert read.schema.names == list(rows[0])


def test_a_view_takes_its_own_options_and_has_names_days_and_sources(run: Run) -> None:
    [row] = table(run("export", "csv", "network", "PAK", "RUS", "--on", "1948-12-31"))
    assert row["source_name"] == "Pakistan"
    assert row["since_earliest"] == "1948-05-01"
    assert (row["sources"], row["source_urls"]) == (
        "'=Geo News", "https://www.geo.tv/latest/484967"
    )  # fmt: skip
    assert table(run("export", "csv", "missions", "--on", "1948-12-31")) == []
    assert len(table(run("export", "csv", "network", "--nodes"))) == 2
    assert table(run("export", "csv", "series", "--level", "minister"))


def test_a_name_with_quotes_and_a_line_break_is_one_cell_of_one_line(run: Run) -> None:
    text = written(run("export", "csv", "missions"))
    assert len(text.splitlines()) == 2
    [row] = csv.DictReader(io.StringIO(text))
    assert row["city"] == 'Mos"cow ,'


def test_a_timeline_the_log_evidence_and_a_state_are_tables_too(run: Run) -> None:
    assert len(table(run("export", "csv", "timeline", "PAK", "RUS"))) == 4
    assert len(table(run("export", "csv", "timeline", "PAK", "RUS", "--kind", "meeting-held"))) == 1
    log = table(run("export", "csv", "events", "--after", 1))
    assert [row["position"] for row in log] == ["2", "3", "4"]
    [account] = table(run("export", "csv", "evidence", log[0]["id"]))
    assert account["verdict"] == "stands"
    state = {row["path"]: row["value"] for row in table(run("export", "csv", "state", "PAK-RUS"))}
    assert state["relations.status"] == "established"


def test_parquet_goes_to_stdout_and_a_name_that_ends_with_gz_is_compressed(
    run: Run, tmp_path: Path
) -> None:
    data = run("export", "parquet", "missions").stdout_bytes
    assert parquet.read_table(io.BytesIO(data)).num_rows == 1
    path = tmp_path / "missions.csv.gz"
    run("export", "csv", "missions", "-o", path)
    assert gzip.decompress(path.read_bytes()) == run("export", "csv", "missions").stdout_bytes


def test_a_table_that_there_is_not_is_a_usage_error(run: Run) -> None:
    assert "missionz" in failed(run("export", "csv", "missionz"))
    assert "XXX" in failed(run("export", "csv", "missions", "XXX"))
    assert "export csv" in written(run("export", "csv"))


@pytest.mark.parametrize(
    ("command", "heading"),
    [
        (("csv", "missions"), "relationship,relationship_name,sender,"),
        (("csv", "tone"), "relationship,relationship_name,period,"),
        (("panel", "--all", "--since", "1990", "--until", "1990"), "ccode1,ccode2,"),
    ],
)
def test_on_a_terminal_the_bar_is_gone_before_the_first_line(
    tmp_path: Path, command: tuple[str, ...], heading: str
) -> None:
    large = tmp_path / "large.db"  # so that not all is written at the very end
    with comity.open(large) as engine:
        for number in range(200):
            city, year = f"City {number}", f"{1800 + number}"
            engine.append(
                MissionOpened(sender="PAK", host="RUS", when="1990", level="consulate", city=city),
                InteractionCoded(source="RUS", target="IRN", scheme="cameo", code="042", when=year),
            )
    code, shown = on_a_terminal(["export", *command], {"COMITY_STORE": str(large)})
    assert code == 0
    assert "folding" in shown
    last = shown.partition(heading)[0].rpartition("\n")[2]
    assert not re.sub("\x1b\\[[?0-9;]*[A-Za-z]|\r", "", last)  # only what wipes the line


# The panel


@pytest.mark.parametrize("form", ["csv", "parquet", "dta"])
def test_a_panel_is_read_by_pandas_with_the_same_rows(run: Run, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"dyads.{form}"
    done = run("export", "panel", "--since", "1998", "--until", "2000", "-o", path)
    assert done.exit_code == 0, done.stderr
    read = {"csv": pandas.read_csv, "parquet": pandas.read_parquet, "dta": pandas.read_stata}
    frame = read[form](path)
    assert list(frame["year"]) == [1998, 1999, 2000]
    assert list(frame["ccode1"]) == [365] * 3
    assert list(frame["iso3c2"]) == ["PAK"] * 3
    assert list(frame["coded_verb_coop"]) == [0, 1, 0]
    assert list(frame["coded_goldstein"].isna()) == [True, False, True]
    assert list(frame["visits"]) == [0, 1, 0]
    assert list(frame["mission_level"]) == ["embassy"] * 3
    assert str(frame["stock_date"][0])[:10] == "1998-12-31"


def test_beside_a_panel_are_its_codebook_and_a_package_that_describes_it(
    run: Run, tmp_path: Path
) -> None:
    for name, options in (("year.csv", ()), ("month.parquet", ("--by", "month", "--directed"))):
        done = run("export", "panel", *options, "-o", tmp_path / name)
        assert "codebook" in done.stderr
    book = (tmp_path / "month.parquet-codebook.md").read_text("utf-8")
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    assert [each["path"] for each in package["resources"]] == ["year.csv", "month.parquet"]
    assert len({each["name"] for each in package["resources"]}) == 2
    yearly, monthly = package["resources"]
    assert yearly["schema"]["primaryKey"] == ["iso3c1", "iso3c2", "year"]
    assert monthly["schema"]["primaryKey"] == ["iso3c1", "iso3c2", "year", "month"]
    heading = (tmp_path / "year.csv").read_text("utf-8").partition("\n")[0].split(",")
    assert [field["name"] for field in yearly["schema"]["fields"]] == heading
    assert yearly["sources"] == [{"title": "=Geo News", "events": 1}]
    assert all(f"`{field['name']}`" in book for field in monthly["schema"]["fields"])
    assert "licences" in package["description"]
    run("export", "panel", "-o", tmp_path / "year.csv")
    again = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    assert sorted(each["path"] for each in again["resources"]) == ["month.parquet", "year.csv"]


def test_a_file_that_is_no_package_is_not_written_over(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "datapackage.json"
    other.write_text("mine", "utf-8")
    assert "datapackage.json" in failed(run("export", "panel", "-o", tmp_path / "p.csv"))
    assert other.read_text("utf-8") == "mine"
    assert not (tmp_path / "p.csv").exists()
    assert not list(tmp_path.glob("*.part"))


def test_panels_of_one_name_in_several_forms_have_books_and_entries_of_their_own(
    run: Run, tmp_path: Path
) -> None:
    paths = ["d.csv", "d.csv.gz", "d.parquet", "d.dta", "é.csv", "è.csv", "D.csv"]
    for path in paths:
        done = run("export", "panel", "-o", tmp_path / path)
        assert f"{path}-codebook.md" in done.stderr
        book = (tmp_path / f"{path}-codebook.md").read_text("utf-8")
        assert book.startswith(f"# Codebook of {path}\n")
    resources = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))["resources"]
    assert [each["path"] for each in resources] == paths
    assert [each["name"] for each in resources] == [
        "d.csv", "d.csv.gz", "d.parquet", "d.dta", "-.csv", "-.csv-2", "d.csv-2",
    ]  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="Windows has no lock on a folder")
def test_panels_that_are_written_at_once_are_all_in_the_package(
    store: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    names = [f"p{number}.csv" for number in range(4)]
    command = [sys.executable, "-m", "comity", "export", "panel", "--store", str(store), "-o"]
    running = [
        subprocess.Popen([*command, str(folder / name)], env=environment()) for name in names
    ]
    assert [process.wait(PATIENCE) for process in running] == [0] * 4
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert sorted(each["path"] for each in package["resources"]) == names
    assert len(list(folder.iterdir())) == 9


def test_the_codebook_shows_publishers_as_plain_short_text(run: Run, tmp_path: Path) -> None:
    hostile = ("</script><script>alert(1)</script>", "x" * 20_000, "[a](b) *c* `d`")
    named = tuple(Source(publisher) for publisher in hostile)
    store = tmp_path / "hostile.db"
    with comity.open(store) as engine:
        engine.append(RelationsEstablished(parties=("PAK", "RUS"), when="1948", sources=named))
    run("export", "panel", "-o", tmp_path / "p.csv", at=store)
    book = (tmp_path / "p.csv-codebook.md").read_text("utf-8")
    assert "<" not in book
    assert "- &lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;: 1 event\n" in book
    assert "- \\[a\\](b) \\*c\\* \\`d\\`: 1 event\n" in book
    assert max(map(len, book.splitlines())) < 500


def test_a_panel_on_stdout_is_csv_with_nothing_beside_it(run: Run, tmp_path: Path) -> None:
    quarter = ("--by", "quarter", "--since", "1999-34", "--until", "1999-34")
    rows = table(run("export", "panel", "PAK", "--directed", *quarter))
    assert [(row["iso3c1"], row["quarter"], row["coded_events"]) for row in rows] == [
        ("RUS", "2", "1"), ("PAK", "2", "0"),
    ]  # fmt: skip
    assert not list(tmp_path.glob("*codebook*"))


def test_all_dyads_of_a_year_are_those_of_the_states_of_that_year(run: Run) -> None:
    rows = table(run("export", "panel", "--all", "--since", "1950", "--until", "1950"))
    codes = {row[f"iso3c{n}"] for row in rows for n in (1, 2)}
    assert len(rows) == len(codes) * (len(codes) - 1) // 2
    assert "BGD" not in codes
    assert {"RUS", "PAK", "DDR"} <= codes


def test_an_empty_log_gives_a_heading_and_empty_files(tmp_path: Path, run: Run) -> None:
    empty = tmp_path / "empty.db"
    with comity.open(empty):
        pass
    assert written(run("export", "panel", at=empty)).count("\n") == 1
    for form in ("csv", "parquet", "dta"):
        done = run("export", "panel", "-o", tmp_path / f"p.{form}", at=empty)
        assert "0 rows" in done.stderr
        assert "0 rows" in (tmp_path / f"p.{form}-codebook.md").read_text("utf-8")
    assert parquet.read_table(tmp_path / "p.parquet").num_rows == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "panel", "--by", "decade"),
        ("export", "panel", "-o", "panel.txt"),
        ("export", "panel", "XXX"),
        ("export", "panel", "--since", "2005", "--until", "2004"),
    ],
)
def test_what_a_panel_cannot_be_is_a_usage_error(run: Run, arguments: tuple[str, ...]) -> None:
    assert failed(run(*arguments))


@pytest.mark.parametrize(
    "command", [("csv", "missions"), ("parquet", "missions"), ("panel", "--format", "csv")]
)
def test_no_export_writes_over_the_store(run: Run, store: Path, command: tuple[str, ...]) -> None:
    before = store.read_bytes()
    assert "overwrite" in failed(run("export", *command, "--output", store))
    assert store.read_bytes() == before


_SLOW = """
import sys, time
from comity.adapters.interchange.exporters import panel_files
whole = panel_files.write_panel
def slowly(file, *rest):
    whole(file, *rest)
    file.flush()
    print("written", flush=True)
    time.sleep(600)
panel_files.write_panel = slowly
from comity.adapters.cli import app
app(["export", "panel", "--output", sys.argv[1]])
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_an_export_that_is_killed_leaves_the_old_file(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    path = folder / "p.csv"
    path.write_text("old", "utf-8")
    with subprocess.Popen(
        [sys.executable, "-c", _SLOW, str(path)],
        env=environment() | {"COMITY_STORE": str(store)}, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
    assert path.read_text("utf-8") == "old"
    assert not (folder / "datapackage.json").exists()


@pytest.mark.parametrize(("form", "name"), [("csv", "x.parquet"), ("parquet", "x.csv.gz")])
def test_a_name_that_promises_another_form_is_refused(run: Run, form: str, name: str) -> None:
    assert f"this writes .{form}" in failed(run("export", form, "events", "-o", name))
