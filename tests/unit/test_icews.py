"""ICEWS: both layouts, who acts, what is repeated, and what is broken."""

from __future__ import annotations

import csv
import gzip
from io import StringIO
from pathlib import Path

import pytest

import comity
from comity import Source, UnreadableFile
from comity.adapters.interchange.importers import Names, import_files
from tests.unit.coded import account, table

NAMES = (
    "Event ID,Event Date,Source Name,Source Sectors,Source Country,Event Text,CAMEO Code,Intensity,"
    "Target Name,Target Sectors,Target Country,Story ID,Sentence Number,Publisher,City,District,"
    "Province,Country,Latitude,Longitude"
)
HEADER: list[str] = [*NAMES.split(",")]
FIVE = ["event_date", "source", "relation", "cameo", "target"]


def raw(**cells: str) -> list[str]:
    told = {
        "Event ID": "1", "Event Date": "2019-03-02", "Source Name": "Military (Russia)",
        "Source Country": "Russian Federation", "Event Text": "Consult", "CAMEO Code": "040",
        "Target Name": "Imran Khan", "Target Country": "Pakistan", "Publisher": "Dawn",
        "City": "Islamabad", "Country": "Pakistan",
    }  # fmt: skip
    told |= {name.replace("_", " "): cell for name, cell in cells.items()}
    return [told.get(name, "NA") for name in HEADER]


def five(code: str = "040", source: str = "Pakistan", target: str = "Russia") -> list[str]:
    return ["2019-03-02", source, "a relation", code, target]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "events.tab"


def test_a_raw_row_is_an_event_with_the_words_of_its_coder(path: Path) -> None:
    event = account("icews", table(path, HEADER, raw())).event
    assert (event.source, event.target, event.code, event.when) == (
        "RUS",
        "PAK",
        "040",
        "2019-03-02",
    )
    assert (event.source_actor, event.target_actor) == ("Military (Russia)", "Imran Khan")
    assert (event.scheme, event.place, event.mentions) == ("cameo", "Islamabad, Pakistan", 1)
    assert event.sources == (Source("ICEWS", note="Dawn"),)


def test_the_columns_stand_in_any_order_and_under_names_of_r(path: Path) -> None:
    order = sorted(range(20), key=lambda at: HEADER[at])
    header = [HEADER[at].replace(" ", ".").lower() for at in order]
    expected = account("icews", table(path, HEADER, raw())).events
    assert account("icews", table(path, header, [raw()[at] for at in order])).events == expected


@pytest.mark.parametrize("rows", [[raw()], [raw(), raw(CAMEO_Code="042")]])
def test_the_header_may_be_missing(path: Path, rows: list[list[str]]) -> None:
    headed = account("icews", table(path, HEADER, *rows)).events
    assert account("icews", table(path, *rows)).events == headed


def test_commas_with_quotes_and_tabs_with_quotes_are_read(path: Path) -> None:
    expected = account("icews", table(path, HEADER, raw(Publisher='The "Dawn", daily'))).events
    for by in ",\t":
        text = StringIO()
        csv.writer(text, delimiter=by, quoting=csv.QUOTE_ALL).writerows(
            [HEADER, raw(Publisher='The "Dawn", daily')]
        )
        path.write_text(text.getvalue(), encoding="utf-8", newline="")
        assert account("icews", path).events == expected


def test_a_quote_in_a_cell_between_tabs_is_a_letter(path: Path) -> None:
    rows = [raw(Publisher='"Dawn'), raw(CAMEO_Code="042", Source_Name='Group of "Five"')]
    done = account("icews", table(path, HEADER, *rows))
    assert [event.sources[0].note for event in done.events] == ['"Dawn', "Dawn"]
    assert done.events[1].source_actor == 'Group of "Five"'


def test_a_date_of_publication_is_kept_beside_that_of_the_event(path: Path) -> None:
    event = account(
        "icews", table(path, [*HEADER, "Story Date"], [*raw(), "2019-03-05"])
    ).event  # fmt: skip
    assert (event.when, event.sources[0].published) == ("2019-03-02", "2019-03-05")


