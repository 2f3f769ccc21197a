"""The tables of the Office of the Historian: what small files tell, whole and broken."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import comity
from comity import (
    CredentialsPresented,
    EnvoyAppointed,
    EnvoyArrived,
    EnvoyDeparted,
    EnvoyExpelled,
    Event,
    MeetingHeld,
    MissionLevelChanged,
    MissionMoved,
    MissionOpened,
    RecognitionExtended,
    RelationsEstablished,
    UnreadableFile,
)
from comity.adapters.interchange.importers import (
    Faulty,
    FileImport,
    ImportSettings,
    InputFile,
    Names,
    Outcome,
    Skipped,
    Told,
    import_files,
    importer,
)

JOURNEY = {
    "id": "9", "role": "secretary", "name": "Marco Rubio", "start_date": "2025-02-01",
    "end_date": "2025-02-03", "country_id": "panama", "country": "Panama",
    "locale": "Panama City", "remarks": "Met with the President.",
}  # fmt: skip
VISIT = {
    "id": "7", "start_date": "1961-07-17", "end_date": "1961-07-17",
    "visitor": "Prime Minister Nyerere", "country_id": "tanzania", "country": "Tanganyika",
    "description": "Informal visit.", "last_modified": "2010-10-25T16:17:47.87-04:00",
}  # fmt: skip
CHIEF = {
    "territory": "afghanistan", "kind": "chief", "id": "af-1935-horn-01",
    "person": "hornibrook-william-harrison", "role": "envoy-extraordinary-minister-plenipotentiary",
    "contemporary_territory": "afghanistan", "appointed": "1935-01-22", "appointed_note": "",
    "arrived": "", "presented_credentials": "1935-05-04", "presented_note": "",
    "mission_ended": "1936-03-16", "mission_ended_note": "Left Tehran on", "note": "",
    "last_modified": "2017-02-13",
}  # fmt: skip
PAGE = {
    "country": "zambia", "section": "recognition",
    "heading": "U.S. Recognition of Zambian Independence, 1964.", "heading_date": "1964",
    "full_dates_in_text": "", "text": "The United States recognized Zambia on October 24, 1964.",
}  # fmt: skip


def table(*rows: dict[str, str]) -> bytes:
    """A file with these rows, and the columns of the first."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def outcomes(content: bytes, **settings: Any) -> list[Outcome]:
    """What a file tells."""
    read = importer("history-state-gov").read
    return list(read(InputFile("file", io.BytesIO(content)), ImportSettings(**settings)))


def events(*rows: dict[str, str], **settings: Any) -> list[Event]:
    """The events that rows tell; there are no other outcomes."""
    told = outcomes(table(*rows), **settings)
    assert sum(outcome.rows for outcome in told) == len(rows)
    return [event_of(outcome) for outcome in told]


def event_of(outcome: Outcome) -> Event:
    assert isinstance(outcome, Told), outcome
    assert isinstance(outcome.record, Event)
    return outcome.record


def only(row: dict[str, str], **cells: str) -> Event:
    """The one event of a row with these cells."""
    [event] = events(row | cells)
    return event


def passed_over(row: dict[str, str], **cells: str) -> str:
    """Why a row tells nothing."""
    [outcome] = outcomes(table(row | cells))
    assert isinstance(outcome, Skipped), outcome
    return outcome.reason


def faults(row: dict[str, str], **cells: str) -> str:
    """What is wrong with a row."""
    [outcome] = outcomes(table(row | cells))
    assert isinstance(outcome, Faulty), outcome
    return "; ".join(outcome.reasons)


# Journeys and visits


