"""Sanctions: several senders and targets in a cell, years, and what is no party."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from comity import MeasureImposed, MeasureLifted
from comity.adapters.interchange.importers import Names, importer
from comity.adapters.interchange.importers.gsdb_names import Cells
from comity.domain.errors import UnreadableFile
from tests.importing import events, faults, imported, outcomes, rows, skipped, written

GSDB = importer("gsdb")
HEADER = (
    "case_id,sanctioned_state,sanctioning_state,begin,end,trade,descr_trade,arms,military,"
    "financial,travel,other,target_mult,sender_mult,objective,success\n"
)
ONE = '1,Cuba,United States,1962,1990,1,"exp_compl,imp_part",0,0,0,0,0,0,0,policy_change,failed\n'
LAST = "2,Iran,EU,2010,2023,0,,1,0,1,1,0,0,0,other,ongoing\n"


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Cuba", ("Cuba",)),
        ("Korea, North", ("Korea, North",)),
        ("Korea, North, Singapore, Taiwan", ("Korea, North", "Singapore", "Taiwan")),
        ("Gambia, The, Russia", ("Gambia, The", "Russia")),
        ("Egypt, Arab Rep., Syria", ("Egypt, Arab Rep.", "Syria")),
        ("Congo, Democratic Republic of the, Eritrea",
         ("Congo, Democratic Republic of the", "Eritrea")),
        ("Serbia, Montenegro,Macedonia", ("Serbia", "Montenegro", "Macedonia")),
        ("EU,  Norway, , Korea, South", ("EU", "Norway", "Korea, South")),
        ("Atlantis, France", ("Atlantis", "France")),
        ("", ()),
    ],
)  # fmt: skip
def test_a_cell_is_cut_into_as_many_names_as_it_holds(cell: str, names: tuple[str, ...]) -> None:
    assert Cells(Names()).names_in(cell) == names


def test_each_sender_target_and_type_is_a_measure(tmp_path: Path) -> None:
    text = HEADER + (
        '3,"Korea, North, Syria","EU, Norway",2011,2015,0,,1,0,0,1,0,1,1,end_war,'
        '"success_part,failed"\n' + LAST
    )
    told = outcomes(GSDB, written(tmp_path, text))
    imposed = [e for e in events(told) if isinstance(e, MeasureImposed) and "gsdb-3" in e.measure]
    assert [(e.measure, e.by, e.on, e.kind) for e in imposed] == [
        ("gsdb-3-arms-PRK", "eu", "PRK", "embargo"),
        ("gsdb-3-travel-PRK", "eu", "PRK", "travel-ban"),
        ("gsdb-3-arms-SYR", "eu", "SYR", "embargo"),
        ("gsdb-3-travel-SYR", "eu", "SYR", "travel-ban"),
        ("gsdb-3-arms-PRK", "NOR", "PRK", "embargo"),
        ("gsdb-3-travel-PRK", "NOR", "PRK", "travel-ban"),
        ("gsdb-3-arms-SYR", "NOR", "SYR", "embargo"),
        ("gsdb-3-travel-SYR", "NOR", "SYR", "travel-ban"),
    ]
    assert imposed[0].note == (
        "arms; objective: end war; success: partial success, failed; in force 2011–2015"
    )
    assert rows(told) == 2


def test_the_end_is_the_last_year_in_force_and_no_exact_day(tmp_path: Path) -> None:
    engine, done = imported(GSDB, written(tmp_path, HEADER + ONE + LAST))
    assert (done.read, done.appended) == (2, 5)
    in_force = {
        day: [m.measure for m in engine.measures("CUB", "USA", on=day)]
        for day in ("1961-12-31", "1962-12-31", "1989-12-31", "1990-06-01", "1991-01-01")
    }
    assert list(map(len, in_force.values())) == [0, 1, 1, 1, 0]
    state = engine.state("CUB", "USA", on="1990-06-01")
    assert [event.type for event in state.undetermined] == ["measure-lifted"]
    [imposed, lifted] = [
        e.event for e in engine.timeline("CUB", "USA") if hasattr(e.event, "measure")
    ]
    assert isinstance(imposed, MeasureImposed)
    assert (imposed.when, imposed.kind) == ("1962", "embargo")
    assert "trade (all exports, some imports)" in imposed.note
    assert lifted.when == "[1990..1991-01-01]"


def test_what_goes_on_to_the_last_year_of_the_file_is_not_lifted(tmp_path: Path) -> None:
    """Wherever in the file that year is told."""
    earlier = LAST.replace("2,Iran", "4,Iraq").replace("2023", "2012")
    for text in (ONE + LAST + earlier, earlier + LAST + ONE, LAST + ONE + earlier):
        told = events(outcomes(GSDB, written(tmp_path, HEADER + text)))
        lifted = {e.on for e in told if isinstance(e, MeasureLifted)}
        assert lifted == {"CUB", "IRQ"}
        assert {e.on for e in told if isinstance(e, MeasureImposed)} == {"CUB", "IRQ", "IRN"}


@pytest.mark.parametrize(
    ("target", "sender", "reason"),
    [
        ("Western countries", "Russia", "the target is a group, not a party"),
        ("Terrorist Organizations (ISIL and ANF)", "UN", "the target is a group, not a party"),
        ("Iran", "CoCom", "the sender is a group, not a party"),
        ("All", "China", "the target is a group, not a party"),
        ("ECOWAS", "ECOWAS", "the sender is the only target"),
    ],
)
def test_what_is_no_party_is_skipped_with_the_reason(
    tmp_path: Path, target: str, sender: str, reason: str
) -> None:
    row = f"5,{target},{sender},1990,1995,1,imp_part,0,0,0,0,0,0,0,other,failed\n"
    assert skipped(outcomes(GSDB, written(tmp_path, HEADER + row))) == {reason: 1}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("5,Atlantis,Cuba,1990,1995,1,,0,0,0,0,0,0,0,x,y", "Unknown party 'Atlantis'"),
        ("5,Congo,Cuba,1990,1995,1,,0,0,0,0,0,0,0,x,y", "several parties have this name"),
        ("5,Cuba,,1990,1995,1,,0,0,0,0,0,0,0,x,y", "sanctioning_state: missing"),
        ("5,Cuba,Chad,1995,1990,1,,0,0,0,0,0,0,0,x,y", "it ends (1990) before it begins (1995)"),
        ("5,Cuba,Chad,199O,1995,1,,0,0,0,0,0,0,0,x,y", "begin: '199O' is no whole number"),
        ("5,Cuba,Chad,1990,,1,,0,0,0,0,0,0,0,x,y", "end: expected a year, not ''"),
        ("5,Cuba,Chad,1990,9999,1,,0,0,0,0,0,0,0,x,y", "end: expected a year, not '9999'"),
        ("5,Cuba,Chad,1990,1995,2,,0,0,0,0,0,0,0,x,y", "trade: expected 0 or 1, not '2'"),
        (",Cuba,Chad,1990,1995,1,,0,0,0,0,0,0,0,x,y", "case_id: expected the number of a case"),
        ("5,Cuba,Korea, North,1990,1995,1,,0,0,0,0,0,0,0,x,y", "17 fields, but the header has 16"),
        ('5,"Cuba,Chad,1990,1995,1,,0,0,0,0,0,0,0,x,y', "never closed"),
    ],
)
def test_what_cannot_be_read_is_rejected_and_the_others_go_on(
    tmp_path: Path, row: str, reason: str
) -> None:
    told = outcomes(GSDB, written(tmp_path, f"{HEADER}{row}\n{ONE}"))
    assert reason in faults(told)[2]
    assert rows(told) == 2
    assert {event.parties for event in events(told)} == {("CUB", "USA")}


def test_a_wrong_header_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no column 'sanctioning_state' and 'begin'"):
        outcomes(GSDB, written(tmp_path, HEADER.replace("sanctioning_state,begin", "x,y") + ONE))


def test_every_case_of_the_data_base_is_accounted_for(shared_data: Path) -> None:
    path = shared_data / "sanctions" / "GSDB_V4.csv"
    with path.open(encoding="utf-8", newline="") as file:
        cases = list(csv.DictReader(file))
    engine, done = imported(GSDB, path)
    assert done.read == len(cases) == 1547
    assert dict(done.skipped) == {
        "the target is a group, not a party": 7,
        "the sender is a group, not a party": 6,
        "the sender is the only target": 1,
    }
    assert done.rejected == 0
    imposed = {event.event.measure for event in engine.events(kinds=["measure-imposed"])
               if isinstance(event.event, MeasureImposed)}  # fmt: skip
    told = {name.split("-")[1] for name in imposed}
    assert len(told) == 1547 - 14
    lifted = {event.event.measure.split("-")[1] for event in engine.events(kinds=["measure-lifted"])
              if isinstance(event.event, MeasureLifted)}  # fmt: skip
    assert lifted == told - {case["case_id"] for case in cases if case["end"] == "2023"}
    assert done.appended == 6745