def test_the_five_columns_tell_the_country_in_the_actor(path: Path) -> None:
    rows = [
        five("0861", "Head of Government (Croatia)", "Afghanistan"),
        five("040", "United Nations", "Citizen (Congo)"),
    ]
    for lines in ([FIVE, *rows], rows):
        done = account("icews", table(path, *lines))
        assert [(e.source, e.target) for e in done.events] == [("HRV", "AFG"), ("un", "COG")]
        assert done.events[0].source_actor == "Head of Government (Croatia)"


def test_a_name_means_the_party_of_its_day(path: Path) -> None:
    rows = [["1985-03-02", "Moscow Times (Russia)", "", "040", "Citizen (Germany)"]]
    rows += [["1995-03-02", *rows[0][1:]]]
    done = account("icews", table(path, *rows))
    assert [(e.source, e.target) for e in done.events] == [("SUN", "DEU"), ("RUS", "DEU")]


def test_what_is_no_event_between_parties_is_counted_by_reason(path: Path) -> None:
    rows = [
        five("040", "Barack Obama", "Russia"), five("040", "Russia", "Swraj Paul"),
        five("040", "Boko Haram", "Abu Sayyaf"), five("040", "Navy (Russia)", "Police (Russia)"),
        five("NA"), five(),
    ]  # fmt: skip
    done = account("icews", table(path, FIVE, *rows))
    assert done.skipped == {
        "no country: source": 1, "no country: target": 1, "no country: source and target": 1,
        "within one country": 1, "no code": 1,
    }  # fmt: skip
    assert (done.rows, len(done.events)) == (6, 1)


def test_the_country_is_that_of_its_column(path: Path) -> None:
    rows = [
        raw(Source_Name="Citizen (France)"),
        raw(Source_Country="NA", Source_Name="European Union"),
    ]
    done = account("icews", table(path, HEADER, *rows))
    assert [event.source for event in done.events] == ["RUS", "eu"]


def test_an_unknown_country_is_reported_with_what_it_may_be(path: Path) -> None:
    done = account("icews", table(path, HEADER, raw(Source_Country="Pakistann"), raw()))
    assert "Source Country" in done.reason
    assert "did you mean PAK?" in done.reason
    assert (done.rows, len(done.events)) == (2, 1)
    given = account("icews", path, Names({"Pakistann": "IND"}))
    assert [event.source for event in given.events] == ["IND", "RUS"]


def test_repeats_are_one_event_also_far_apart_and_in_any_order(path: Path, tmp_path: Path) -> None:
    rows = [
        raw(Publisher="Times"), raw(CAMEO_Code="042"), raw(Publisher="Dawn"),
        raw(Event_Date="2019-03-03"), raw(Publisher="Hindu"),
    ]  # fmt: skip
    done = account("icews", table(path, HEADER, *rows))
    assert [(told.line, told.rows) for told in done.told] == [(2, 3), (3, 1), (5, 1)]
    assert [event.mentions for event in done.events] == [3, 1, 1]
    assert done.events[0].sources[0].note == "Dawn"
    other = account("icews", table(tmp_path / "other", HEADER, *reversed(rows)))
    assert sorted(other.events, key=lambda event: event.id) == sorted(
        done.events, key=lambda event: event.id
    )


def test_another_actor_of_the_same_country_is_another_event(path: Path) -> None:
    done = account("icews", table(path, HEADER, raw(), raw(Source_Name="Vladimir Putin")))
    assert [event.mentions for event in done.events] == [1, 1]