def test_a_journey_is_a_visit_of_the_united_states_with_its_head_and_its_source() -> None:
    event = only(JOURNEY)
    assert isinstance(event, MeetingHeld)
    assert (event.visitor, event.host, event.when) == ("USA", "PAN", "2025-02-01/2025-02-03")
    assert (event.kind, event.level, event.venue) == ("visit", "minister", "Panama City")
    assert event.heads == {"USA": "Marco Rubio"}
    assert event.note == "Met with the President."
    assert event.meeting == "us-travel-9"
    assert event.id.startswith("us-travel-9-")
    [source] = event.sources
    assert source.publisher.startswith("Office of the Historian")
    assert source.url == "https://history.state.gov/departmenthistory/travels/secretary"
    assert source.note == "record 9: Panama"


def test_a_visit_is_told_of_the_state_as_it_was_then_with_the_level_of_the_title() -> None:
    event = only(VISIT)
    assert isinstance(event, MeetingHeld)
    assert (event.visitor, event.host, event.when) == ("XTG", "USA", "1961-07-17")
    assert (event.level, event.heads) == ("head-of-government", {"XTG": "Prime Minister Nyerere"})
    assert event.sources[0].published == "2010-10-25"


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("President Mobutu", "head-of-state"),
        ("King Hussein", "head-of-state"),
        ("Chancellor Brandt", "head-of-government"),
        ("President-elect Porras", ""),
        ("President of the Council Mollet", ""),
        ("Queen Mother Elizabeth", ""),
        ("Vice President Figl", ""),
        ("Crown Prince Abdullah", ""),
    ],
)
def test_only_a_title_that_tells_a_level_gives_one(title: str, level: str) -> None:
    event = only(VISIT, visitor=title)
    assert isinstance(event, MeetingHeld)
    assert event.level == level


@pytest.mark.parametrize(
    ("country", "slug", "date", "host"),
    [
        ("U.S.S.R.", "russia", "1974-03-24", "SUN"),
        ("U.S.S.R.", "russia", "1992-01-27", "RUS"),
        ("Germany", "germany", "1931-07-24", "XDR"),
        ("Germany, Federal Republic of", "germany", "1974-03-03", "DEU"),
        ("German Democratic Republic", "german-democratic-republic", "1989-12-12", "DDR"),
        ("Vietnam", "vietnam", "1969-07-30", "XVS"),
        ("Vietnam", "vietnam", "1995-08-05", "VNM"),
        ("Yemen", "yemen", "1972-07-01", "XYR"),
        ("Republic of China", "taiwan", "1960-06-18", "TWN"),
        ("China, People’s Republic of", "china", "1972-02-21", "CHN"),
        ("Serbia-Montenegro (Kosovo)", "kosovo", "1999-11-23", "YUG"),
        ("Burma (Myanmar)", "burma", "2012-11-19", "BUR"),
        ("Democratic Republic of the Congo (Zaire)", "congo", "2009-08-10", "COD"),
        ("Southern Rhodesia (Zimbabwe)", "zimbabwe", "1978-04-17", "ZWE"),
        ("Denmark (Greenland)", "denmark", "2021-05-20", "DNK"),
        ("Palestinian Authority", "palestinian-authority", "2021-05-25", "PSE"),
        ("United Kingom (Wales)", "united-kingdom", "2014-09-04", "GBR"),
        ("", "cote-divoire", "2000-01-01", "CIV"),
    ],
)
def test_a_country_is_the_party_that_it_was_on_the_day(
    country: str, slug: str, date: str, host: str
) -> None:
    event = only(JOURNEY, country=country, country_id=slug, start_date=date, end_date=date)
    assert isinstance(event, MeetingHeld)
    assert event.host == host


@pytest.mark.parametrize(
    ("country", "slug", "reason"),
    [
        ("Antarctica", "antarctica", "no country: Antarctica"),
        ("At sea", "", "no country: At sea"),
        ("En route", "", "no country: En route"),
        ("Puerto Rico", "puerto-rico", "no foreign country: Puerto Rico"),
        ("United States", "united-states", "no foreign country: United States"),
    ],
)
def test_what_is_no_foreign_country_is_passed_over(country: str, slug: str, reason: str) -> None:
    assert passed_over(JOURNEY, country=country, country_id=slug) == reason


