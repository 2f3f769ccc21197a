"""A mapping that is wrong is refused with its key, before anything is recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

import comity
from comity import InvalidValue, UnreadableFile
from comity.adapters.interchange.importers import ImportSettings, import_files
from tests.tables import imported, write

FIELDS = 'when = "Date"\nparties = ["A", "B"]\nmeeting = "No"\n'
GOOD = 'type = "meeting-held"\n[fields]\n' + FIELDS
TABLE = "Date,A,B,No\n2020,PAK,RUS,1\n"


def refusal(folder: Path, mapping: str, table: str = TABLE) -> str:
    file = write(folder, "facts.csv", table)
    told = write(folder, "mapping.toml", mapping)
    with comity.open(":memory:") as engine:
        with pytest.raises(UnreadableFile) as refused:
            import_files(engine, "csv", file, settings=ImportSettings(told))
        assert list(engine.events()) == []
    return refused.value.reason


@pytest.mark.parametrize(
    ("mapping", "reason"),
    [
        ("", "type: missing; such as type = \"meeting-held\""),
        ("tipe = 1\n" + GOOD, "tipe: no such key; did you mean 'type'?"),
        (GOOD.replace("meeting-held", "meeting-hold"),
         "type: Unknown kind of event 'meeting-hold'; did you mean meeting-held"),
        (GOOD + 'venu = "A"', "fields.venu: meeting-held has no such field; did you mean 'venue'?"),
        (GOOD + 'sources.publsher = "A"', "fields.sources.0.publsher: sources has no such field"),
        (GOOD + 'sources = "A"', "fields.sources: meeting-held has it in parts: sources.publisher"),
        (GOOD + 'heads = "A"', "fields.heads: meeting-held has it in parts: heads.PAK"),
        (GOOD + 'venue = { colum = "A" }', "fields.venue.colum: meeting-held has no such field"),
        (GOOD + 'venue = { column = "A", seperator = ";" }',
         "fields.venue.seperator: no such key"),
        (GOOD + 'venue = { column = "A", columns = ["A", "B"] }',
         "fields.venue: expected a column, or columns"),
        (GOOD + 'venue = "Plaace"', "fields.venue: the table has no column 'Plaace'"),
        (GOOD.replace('"Date"', '"Dates"'),
         "fields.when: the table has no column 'Dates'; did you mean 'Date'?"),
        (GOOD.replace('meeting = "No"\n', ""),
         "fields: meeting-held needs meeting; name its column, or a constant"),
        (GOOD.replace('when = "Date"\n', ""), "fields: meeting-held needs when"),
        (GOOD.replace('parties = ["A", "B"]', 'host = "A"'), "fields: meeting-held needs parties"),
        (GOOD + '[constants]\nlevel = "high"', "constants.level: 'high': expected one of"),
        (GOOD + '[constants]\nwhen = "2020"', "constants.when: fields.when tells it too"),
        (GOOD + '[constants]\nhost = "Absurdistan"', "constants.host: Unknown party 'Absurdistan'"),
        (GOOD + "[where]\nC = 1", "where: the table has no column 'C'"),
        (GOOD + "[where]\nA = { least = 1 }", "where.A.least: no such key; did you mean 'at_le"),
        (GOOD + '[source]\nurl = "https://x.org"', "source.publisher: missing"),
        (GOOD + '[source]\npublisher = "A"\npublished = "soon"', "source.published: 'soon':"),
        ('missing = { a = 1 }\n' + GOOD, "missing: expected text or a list of texts"),
        ("header = 0\n" + GOOD, "header: expected a whole number from 1"),
        ('delimiter = "||"\n' + GOOD, "delimiter: expected one character"),
        ('encoding = "utf-9"\n' + GOOD, "encoding: no text encoding is called 'utf-9'"),
        ('fill_down = "C"\n' + GOOD, "fill_down: the table has no column 'C'"),
        ("header = 9\n" + GOOD, "no header: row 9 is not there"),
        (GOOD.replace('"Date"', '{ column = "Date", format = "%d.%m" }'),
         "fields.when.format: it needs the year"),
        (GOOD.replace('"Date"', '{ column = "Date", format = "%d.%m.%y" }'),
         "fields.when.format: %y does not say the century: add two_digit_years_from"),
        (GOOD.replace('"Date"', '{ column = "Date", precision = "week" }'),
         "fields.when.precision: expected one of"),
        (GOOD.replace('"Date"', '{ from = "Date" }'), "fields.when: an interval needs both"),
        (GOOD.replace('"Date"', '{ year = "Date", day = "A" }'),
         "fields.when: a day needs the month"),
        (GOOD + 'parties = ["A"]', "Cannot overwrite a value"),
        (GOOD.replace('["A", "B"]', '{ columns = ["A", "B"], scheme = "iso" }'),
         "fields.parties.scheme: no such value: 'iso'"),
        ("[[events]]\n" + GOOD.replace("[fields]", "[events.fields]") + 'id = "No"\n'
         + "[[events]]\n" + GOOD.replace("[fields]", "[events.fields]") + 'id = "No"\n',
         "events[2].fields.id: two events of a row cannot have one id"),
        ("[events]\n" + GOOD, "events: expected [[events]]"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_is_refused_with_its_key(tmp_path: Path, mapping: str, reason: str) -> None:
    assert reason in refusal(tmp_path, mapping)


def test_a_good_mapping_is_taken(tmp_path: Path) -> None:
    assert imported(tmp_path, GOOD, TABLE).event.parties == ("PAK", "RUS")


def test_a_table_without_a_mapping_says_how_to_get_one(tmp_path: Path) -> None:
    with comity.open(":memory:") as engine, pytest.raises(InvalidValue, match="--suggest"):
        import_files(engine, "csv", write(tmp_path, "facts.csv", TABLE))


def test_a_mapping_that_cannot_be_read_is_told_by_its_file(tmp_path: Path) -> None:
    for content in (b"type = ", b"\xff\xfe"):
        told = write(tmp_path, "mapping.toml", content)
        with (
            comity.open(":memory:") as engine,
            pytest.raises(UnreadableFile, match=r"mapping\.toml"),
        ):
            import_files(
                engine, "csv", write(tmp_path, "f.csv", TABLE), settings=ImportSettings(told)
            )


def test_constants_have_the_types_of_toml(tmp_path: Path) -> None:
    mapping = """
        type = "meeting-held"
        fields = { parties = ["A", "B"] }
        [constants]
        when = 2020-05-01
        meeting = 5
        round = 3
        confidence = 0.5
        host = "Russia"
        agenda = ["trade", "energy"]
        heads = { PAK = "Imran Khan" }
    """
    event = imported(tmp_path, mapping, TABLE).event
    assert isinstance(event, comity.MeetingHeld)
    assert (event.when, event.meeting, event.round, event.host) == ("2020-05-01", "5", 3, "RUS")
    assert (event.confidence, event.agenda) == (0.5, ("trade", "energy"))
    assert event.heads == {"PAK": "Imran Khan"}