def test_a_visit_told_by_both_sides_counts_once(path: Path) -> None:
    rows = [
        five("042", "Envoy (Pakistan)", "Russia"), five("043", "Russia", "Envoy (Pakistan)"),
        five("042", "Russia", "Pakistan"), five("040"),
    ]  # fmt: skip
    with comity.open(":memory:") as engine:
        assert import_files(engine, "icews", table(path, FIVE, *rows)).appended == 4
        assert engine.state("PAK", "RUS", on="2020-01-01").tone.interactions == 3
        both = [entry for entry in engine.timeline("PAK", "RUS") if len(entry.accounts) > 1]
    assert {e.event.code for e in both if isinstance(e.event, comity.InteractionCoded)} <= {
        "042",
        "043",
    }


def test_importing_again_adds_nothing_and_overlapping_files_count_once(
    path: Path, tmp_path: Path
) -> None:
    rows = [raw(), raw(), raw(CAMEO_Code="042"), raw(CAMEO_Code="057")]
    table(path, HEADER, *rows[:3])
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(table(tmp_path / "other", HEADER, *rows).read_bytes()))
    with comity.open(":memory:") as engine:
        first = import_files(engine, "icews", path)
        again = import_files(engine, "icews", path)
        more = import_files(engine, "icews", packed)
    assert (first.read, first.appended, first.duplicates) == (3, 2, 0)
    assert (again.read, again.appended, again.duplicates) == (3, 0, 2)
    assert (more.read, more.appended, more.duplicates, more.rejected) == (4, 1, 2, 0)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("40", "040"), ("42", "042"), ("211", "0211"), ("211.0", "0211"), ("1", "01"), ("111", "111"),
     (" 042", "042"), ("1213", "1213"), ("20", "20"), ("57", "057")],
)  # fmt: skip
def test_a_zero_that_a_spreadsheet_ate_is_put_back_where_that_is_certain(
    path: Path, cell: str, code: str
) -> None:
    assert account("icews", table(path, HEADER, raw(CAMEO_Code=cell))).event.code == code


def test_a_code_with_two_readings_is_refused_where_zeros_were_eaten(path: Path) -> None:
    rows = [raw(CAMEO_Code="14"), raw(CAMEO_Code="14"), raw(CAMEO_Code="42")]
    done = account("icews", table(path, HEADER, *rows))
    assert done.event.code == "042"
    assert done.reason == "the code 14 may be 014: codes of this file have lost their zeros"
    assert done.rows == 3
    assert account("icews", table(path, HEADER, rows[0])).event.code == "14"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"CAMEO_Code": "999"}, "CAMEO has no code '999'"),
        ({"CAMEO_Code": "0999"}, "CAMEO has no code '0999'"),
        ({"CAMEO_Code": "=1+1"}, "CAMEO has no code"),
        ({"CAMEO_Code": "٠٤٠"}, "CAMEO has no code"),
        ({"Event_Date": "2019-02-30"}, "there is no day '2019-02-30'"),
        ({"Event_Date": "3/2/2019"}, "'3/2/2019' is no day"),
        ({"Event_Date": "NA"}, "Event Date: 'NA' is no day"),
        ({"Source_Name": "x" * 3000}, "3,000 characters; expected at most 2,000"),
        ({"Publisher": "x" * 3000}, "Publisher: 3,000 characters"),
        ({"Publisher": "a\tb"}, "21 cells; expected 20"),
        ({"Publisher": "a\nb"}, "14 cells; expected 20"),
        ({"Source_Name": "a\0b"}, "a NUL character"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_read_is_reported_and_the_others_are_read(
    path: Path, cells: dict[str, str], said: str
) -> None:
    done = account("icews", table(path, HEADER, raw(**cells), raw()))
    assert said in done.faulty[2][0]
    assert len(done.events) == 1
    assert done.rows == 1 + len(done.faulty)


def test_every_reason_is_told(path: Path) -> None:
    done = account("icews", table(path, HEADER, raw(Event_Date="soon", CAMEO_Code="999")))
    assert [reason.partition(":")[0] for reason in done.faulty[2]] == ["Event Date", "CAMEO Code"]


def test_dates_of_any_year_and_with_a_midnight_are_days(path: Path) -> None:
    days = ["0001-01-01", "20190302", "2019-03-02 00:00:00", "2019-03-02T00:00:00Z", "20190302.0"]
    done = account("icews", table(path, HEADER, *(raw(Event_Date=day) for day in days)))
    assert [(event.when, event.mentions) for event in done.events] == [
        ("0001-01-01", 1), ("2019-03-02", 4),
    ]  # fmt: skip


def test_bytes_that_are_no_text_spoil_their_row_only(path: Path) -> None:
    table(path, HEADER, raw(), raw(CAMEO_Code="042", Source_Name="Recep Tayyip Erdoğan"))
    path.write_bytes(path.read_bytes() + b"\t".join(c.encode("latin-1") for c in raw(City="Côte")))
    done = account("icews", path)
    assert "byte 0xf4 is no text in this encoding" in done.reason
    assert done.events[1].source_actor == "Recep Tayyip Erdoğan"


def test_control_characters_and_spaces_around_words_are_no_part_of_a_key(path: Path) -> None:
    done = account("icews", table(path, HEADER, raw(), raw(Source_Name=" Military\x1f(Russia) ")))
    assert done.event.mentions == 2


def test_an_open_quote_spoils_its_line_only(path: Path) -> None:
    lines = [",".join(HEADER), ",".join(raw()).replace("Dawn", '"Dawn'), ",".join(raw())]
    path.write_text("\n".join(lines), encoding="utf-8")
    done = account("icews", path)
    assert list(done.faulty) == [2]
    assert done.event.mentions == 1


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFile, match="does not begin with a header or a row of ICEWS"):
        account("icews", path)