def test_germany_under_occupation_is_no_state() -> None:
    reason = passed_over(
        JOURNEY, country="Germany", country_id="germany", start_date="1945-07-16",
        end_date="1945-08-02",
    )  # fmt: skip
    assert reason == "no German state (under occupation, 1945 to 1949)"


def test_an_unknown_country_is_reported_with_the_nearest_and_never_guessed() -> None:
    said = faults(JOURNEY, country="Panamma", country_id="")
    assert "Unknown party 'Panamma'" in said
    assert "did you mean PAN?" in said


def test_the_user_can_name_what_the_table_does_not_know() -> None:
    [event] = events(
        JOURNEY | {"country": "Atlantis", "country_id": ""}, names=Names({"Atlantis": "GRC"})
    )
    assert isinstance(event, MeetingHeld)
    assert event.host == "GRC"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"start_date": ""}, "start_date: missing"),
        ({"start_date": "2/1/2025"}, "start_date: expected YYYY"),
        ({"start_date": "2025-02-30"}, "start_date: Invalid date"),
        ({"start_date": "198X"}, "start_date: expected YYYY"),
        ({"end_date": "2025-01-31"}, "it ends before it starts"),
        ({"name": ""}, "name: missing"),
        ({"id": ""}, "id: missing"),
        ({"id": "9 or 10"}, "id: expected the id of a record"),
        ({"country": "", "country_id": ""}, "country: missing"),
        ({"country": "n/a", "country_id": ""}, "country: missing"),
    ],
)
def test_a_cell_that_cannot_be_read_says_which_and_what_was_expected(
    cells: dict[str, str], said: str
) -> None:
    assert said in faults(JOURNEY, **cells)


@pytest.mark.parametrize(
    ("start", "end", "when"),
    [
        ("2025-02", "", "2025-02"),
        ("2025", "2025", "2025"),
        ("2025-02", "2025-03-01", "2025-02/2025-03-01"),
        ("0001-01-01", "0001-01-01", "0001-01-01"),
    ],
)
def test_a_date_has_the_precision_that_the_file_gives_it(start: str, end: str, when: str) -> None:
    event = only(JOURNEY, start_date=start, end_date=end, country="Iran", country_id="iran")
    assert event.when == when


def test_text_is_kept_as_it_stands() -> None:
    remarks = '=HYPERLINK("x")\nA second line; “quotes”, and ’s.'
    assert only(JOURNEY, remarks=remarks).note == remarks
    assert only(JOURNEY, remarks="x" * 100_000).note == "x" * 100_000


def test_each_telling_of_a_record_has_its_own_id_and_they_are_rivals() -> None:
    first, second = only(JOURNEY), only(JOURNEY, locale="Colón")
    assert first.id != second.id
    assert first.happening == second.happening


# The file as such


def test_columns_may_stand_in_any_order_with_others_beside_and_hyphens_in_their_names() -> None:
    old = {name.replace("_date", "-date"): cell for name, cell in reversed(JOURNEY.items())}
    assert events(old | {"recalled-by": ""}) == [only(JOURNEY)]


@pytest.mark.parametrize("left_out", ["remarks", "locale", "country_id"])
def test_a_column_that_is_not_needed_may_be_missing(left_out: str) -> None:
    [event] = events({name: cell for name, cell in JOURNEY.items() if name != left_out})
    assert isinstance(event, MeetingHeld)
    assert event.host == "PAN"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"\n\n", "it is empty"),
        (b"a,b\n1,2\n", "expected commit, committed_at"),
        (b"id,role,name,start_date,end_date\n", "for journeys it lacks country"),
        (b'"id,role', "its header"),
        (b"id,id,role,name,start_date,end_date,country\n", "its header has id twice"),
    ],
)
def test_a_file_that_is_none_of_the_tables_says_what_was_expected(
    content: bytes, said: str
) -> None:
    with pytest.raises(UnreadableFile, match=said):
        outcomes(content)


