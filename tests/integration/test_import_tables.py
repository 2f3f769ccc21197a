"""Tables of dated facts, by a mapping: CSV and TSV."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from comity import (
    AgreementSigned,
    DealSigned,
    MeasureImposed,
    MeasureLifted,
    MeetingHeld,
    MissionClosed,
    MissionOpened,
    Source,
    UnreadableFile,
)
from comity.domain.values import Money, Quantity
from tests.tables import imported, write

VISITS = """
    type = "meeting-held"
    [fields]
    when = { column = "Date", format = "%d.%m.%Y" }
    visitor = "Visitor"
    host = "Host"
    meeting = { columns = ["Date", "Visitor", "Host"], prefix = "visits " }
    [constants]
    kind = "visit"
"""


def test_a_plain_table_needs_ten_lines(tmp_path: Path) -> None:
    done = imported(
        tmp_path, VISITS, "Date;Visitor;Host\n20.06.2023;Russia;Pakistan\n1979;USSR;Pakistan\n"
    )
    assert [(e.when, e.parties) for e in done.events] == [
        ("2023-06-20", ("PAK", "RUS")), ("1979", ("PAK", "SUN")),
    ]  # fmt: skip
    first = cast("MeetingHeld", done.events[0])
    assert (first.kind, first.visitor, first.host) == ("visit", "RUS", "PAK")
    assert first.meeting == "visits 20.06.2023 Russia Pakistan"
    assert done.read == 2


def test_what_is_wrong_is_told_by_column_and_line(tmp_path: Path) -> None:
    done = imported(
        tmp_path, VISITS,
        'Date,Visitor,Host\n"31.02.2020",Rusia,Pakistan\n20.06.2023,,Pakistan\n,Russia,Russia\n',
    )  # fmt: skip
    lines = [line for line, _ in done.rejected]
    assert lines == [2, 3, 4]
    impossible, unknown = done.rejected[0][1]
    assert impossible.startswith("column 'Date' ('31.02.2020'): ")
    assert unknown.startswith("column 'Visitor' ('Rusia'): Unknown party")
    assert "did you mean RUS?" in unknown
    (alone,) = done.rejected[1][1]
    assert alone == (
        "columns 'Visitor' (empty), 'Host' ('Pakistan'): parties: ('PAK',): "
        "expected two or more parties"
    )
    assert "column 'Date' (empty): missing" in done.rejected[2][1]


def test_a_record_over_several_lines_has_the_line_at_which_it_begins(tmp_path: Path) -> None:
    table = 'Date,Visitor,Host,Note\n1.1.2020,Russia,Pakistan,"one\ntwo"\n1.1.2020,X,Pakistan,\n'
    done = imported(tmp_path, VISITS, table)
    assert [line for line, _ in done.rejected] == [4]


def test_one_row_can_tell_a_beginning_and_an_end(tmp_path: Path) -> None:
    done = imported(
        tmp_path,
        """
        [fields]
        sender = "Sender"
        host = "Host"
        level = "Type"
        [[events]]
        type = "MissionOpened"
        fields.when = "Opened"
        [[events]]
        type = "mission-closed"
        fields.when = { column = "Last day", end_is = "last-day" }
        """,
        "Sender,Host,Type,Opened,Last day\n"
        "PAK,RUS,Consulate General,1961,1971-12-30\n"
        "IND,RUS,Embassy,,1971?\n"
        "USA,RUS,embassy,,\n"
        "GBR,RUS,Office,1924,soon\n",
    )
    assert [(type(e), e.when) for e in done.events] == [
        (MissionOpened, "1961"), (MissionClosed, "1971-12-31"), (MissionClosed, "1971?"),
    ]  # fmt: skip
    assert cast("MissionOpened", done.events[0]).level == "consulate-general"
    assert done.skipped == {"no date of any event": 1}
    assert [line for line, _ in done.rejected] == [5]
    assert len(done.reasons) == 2
    assert done.read == 4


def test_the_kind_can_follow_from_a_column_and_other_rows_are_skipped(tmp_path: Path) -> None:
    done = imported(
        tmp_path,
        """
        [type]
        column = "What"
        values = { opened = "mission-opened", Severed = "relations-severed" }
        [fields]
        when = "Year"
        parties = ["A", "B"]
        sender = "A"
        host = "B"
        """,
        "Year,A,B,What\n1950,PAK,RUS,Opened\n1951,PAK,IND,severed\n1952,PAK,CHN,talks\n1953,PAK,CHN,\n",
    )
    assert [e.type for e in done.events] == ["mission-opened", "relations-severed"]
    assert done.skipped == {
        "column 'What' is 'talks', for which the mapping has no type": 1,
        "column 'What' is empty, for which the mapping has no type": 1,
    }


def test_many_values_without_a_kind_do_not_make_as_many_reasons(tmp_path: Path) -> None:
    rows = "".join(f"1950,PAK,RUS,{number}\n" for number in range(100))
    mapping = """
        type = { column = "What", values = { x = "relations-severed" } }
        [fields]
        when = "Year"
        parties = ["A", "B"]
    """
    done = imported(tmp_path, mapping, "Year,A,B,What\n" + rows)
    assert len(done.skipped) == 21
    assert done.skipped["column 'What' is another value, for which the mapping has no type"] == 80


def test_nested_fields_amounts_and_sources(tmp_path: Path) -> None:
    done = imported(
        tmp_path,
        """
        type = "deal-signed"
        [fields]
        when = "Date"
        buyer = "Buyer"
        seller = "Seller"
        deal = { column = "No", prefix = "deals-" }
        "value.amount" = { column = "USD m", times = 1_000_000, decimal = ",", thousands = "." }
        quantity = { amount = "Tonnes", unit = "Unit" }
        pilot = "Pilot"
        confidence = "Sure"
        id = { column = "No", prefix = "deals/" }
        note = ["Note", "More"]
        sources.publisher = "Source"
        sources.url = "Link"
        sources.published = { column = "Published", format = "%d/%m/%Y" }
        [constants]
        value.currency = "USD"
        [source]
        publisher = "Our archive"
        published = 2024-01-31
        """,
        "No;Date;Buyer;Seller;USD m;Tonnes;Unit;Pilot;Sure;Note;More;Source;Link;Published\n"
        "7;2023-04;PAK;RUS;1.100,5;45000.0;TNE;yes;0.8;a;b;Dawn;https://dawn.com;27/06/2023\n"
        "8;2023-04;PAK;RUS;;;TNE;no;;;;;;\n",
    )
    first, second = cast("list[DealSigned]", done.events)
    assert first.value == Money("1100500000", "USD")
    assert first.quantity == Quantity("45000", "TNE")
    assert (first.deal, first.id, first.pilot, first.confidence) == (
        "deals-7",
        "deals/7",
        True,
        0.8,
    )
    assert first.note == "a b"
    assert first.sources == (
        Source("Dawn", "https://dawn.com", "2023-06-27"),
        Source("Our archive", published="2024-01-31"),
    )
    assert (second.value, second.quantity, second.pilot) == (None, None, False)
    assert second.sources == (Source("Our archive", published="2024-01-31"),)


def test_a_url_without_a_publisher_is_told_by_its_column(tmp_path: Path) -> None:
    mapping = VISITS.replace("[fields]", '[fields]\nsources.publisher = "S"\nsources.url = "L"')
    done = imported(tmp_path, mapping, "Date,Visitor,Host,S,L\n1.1.2020,RUS,PAK,,https://x.org\n")
    assert done.reasons == ["column 'S' (empty): missing"]


def test_delegations_are_named_by_role_by_column_or_by_code(tmp_path: Path) -> None:
    done = imported(
        tmp_path,
        VISITS.replace("[constants]", 'heads.visitor = "Guest"\nheads.PAK = "Minister"\n'
                       'delegates.host = { column = "With", separator = ";" }\n[constants]'),
        'Date,Visitor,Host,Guest,Minister,With\n1.1.2020,RUS,PAK,Lavrov,Qureshi,"A; B;"\n',
    )  # fmt: skip
    event = cast("MeetingHeld", done.event)
    assert event.heads == {"RUS": "Lavrov", "PAK": "Qureshi"}
    assert event.delegates == {"PAK": ("A", "B")}
    by_column = """
        type = "meeting-held"
        [fields]
        when = "D"
        parties = ["One", "Two"]
        meeting = "D"
        heads = { One = "N1", Two = "N2" }
    """
    event = cast(
        "MeetingHeld",
        imported(tmp_path, by_column, "D,One,Two,N1,N2\n2020,France,Italy,Macron,Conte\n").event,
    )
    assert event.heads == {"FRA": "Macron", "ITA": "Conte"}


def test_lists_in_a_cell_and_several_parties(tmp_path: Path) -> None:
    mapping = """
        type = "agreement-signed"
        missing = ["-9"]
        [fields]
        when = "Year"
        parties = { column = "Parties", separator = ";" }
        agreement = { column = "Title", prefix = "t/" }
        title = "Title"
        place = "Place"
    """
    done = imported(
        tmp_path, mapping, "Year,Title,Parties,Place\n1955,Pact,Turkey; Iraq;Iran;,-9\n"
    )
    event = cast("AgreementSigned", done.event)
    assert event.parties == ("IRN", "IRQ", "TUR")
    assert (event.agreement, event.place) == ("t/Pact", "")


def test_intervals_ends_and_what_stands_for_no_end(tmp_path: Path) -> None:
    mapping = """
        type = "measure-imposed"
        [fields]
        when = { from = "Begin", to = "End", end_is = "day-after", no_end = "open" }
        by = "By"
        on = "On"
        measure = "No"
        expires = { column = "Until", end_is = "day-after" }
    """
    done = imported(
        tmp_path, mapping,
        "No,By,On,Begin,End,Until\n"
        "1,USA,PAK,1990-10-01,1991-01-01,\n2,USA,PAK,1990,,1995-01-01\n3,USA,PAK,1990,ongoing,\n"
        "4,USA,PAK,1990,1995,1996\n5,USA,PAK,,1991-01-01,\n6,USA,PAK,1995,1990,\n",
    )  # fmt: skip
    events = cast("list[MeasureImposed]", done.events)
    assert [e.when for e in events] == [
        "1990-10-01/1990-12-31", "1990/..", "1990/..", "1990/1995", "/1990-12-31",
    ]  # fmt: skip
    assert [e.expires for e in events] == ["", "1994-12-31", "", "1996", ""]
    assert [line for line, _ in done.rejected] == [7]
    assert done.reasons[0].startswith("columns 'Begin' ('1995'), 'End' ('1990'): ")


def test_precision_columns_and_flags(tmp_path: Path) -> None:
    mapping = """
        type = "measure-lifted"
        [fields]
        by = "By"
        on = "On"
        measure = "No"
        [fields.when]
        column = "Date"
        approximate = "ca"
        uncertain = "unsure"
        [fields.when.precision]
        column = "start_prec"
        values = { 1 = "day", 2 = "day~", 3 = "month", 4 = "month~", 5 = "year", 7 = "missing" }
    """
    done = imported(
        tmp_path, mapping,
        "No,By,On,Date,start_prec,ca,unsure\n"
        "1,USA,PAK,1990-10-01,1,,\n2,USA,PAK,1990-10-01,2,,no\n3,USA,PAK,1990-10-01,3,x,\n"
        "4,USA,PAK,1990-10-01,5,x,yes\n5,USA,PAK,1990-10-01,6,,\n6,USA,PAK,1990-10-01,7,,\n"
        "7,USA,PAK,1990-10-01,,maybe,\n",
    )  # fmt: skip
    events = cast("list[MeasureLifted]", done.events)
    assert [e.when for e in events] == ["1990-10-01", "1990-10-01~", "1990-10~", "1990%"]
    assert done.reasons == [
        "column 'start_prec' ('6'): the mapping has no precision for it",
        "column 'Date' ('1990-10-01'): missing",
        "column 'ca' ('maybe'): expected yes or no",
    ]


@pytest.mark.parametrize(
    ("scheme", "row", "parties"),
    [
        ("cow", "365,770,1970", ("PAK", "SUN")),
        ("cow", "365.0,770,2010", ("PAK", "RUS")),
        ("gw", "678,816,1970", ("VDR", "XYR")),
        ("iso2", "ru,PK,2010", ("PAK", "RUS")),
        ("iso3", "RUS,pak,1970", ("PAK", "SUN")),
        ("iso-numeric", "643,586,2010", ("PAK", "RUS")),
        ("iso-numeric", "4,586,2010", ("AFG", "PAK")),
        ("name", "Zaire,Republic of Vietnam,1970", ("XVS", "ZAR")),
    ],
)
def test_parties_are_named_in_any_scheme_as_of_the_date(
    tmp_path: Path, scheme: str, row: str, parties: tuple[str, str]
) -> None:
    mapping = f"""
        type = "relations-established"
        parties.scheme = "{scheme}"
        fields = {{ when = "Y", parties = ["A", "B"] }}
    """
    event = imported(tmp_path, mapping, f"A,B,Y\n{row}\n").event
    assert event.parties == parties


def test_a_number_of_no_party_and_a_letter_are_refused(tmp_path: Path) -> None:
    mapping = """
        type = "relations-established"
        fields = { when = "Y", parties = { columns = ["A", "B"], scheme = "cow" } }
    """
    done = imported(tmp_path, mapping, "Y,A,B\n1970,365,1\n1970,365,x\n1970,²,770\n")
    assert [reason.split(":")[0] for reason in done.reasons] == [
        "column 'B' ('1')", "column 'B' ('x')", "column 'A' ('²')",
    ]  # fmt: skip


def test_na_is_missing_unless_the_mapping_says_namibia(tmp_path: Path) -> None:
    mapping = """
        type = "relations-established"
        parties.scheme = "iso2"
        fields = { when = "Y", parties = ["A", "B"] }
    """
    table = "Y,A,B\n1990,NA,DE\n"
    assert len(imported(tmp_path, mapping, table).rejected) == 1
    for said in ('names = { NA = "NAM" }', 'not_missing = ["NA"]'):
        assert imported(tmp_path, said + mapping, table).event.parties == ("DEU", "NAM")


def test_names_of_the_mapping_come_first_and_are_checked_at_once(tmp_path: Path) -> None:
    mapping = VISITS + '\n[names]\n"the neighbour" = "IND"\nunion = "eu"\n'
    done = imported(tmp_path, mapping, "Date,Visitor,Host\n1.1.2020,The Neighbour,Union\n")
    assert done.event.parties == ("IND", "eu")
    with pytest.raises(UnreadableFile, match=r"names\.here: Unknown party 'Here'"):
        imported(tmp_path, VISITS + '\n[names]\nhere = "Here"\n', "Date,Visitor,Host\n")


def test_rows_can_be_left_out_by_conditions(tmp_path: Path) -> None:
    mapping = (
        VISITS
        + """
        [where]
        Region = ["Asia", "Europe"]
        Year = { at_least = 1990, at_most = 2000 }
        Host = { not = "Total" }
        Visitor = { given = true }
    """
    )
    rows = [
        "1.1.1995,RUS,PAK,asia,1995", "1.1.1995,RUS,PAK,Africa,1995", "1.1.1989,RUS,PAK,Asia,1989",
        "1.1.2001,RUS,PAK,Asia,2001.0", "1.1.1995,RUS,total,Asia,1995",
        "1.1.1995,n/a,PAK,Asia,1995", "1.1.1995,RUS,PAK,Asia,many",
    ]  # fmt: skip
    done = imported(tmp_path, mapping, "Date,Visitor,Host,Region,Year\n" + "\n".join(rows))
    assert len(done.events) == 1
    assert done.skipped == {
        "column 'Region' is not as where says": 1,
        "column 'Year' is not as where says": 3,
        "column 'Host' is not as where says": 1,
        "column 'Visitor' is not as where says": 1,
    }


def test_a_messy_sheet_has_titles_above_blank_rows_merged_cells_and_odd_headers(
    tmp_path: Path,
) -> None:
    mapping = (
        'header = 4\nfill_down = ["Date of visit"]\n'
        + VISITS.replace('"Date"', '"Date of visit"').replace('"Host"', '"#3"')
        + '[where]\nVisitor = { not = "Total" }\n'
    )
    table = (
        'Visits,,\n\n"as of 2024",,\n"Date\nof  visit",Visitor ,,\n1.1.2020,RUS,PAK,\n,,\n'
        ",CHN,PAK\n ,Total,2\n\n,,\n"
    )
    done = imported(tmp_path, mapping, table)
    assert [(e.when, e.parties) for e in done.events] == [
        ("2020-01-01", ("PAK", "RUS")), ("2020-01-01", ("CHN", "PAK")),
    ]  # fmt: skip
    assert done.skipped == {
        "above the header": 2, "blank row": 1, "column 'Visitor' is not as where says": 1,
    }  # fmt: skip
    assert done.read == 6


def test_a_row_with_a_wrong_number_of_cells_is_refused(tmp_path: Path) -> None:
    table = "Date,Visitor,Host\n1.1.2020,RUS\n1.1.2020,RUS,PAK,more\n1.1.2020,RUS,PAK,,\n"
    done = imported(tmp_path, VISITS, table)
    assert [line for line, _ in done.rejected] == [2, 3]
    assert done.reasons[0] == (
        "2 cells, but there are 3 columns; if such rows are right, say short_rows = true"
    )
    assert len(done.events) == 1
    short = imported(tmp_path, "short_rows = true\n" + VISITS, table)
    assert "parties" in short.reasons[0]


def test_a_table_without_a_header_and_one_of_another_delimiter_and_encoding(tmp_path: Path) -> None:
    mapping = (
        'columns = ["Date", "Visitor", "Host"]\ndelimiter = "|"\nencoding = "latin-1"\n' + VISITS
    )
    done = imported(tmp_path, mapping, "1.1.2020|Côte d'Ivoire|France\n".encode("latin-1"))
    assert done.event.parties == ("CIV", "FRA")


def test_bytes_that_are_not_text_spoil_their_own_row_only(tmp_path: Path) -> None:
    table = b"Date,Visitor,Host,Note\n1.1.2020,C\xf4te d'Ivoire,France,\n1.1.2020,RUS,PAK,\xff\n"
    mapping = VISITS.replace("[fields]", '[fields]\nnote = "Note"')
    done = imported(tmp_path, mapping, table)
    assert [line for line, _ in done.rejected] == [2, 3]
    assert done.reasons[1].endswith(
        ": byte 0xff is not text in this encoding; name the right --encoding"
    )
    with pytest.raises(UnreadableFile, match="--encoding latin-1"):
        imported(tmp_path, VISITS, b"Date,Visitor,H\xf4te\n")


@pytest.mark.parametrize("table", ["", "\n\n", "\ufeff", " , ,\n"])
def test_a_table_without_a_header_is_no_table(tmp_path: Path, table: str) -> None:
    with pytest.raises(UnreadableFile, match="no header"):
        imported(tmp_path, VISITS, table.encode())


def test_a_table_of_only_a_header_tells_nothing(tmp_path: Path) -> None:
    assert imported(tmp_path, VISITS, "Date,Visitor,Host\n").read == 0


def test_hostile_cells_are_text(tmp_path: Path) -> None:
    mapping = VISITS.replace("[fields]", '[fields]\nnote = "Note"')
    table = (
        'Date,Visitor,Host,Note\n1.1.2020,RUS,PAK,=1+1\n2.1.2020,RUS,PAK,"a\x1b[31m\u202e"\n'
        "0001-01-01,RUS,PAK,x\n0000-01-01,RUS,PAK,x\n3.1.2020,RUS,PAK,\x00\n"
        f"4.1.2020,RUS,PAK,{'x' * 200_000}\n5.1.2020,RUS,PAK,{'x' * 100_000}\n"
    )
    done = imported(tmp_path, mapping, table)
    assert [e.note[:5] for e in done.events] == ["=1+1", "a\x1b[31", "x", "xxxxx"]
    assert done.events[2].when == "0001-01-01"
    assert [line for line, _ in done.rejected] == [5, 6, 7]


def test_old_records_keep_the_time_and_the_author_of_their_recording(tmp_path: Path) -> None:
    mapping = VISITS.replace("[fields]", '[fields]\nrecorded_at = "At"\nrecorded_by = "By"')
    table = "Date,Visitor,Host,At,By\n1.1.2020,RUS,PAK,2020-01-02T10:00:00Z,ann\n"
    import comity
    from comity.adapters.interchange.importers import ImportSettings, import_files

    file = write(tmp_path, "facts.csv", table)
    told = write(tmp_path, "mapping.toml", mapping)
    with comity.open(":memory:") as engine:
        import_files(engine, "csv", file, settings=ImportSettings(told))
        record = next(iter(engine.events()))
        assert (record.recorded_at.isoformat(), record.recorded_by) == (
            "2020-01-02T10:00:00+00:00", "ann",
        )  # fmt: skip
    with comity.open(":memory:", recorded_by="me") as engine:
        import_files(engine, "csv", file, settings=ImportSettings(told, learned_now=True))
        assert next(iter(engine.events())).recorded_by == "me"


def test_tab_separated_text_may_have_commas_and_quotes(tmp_path: Path) -> None:
    mapping = "quotes = false\n" + VISITS.replace("[fields]", '[fields]\nnote = "Note"')
    table = 'Date\tVisitor\tHost\tNote\n1.1.2020\tRUS\tPAK\t"Hello" he said, twice\n'
    assert imported(tmp_path, mapping, table, "tsv").event.note == '"Hello" he said, twice'