def test_a_header_alone_tells_nothing_and_one_in_the_middle_is_skipped(path: Path) -> None:
    assert account("icews", table(path, HEADER)).rows == 0
    done = account("icews", table(path, HEADER, raw(), HEADER, raw()))
    assert (done.rows, done.event.mentions, done.skipped) == (3, 2, {"a header": 1})


def test_empty_cells_at_the_end_of_a_row_do_no_harm(path: Path) -> None:
    assert account("icews", table(path, HEADER, [*raw(), "", " "])).event.code == "040"


def test_a_file_without_a_needed_column_is_refused(path: Path) -> None:
    header = ["Kod" if name == "CAMEO Code" else name for name in HEADER]
    with pytest.raises(UnreadableFile, match="does not begin with a header or a row of ICEWS"):
        account("icews", table(path, header[:-1], raw()[:-1]))


def test_a_broken_first_row_without_a_header_is_reported(path: Path) -> None:
    done = account("icews", table(path, raw()[:7], raw()))
    assert "expected a header or a row of ICEWS" in done.reason
    assert len(done.events) == 1


def test_the_shared_five_columns_are_accounted_for(shared_data: Path) -> None:
    done = account("icews", shared_data / "icews" / "icews14.tsv.gz")
    assert done.rows == 90_730
    assert sum(told.rows for told in done.told) + done.skipped.total() == done.rows
    assert (len(done.events), done.faulty) == (16_372, {})


def test_the_shared_raw_rows_are_accounted_for(shared_data: Path) -> None:
    file = shared_data / "icews" / "events.2018.sample.tab"
    done = account("icews", file)
    assert done.rows == 3_705
    assert sum(told.rows for told in done.told) == sum(event.mentions for event in done.events)
    assert (len(done.events), done.faulty) == (1_281, {})
    assert done.skipped == {
        "within one country": 1_596, "no country: target": 145, "no country: source": 56,
        "no country: source and target": 6,
    }  # fmt: skip
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter="\t", quoting=csv.QUOTE_NONE))
    keys = {
        tuple(row[name] for name in ("Event Date", "Source Name", "CAMEO Code", "Target Name"))
        for row in rows
    }
    told = {(e.when, e.source_actor, e.code, e.target_actor) for e in done.events}
    assert len(told) == len(done.events)
    assert told <= keys