@pytest.mark.parametrize("row", [JOURNEY, VISIT, CHIEF, PAGE])
def test_a_header_without_rows_tells_nothing(row: dict[str, str]) -> None:
    assert outcomes(table(row).splitlines(keepends=True)[0]) == []


def test_a_broken_row_is_faulty_with_its_line_and_the_others_are_read() -> None:
    header, good = table(JOURNEY).splitlines(keepends=True)
    broken = [
        b"9,secretary\r\n",
        good.replace(b"Panama City", b"Panam\xe1"),
        good.replace(b"Panama City", b'"Panama" City'),
        good.replace(b"Panama City", b"x" * 200_000),
    ]
    told = outcomes(b"".join([header, *broken, b"\r\n", good]))
    assert [outcome.line for outcome in told] == [2, 3, 4, 5, 7]
    reasons = [outcome.reasons[0] for outcome in told if isinstance(outcome, Faulty)]
    assert reasons[0] == "expected 9 fields, not 2"
    assert reasons[1] == "not UTF-8"
    assert "closing quote" in reasons[2]
    assert "longer than" in reasons[3]
    assert event_of(told[-1]) == only(JOURNEY)


@given(
    st.sampled_from([JOURNEY, VISIT, CHIEF, PAGE]),
    st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=4)), min_size=1, max_size=4),
)
def test_no_damage_breaks_the_reading_and_every_outcome_can_be_recorded(
    row: dict[str, str], damages: list[tuple[int, bytes]]
) -> None:
    content = table(row, row, row)
    for place, put in damages:
        at = place % len(content)
        content = content[:at] + put + content[at + 1 :]
    try:
        told = outcomes(content)
    except UnreadableFile:
        return
    with comity.open(":memory:") as engine:
        FileImport().run(engine, "file", iter(told))


def test_a_line_counts_from_where_its_row_begins() -> None:
    content = table(JOURNEY | {"remarks": "One\nTwo\nThree"}, JOURNEY)
    assert [outcome.line for outcome in outcomes(content)] == [2, 5]


def test_nul_and_other_controls_are_refused_with_their_row_only(tmp_path: Path) -> None:
    content = table(JOURNEY, JOURNEY | {"id": "10", "name": "Marco\0Rubio"})
    file = tmp_path / "journeys.csv.gz"
    file.write_bytes(gzip.compress(content))
    with comity.open(":memory:") as engine:
        done = import_files(engine, "history-state-gov", file)
        assert (done.read, done.appended + done.rejected) == (2, 2)
        assert done.appended >= 1


# Chiefs of mission


def test_a_chief_of_mission_is_appointed_received_and_leaves() -> None:
    appointed, presented, departed = events(CHIEF)
    assert isinstance(appointed, EnvoyAppointed)
    assert isinstance(presented, CredentialsPresented)
    assert isinstance(departed, EnvoyDeparted)
    assert (presented.sender, presented.host) == ("USA", "AFG")
    assert (presented.name, presented.rank) == ("William Harrison Hornibrook", "envoy")
    assert (appointed.when, presented.when, departed.when) == (
        "1935-01-22", "1935-05-04", "1936-03-16",
    )  # fmt: skip
    assert departed.note == "Left Tehran"
    assert departed.id.startswith("us-chief-af-1935-horn-01-mission-")
    assert "hornibrook-william-harrison" in departed.sources[0].url


@pytest.mark.parametrize(
    ("role", "rank", "ad_interim"),
    [
        ("ambassador-e-p", "ambassador", False),
        ("minister-plenipotentiary", "minister", False),
        ("minister-resident-consul-general", "minister", False),
        ("charge-daffaires", "chargé d'affaires", False),
        ("charge-daffaires-ad-interim", "chargé d'affaires", True),
        ("commissioner", "", False),
        ("diplomatic-agent-consul-general", "", False),
        ("never heard of", "", False),
    ],
)
def test_a_role_has_the_rank_that_is_certain(role: str, rank: str, ad_interim: bool) -> None:
    *_, event = events(CHIEF | {"role": role})
    assert isinstance(event, EnvoyDeparted)
    assert (event.rank, event.ad_interim) == (rank, ad_interim)


def test_ad_interim_takes_charge_and_leaves_the_post_vacant(tmp_path: Path) -> None:
    row = CHIEF | {"role": "charge-daffaires-ad-interim", "appointed": "", "mission_ended": ""}
    assert [type(event) for event in events(row)] == [EnvoyArrived]
    (tmp_path / "chiefs.csv").write_bytes(table(row))
    with comity.open(":memory:") as engine:
        import_files(engine, "history-state-gov", tmp_path / "chiefs.csv")
        [mission] = engine.state("USA", "AFG", on="1935-12-31").missions
        assert (mission.head, mission.acting is not None) == (None, True)


@pytest.mark.parametrize(
    ("note", "reason"),
    [
        ("Declined appointment.", "declined the appointment"),
        ("Commissioned during a recess; declined appointment.", "declined the appointment"),
        ("Did not serve under this appointment.", "never took up the post"),
        ("Took oath of office, but did not proceed to post.", "never took up the post"),
        ("Not commissioned; nomination not confirmed by the Senate.", "was not commissioned"),
    ],
)
def test_who_never_went_was_not_in_post(note: str, reason: str) -> None:
    unserved = CHIEF | {"presented_credentials": "", "mission_ended": ""}
    assert passed_over(unserved, note=note) == reason
    assert len(events(CHIEF | {"note": note})) == 3


def test_a_row_without_a_date_is_passed_over() -> None:
    none = dict.fromkeys(("appointed", "presented_credentials", "mission_ended"), "")
    assert passed_over(CHIEF, **none) == "no date is told"


@pytest.mark.parametrize(
    ("note", "date", "when"),
    [
        ("Left post on or soon after", "1936-03-16", "1936-03-16~"),
        ("Probably presented recall on", "1936-03-16", "1936-03-16?"),
        ("Probably presented recall on or before", "1936-03-16", "1936-03-16%"),
        ("Presented recall between March 2 and", "1936-03-16", "[1936-03-02..1936-03-16]"),
        ("Between December 2, 1935, and", "1936-03-16", "[1935-12-02..1936-03-16]"),
        ("Between February 30 and", "1936-03-16", "1936-03-16~"),
        ("", "1936-03", "1936-03"),
        ("", "1936", "1936"),
    ],
)
def test_a_note_says_how_certain_a_date_is(note: str, date: str, when: str) -> None:
    *_, event = events(CHIEF | {"mission_ended_note": note, "mission_ended": date})
    assert event.when == when


def test_who_was_sent_home_was_expelled() -> None:
    note = "Declared persona non grata by Government of Hungary"
    assert isinstance(events(CHIEF | {"mission_ended_note": note})[-1], EnvoyExpelled)


def test_who_was_promoted_stayed(tmp_path: Path) -> None:
    promoted = CHIEF | {
        "id": "af-1936-horn-01", "role": "ambassador-e-p", "appointed": "1936-02-01",
        "presented_credentials": "1936-03-16", "mission_ended": "",
    }  # fmt: skip
    rows = [CHIEF | {"mission_ended_note": "Promoted to Ambassador"}, promoted]
    assert [type(event) for event in events(*rows)] == [
        EnvoyAppointed, CredentialsPresented, CredentialsPresented,
    ]  # fmt: skip
    (tmp_path / "chiefs.csv").write_bytes(table(*rows))
    with comity.open(":memory:") as engine:
        import_files(engine, "history-state-gov", tmp_path / "chiefs.csv")
        state = engine.state("USA", "AFG", on="1937-01-01")
        [mission] = state.missions
        assert mission.head is not None
        assert (mission.head.name, mission.head.rank) == (
            "William Harrison Hornibrook", "ambassador",
        )  # fmt: skip
        assert state.findings == ()


@pytest.mark.parametrize(
    ("territory", "contemporary", "note", "date", "host"),
    [
        ("yugoslavia", "yugoslavia-1946", "", "1940-07-22", "YUG"),
        ("korea", "joseon-dynasty-1910", "", "1883-05-20", "XKO"),
        ("russia", "russia", "", "1974-01-01", "SUN"),
        ("austria", "austria", "Commissioned to Austria-Hungary.", "1880-01-01", "XAH"),
        ("yemen", "yemen", "Commissioned to the Kingdom of Yemen.", "1950-01-01", "XYR"),
        ("china", "china", "", "1955-01-01", "TWN"),
        ("china", "china", "", "1985-01-01", "CHN"),
        ("germany", "germany", "", "1900-01-01", "XDR"),
    ],
)
def test_a_chief_was_sent_to_the_state_as_it_was_then(
    territory: str, contemporary: str, note: str, date: str, host: str
) -> None:
    row = CHIEF | {
        "territory": territory, "contemporary_territory": contemporary, "note": note,
        "appointed": date, "presented_credentials": "", "mission_ended": "",
    }  # fmt: skip
    event = only(row)
    assert isinstance(event, EnvoyAppointed)
    assert event.host == host


def test_a_first_ambassador_tells_of_a_raising_that_no_page_tells() -> None:
    later = {
        "id": "ie-1950-garr-01", "person": "garrett-george-angus", "role": "ambassador-e-p",
        "appointed": "", "presented_credentials": "1950-04-18", "mission_ended": "",
    }  # fmt: skip
    there = {"territory": "ireland", "contemporary_territory": "ireland"}
    rows = [row | there for row in (CHIEF, CHIEF | later, CHIEF | later)]
    raised = [event for event in events(*rows) if isinstance(event, MissionLevelChanged)]
    assert [(event.level, event.when) for event in raised] == [("embassy", "1950-04-18~")]
    elsewhere = events(CHIEF, CHIEF | later)
    assert not any(isinstance(event, MissionLevelChanged) for event in elsewhere)


def test_one_bad_date_refuses_the_whole_row() -> None:
    assert "mission_ended: Invalid date" in faults(CHIEF, mission_ended="1936-02-31")
    assert "person: missing" in faults(CHIEF, person="")


# Recognition and relations


def test_recognition_has_the_day_of_the_text() -> None:
    event = only(PAGE)
    assert isinstance(event, RecognitionExtended)
    assert (event.by, event.on, event.when) == ("USA", "ZMB", "1964-10-24")
    assert event.sources[0].url == "https://history.state.gov/countries/zambia"
    assert event.sources[0].note == PAGE["heading"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Zambia joined the United Nations on December 1, 1964. The U.S. recognized it that year.",
        "The U.S. recognized Zambia on October 24, 1964, and opened an embassy on May 1, 1964.",
        "The U.S. recognized Zambia on October 24, 1965.",
        "The U.S. recognized Zambia on October 84, 1964.",
    ],
)
def test_without_one_certain_day_the_year_of_the_heading_stands(text: str) -> None:
    assert only(PAGE, text=text).when == "1964"


@pytest.mark.parametrize(
    ("country", "heading", "told"),
    [
        ("zambia", "Establishment of Diplomatic Relations, 1964.", ["relations-established"]),
        (
            "zambia",
            "Establishment of Diplomatic Relations and the American Embassy in Lusaka, 1964.",
            ["relations-established", "mission-opened"],
        ),
        ("albania", "Mutual Recognition, 1922.", ["recognition-extended"] * 2),
        ("cuba", "Diplomatic Relations Severed, 1961.", ["relations-severed"]),
        ("nicaragua", "Normal Relations Interrupted, 1926.", ["relations-suspended"]),
        ("nicaragua", "Normal Relations Resumed, 1926.", ["relations-restored"]),
        ("chad", "American Embassy Reopened, 1982.", ["mission-opened"]),
        ("russia", "American Embassy Closed, 1919.", ["mission-closed"]),
        ("denmark", "Danish Recognition of the United States, 1792.", ["recognition-extended"]),
        (
            "germany",
            "Recognition of the German Democratic Republic, 1974.",
            ["recognition-extended"],
        ),
    ],
)
def test_a_heading_tells_what_it_clearly_says(country: str, heading: str, told: list[str]) -> None:
    assert [e.type for e in events(PAGE | {"country": country, "heading": heading})] == told


def test_a_mission_has_its_level_and_its_city() -> None:
    opened = only(PAGE, heading="Establishment of the American Embassy in Lusaka, 1964.")
    assert isinstance(opened, MissionOpened)
    assert (opened.level, opened.city, opened.sender) == ("embassy", "Lusaka", "USA")
    here = only(PAGE, heading="Establishment of the U.S. Embassy in Zambia, 1964.")
    assert isinstance(here, MissionOpened)
    assert here.city == ""
    raised = only(
        PAGE, country="spain", heading="Elevation of American Legation to Embassy Status, 1913."
    )
    assert isinstance(raised, MissionLevelChanged)
    assert (raised.level, raised.sender) == ("embassy", "USA")
    theirs = only(
        PAGE, country="peru",
        heading="Establishment of the Peruvian Legation in the United States, 1846.",
    )  # fmt: skip
    assert isinstance(theirs, MissionOpened)
    assert (theirs.sender, theirs.host, theirs.level) == ("PER", "USA", "legation")
    moved = only(PAGE, country="belize", heading="Embassy Moved to Belmopan, 2006.")
    assert isinstance(moved, MissionMoved)
    assert moved.city == "Belmopan"


def test_a_government_that_is_recognised_is_named() -> None:
    heading = "U.S. Recognition of the Provisional Government of the French Republic, 1944."
    event = only(PAGE, country="france", heading=heading)
    assert isinstance(event, RecognitionExtended)
    assert (event.on, event.government[:22]) == ("FRA", "Provisional Government")


def test_years_from_to_are_one_of_them() -> None:
    event = only(PAGE, heading="Establishment of Diplomatic Relations, 1964-65.", text="")
    assert isinstance(event, RelationsEstablished)
    assert event.when == "[1964..1965]"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"heading": "Treaty of Amity, 1964."}, "its heading tells nothing that is certain"),
        ({"heading": ""}, "its heading tells nothing that is certain"),
        (
            {"heading": "Establishment of Diplomatic Relations.", "heading_date": ""},
            "its heading tells no year",
        ),
        (
            {"country": "parma", "heading": "U.S. Recognition of Italian Independence, 1859."},
            "its heading tells of another country than the page",
        ),
        (
            {"country": "baden", "heading": "Cessation of Relations, 1917."},
            "the country did not exist in the year of the heading",
        ),
    ],
)
def test_what_is_not_clear_is_passed_over(cells: dict[str, str], reason: str) -> None:
    assert passed_over(PAGE, **cells) == reason


def test_a_state_that_the_table_does_not_have_is_reported() -> None:
    said = faults(PAGE, country="texas", heading="Establishment of Diplomatic Relations, 1837.")
    assert "Unknown party 'texas'" in said


def test_one_fact_told_twice_is_one_happening(tmp_path: Path) -> None:
    told_again = PAGE | {"section": "diplomatic_relations", "text": PAGE["text"] + " It was new."}
    (tmp_path / "pages.csv").write_bytes(table(PAGE, told_again, PAGE))
    with comity.open(":memory:") as engine:
        done = import_files(engine, "history-state-gov", tmp_path / "pages.csv")
        assert (done.read, done.appended, done.duplicates) == (3, 2, 1)
        [entry] = engine.timeline("USA", "ZMB")
        assert len(entry.accounts) == len((PAGE, told_again))
