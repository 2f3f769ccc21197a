"""What EDTF text, days, periods and moments mean to comity, and why the rest is refused."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from itertools import product

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from comity.domain.errors import InvalidDate
from comity.domain.time.dates import Bounds, bounds, day, moment, period, span

MIN, MAX = "0001-01-01", "9999-12-31"
NAIVE = datetime.fromisoformat("2023-06-20T00:00:00")


def days(first: str, last: str) -> Bounds:
    return Bounds(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        # plain
        ("2023-06-20", "2023-06-20", "2023-06-20"),
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("2000-02-29", "2000-02-29", "2000-02-29"),
        ("0001-01-01", MIN, MIN),
        ("9999-12-31", MAX, MAX),
        ("2023-06", "2023-06-01", "2023-06-30"),
        ("1900-02", "1900-02-01", "1900-02-28"),
        ("2000-02", "2000-02-01", "2000-02-29"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("9999-12", "9999-12-01", MAX),
        ("2023", "2023-01-01", "2023-12-31"),
        # unspecified digits
        ("198X", "1980-01-01", "1989-12-31"),
        ("19XX", "1900-01-01", "1999-12-31"),
        ("1XXX", "1000-01-01", "1999-12-31"),
        ("1X8X", "1080-01-01", "1989-12-31"),
        ("XXXX", MIN, MAX),
        ("000X", MIN, "0009-12-31"),
        ("2023-XX", "2023-01-01", "2023-12-31"),
        ("2023-0X", "2023-01-01", "2023-09-30"),
        ("2023-1X", "2023-10-01", "2023-12-31"),
        ("2023-X2", "2023-02-01", "2023-12-31"),
        ("2023-06-XX", "2023-06-01", "2023-06-30"),
        ("2024-02-XX", "2024-02-01", "2024-02-29"),
        ("2023-XX-XX", "2023-01-01", "2023-12-31"),
        ("2023-06-2X", "2023-06-20", "2023-06-29"),
        ("2023-02-2X", "2023-02-20", "2023-02-28"),
        ("2023-06-0X", "2023-06-01", "2023-06-09"),
        ("2023-06-3X", "2023-06-30", "2023-06-30"),
        ("2023-XX-31", "2023-01-31", "2023-12-31"),
        ("2023-XX-30", "2023-01-30", "2023-12-30"),
        ("2023-0X-31", "2023-01-31", "2023-08-31"),
        ("156X-12-25", "1560-12-25", "1569-12-25"),
        ("202X-02-29", "2020-02-29", "2028-02-29"),
        ("XXXX-02-29", "0004-02-29", "9996-02-29"),
        # qualifiers have no magnitude
        ("2023?", "2023-01-01", "2023-12-31"),
        ("1979~", "1979-01-01", "1979-12-31"),
        ("2023-06%", "2023-06-01", "2023-06-30"),
        ("2004-06~-11", "2004-06-11", "2004-06-11"),
        ("2004?-06-11", "2004-06-11", "2004-06-11"),
        ("?2004-06-~11", "2004-06-11", "2004-06-11"),
        ("2004-%06", "2004-06-01", "2004-06-30"),
        ("198X?", "1980-01-01", "1989-12-31"),
        # seasons and other divisions of a year
        ("2023-21", "2023-03-01", "2023-05-31"),
        ("2023-22", "2023-06-01", "2023-08-31"),
        ("2023-23", "2023-09-01", "2023-11-30"),
        ("2022-24", "2022-12-01", "2023-02-28"),
        ("2023-24", "2023-12-01", "2024-02-29"),
        ("2023-25", "2023-03-01", "2023-05-31"),
        ("2023-26", "2023-06-01", "2023-08-31"),
        ("2023-27", "2023-09-01", "2023-11-30"),
        ("2023-28", "2023-12-01", "2024-02-29"),
        ("2023-29", "2023-09-01", "2023-11-30"),
        ("2023-30", "2023-12-01", "2024-02-29"),
        ("2023-31", "2023-03-01", "2023-05-31"),
        ("2023-32", "2023-06-01", "2023-08-31"),
        ("2023-33", "2023-01-01", "2023-03-31"),
        ("2023-34", "2023-04-01", "2023-06-30"),
        ("2023-35", "2023-07-01", "2023-09-30"),
        ("2023-36", "2023-10-01", "2023-12-31"),
        ("2023-37", "2023-01-01", "2023-04-30"),
        ("2023-38", "2023-05-01", "2023-08-31"),
        ("2023-39", "2023-09-01", "2023-12-31"),
        ("2023-40", "2023-01-01", "2023-06-30"),
        ("2023-41", "2023-07-01", "2023-12-31"),
        ("9999-24", "9999-12-01", MAX),
        ("9999-36", "9999-10-01", MAX),
        ("2023-21~", "2023-03-01", "2023-05-31"),
        ("198X-24", "1980-12-01", "1990-02-28"),
        # times: the day as written, whatever the offset
        ("2023-06-20T14:30:00Z", "2023-06-20", "2023-06-20"),
        ("2023-06-20T00:00:00", "2023-06-20", "2023-06-20"),
        ("2023-06-20T23:59:59+04:30", "2023-06-20", "2023-06-20"),
        ("2023-06-20T23:59:59-05", "2023-06-20", "2023-06-20"),
        # significant digits
        ("1950S2", "1900-01-01", "1999-12-31"),
        ("1956S3", "1950-01-01", "1959-12-31"),
        ("1956S4", "1956-01-01", "1956-12-31"),
        ("1956S1", "1000-01-01", "1999-12-31"),
        ("0056S1", "0050-01-01", "0059-12-31"),
        ("1950S2~", "1900-01-01", "1999-12-31"),
        # one of a set
        ("[1667,1668,1670..1672]", "1667-01-01", "1672-12-31"),
        ("[1984,1980-03]", "1980-03-01", "1984-12-31"),
        ("[1980..1990,1985]", "1980-01-01", "1990-12-31"),
        ("[..1984]", MIN, "1984-12-31"),
        ("[1984..]", "1984-01-01", MAX),
        ("[..1760-12-03,1762]", MIN, "1762-12-31"),
        ("[1760-01,1760-12..]", "1760-01-01", MAX),
        ("[2023-06-20]", "2023-06-20", "2023-06-20"),
    ],
)
def test_a_date_bounds_the_days_on_which_it_can_fall(text: str, first: str, last: str) -> None:
    assert bounds(text) == days(first, last)
    assert span(text) == days(first, last)


@pytest.mark.parametrize(
    ("text", "begin", "cover"),
    [
        ("2023-06-20/2023-06-21", ("2023-06-20", "2023-06-20"), ("2023-06-20", "2023-06-21")),
        ("2023-06/2023-08", ("2023-06-01", "2023-06-30"), ("2023-06-01", "2023-08-31")),
        ("2023/2023-06-20", ("2023-01-01", "2023-06-20"), ("2023-01-01", "2023-06-20")),
        ("2023-06-20/2023", ("2023-06-20", "2023-06-20"), ("2023-06-20", "2023-12-31")),
        ("2023/2023", ("2023-01-01", "2023-12-31"), ("2023-01-01", "2023-12-31")),
        ("198X~/1991?", ("1980-01-01", "1989-12-31"), ("1980-01-01", "1991-12-31")),
        ("2022-24/2023-21", ("2022-12-01", "2023-02-28"), ("2022-12-01", "2023-05-31")),
        ("../1991", (MIN, "1991-12-31"), (MIN, "1991-12-31")),
        ("/1991-06", (MIN, "1991-06-30"), (MIN, "1991-06-30")),
        ("1991/..", ("1991-01-01", "1991-12-31"), ("1991-01-01", MAX)),
        ("1991-06/", ("1991-06-01", "1991-06-30"), ("1991-06-01", MAX)),
        ("../..", (MIN, MAX), (MIN, MAX)),
        ("/..", (MIN, MAX), (MIN, MAX)),
        ("../", (MIN, MAX), (MIN, MAX)),
        (
            "2023-06-20T14:30:00Z/2023-06-21T09:00:00+05",
            ("2023-06-20", "2023-06-20"),
            ("2023-06-20", "2023-06-21"),
        ),
    ],
)
def test_an_interval_begins_at_its_start_and_covers_both_ends(
    text: str, begin: tuple[str, str], cover: tuple[str, str]
) -> None:
    assert bounds(text) == days(*begin)
    assert span(text) == days(*cover)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        # days that do not exist
        ("2023-02-29", "2023-02 has 28 days, as 2023 is not a leap year"),
        ("1900-02-29", "1900 is not a leap year"),
        ("2024-02-30", "2024-02 has 29 days"),
        ("2023-06-31", "2023-06 has 30 days"),
        ("2023-06-00", "no day 00"),
        ("2023-01-99", "2023-01 has 31 days"),
        ("2023-13", "no month 13"),
        ("2023-00", "no month 00"),
        ("2023-42", "no month 42"),
        ("2023-2X", "no month 2X"),
        ("2023-13-01", "no month 13"),
        ("2023-02-3X", "no day of the calendar matches"),
        ("X900-02-29", "no day of the calendar matches"),
        ("2023-XX-00", "no day of the calendar matches"),
        ("2023-21-05", "21 is a season"),
        ("?2023-02-29", "not a leap year"),
        # beyond the calendar
        ("0000", "runs from 0001 to 9999"),
        ("0000-01-01", "runs from 0001 to 9999"),
        ("-0100", "runs from 0001 to 9999"),
        ("-01XX-02-03", "runs from 0001 to 9999"),
        ("Y17000", "runs from 0001 to 9999"),
        ("Y-17000", "runs from 0001 to 9999"),
        ("0000S1", "runs from 0001 to 9999"),
        ("1950S0", "cannot have 0 significant digits"),
        ("1950S5", "cannot have 5 significant digits"),
        # times
        ("2023-06-20T24:00:00Z", "no such time of day"),
        ("2023-06-20T12:60:00Z", "no such time of day"),
        ("2023-06-20T12:00:60", "no such time of day"),
        ("2023-06-20T12:00:00+24", "no such offset"),
        ("2023-06-20T12:00:00-05:60", "no such offset"),
        ("2023-02-29T12:00:00Z", "not a leap year"),
        # intervals
        ("/", "needs a start or an end"),
        ("20/06/2023", "one slash"),
        ("2023-06-21/2023-06-20", "ends before it starts"),
        ("2023/2022-12", "ends before it starts"),
        ("2023-02-29/2023-03", "'2023-02-29' cannot stand: 2023-02 has 28 days"),
        ("2023/2023-13", "'2023-13' cannot stand: there is no month 13"),
        ("[2023]/2024", "'[2023]' cannot stand"),
        # sets
        ("{1960,1961-12}", "several dates are several events"),
        ("[1960", "closes with ]"),
        ("[]", "only the first member can lack a start"),
        ("[..]", "only the first member can lack a start"),
        ("[1960,]", "only the first member can lack a start"),
        ("[1960,..1970]", "only the first member can lack a start"),
        ("[1960..,1970]", "only the last member can lack an end"),
        ("[1970..1960]", "1970..1960 ends before it starts"),
        ("[1960,2023-02-30]", "'2023-02-30' cannot stand"),
        ("[1960..1970..1980]", "'1970..1980' cannot stand"),
        # not EDTF
        ("", "empty"),
        (" 2023", "whitespace"),
        ("2023-06-20 ", "whitespace"),
        ("2023-06-20\n", "whitespace"),
        ("2023\n", "whitespace"),
        ("2023\u00a0", "whitespace"),
        ("198x", "capital X"),
        ("２０２３", "'２' has no place in a date"),  # noqa: RUF001 - full-width is the point
        ("２０２３-06-20", "'２' has no place in a date"),  # noqa: RUF001
        ("2023-06-2٣", "'٣' has no place in a date"),
        ("2023\x00", r"'\x00' has no place in a date"),
        ("\U0001f4c5", "has no place in a date"),
        ("\ud800", "has no place in a date"),
        ("June 2023", "'J' has no place in a date"),
        ("2023-06-20t12:00:00z", "'t' has no place in a date"),
        ("2023-W25-2", "'W' has no place in a date"),
        ("2023-6-1", "two-digit months and days"),
        ("20230620", "not EDTF"),
        ("23-06-20", "not EDTF"),
        ("2023-171", "not EDTF"),
        ("2023-06-20T12:00", "not EDTF"),
        ("..", "not EDTF"),
        ("Y2023", "not EDTF"),
        ("[" * 150, "closes with ]"),
        ("Y17E7", "valid EDTF, but not a date that can be placed here"),
        ("Y-17E7S2", "valid EDTF, but not a date that can be placed here"),
        ("Y171010000S3", "valid EDTF, but not a date that can be placed here"),
        ("-1950S2", "valid EDTF, but not a date that can be placed here"),
        ("1950S2-06", "not EDTF"),
        ("Y17E", "not EDTF"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(InvalidDate) as refused:
        bounds(text)
    assert reason in refused.value.reason
    assert refused.value.value == text


def test_a_text_of_200_characters_is_still_read_and_a_longer_one_is_not() -> None:
    longest = "[" + ",".join(["2023"] * 39) + ",23]"
    assert len(longest) == 199
    with pytest.raises(InvalidDate, match="'23' cannot stand"):
        bounds(longest)
    assert bounds("[" + ",".join(["2023"] * 38 + ["2023-1X"]) + "]").latest == date(2023, 12, 31)
    with pytest.raises(InvalidDate, match="201 characters are too many") as refused:
        bounds("2" * 201)
    assert refused.value.value == "2" * 40 + "…"


@pytest.mark.parametrize("value", [None, 2023, True, b"2023", [], {}, date(2023, 6, 20)])
@pytest.mark.parametrize("function", [bounds, span])
def test_only_text_is_read_as_edtf(function: object, value: object) -> None:
    assert callable(function)
    with pytest.raises(InvalidDate, match=f"{type(value).__name__} is not text") as refused:
        function(value)
    assert refused.value.value is value


@given(st.dates())
def test_a_real_day_is_its_own_bounds(real: date) -> None:
    assert bounds(real.isoformat()) == Bounds(real, real)
    assert day(real.isoformat()) == real


@given(st.dates(), st.sampled_from("?~%"))
def test_a_qualifier_moves_no_bound(real: date, qualifier: str) -> None:
    for length in (4, 7, 10):
        text = real.isoformat()[:length]
        assert bounds(text + qualifier) == bounds(qualifier + text) == bounds(text)


@given(st.dates(), st.dates())
def test_an_interval_of_days_covers_them_or_is_refused_when_reversed(a: date, b: date) -> None:
    first, last = sorted((a, b))
    assert span(f"{first}/{last}") == Bounds(first, last)
    assert bounds(f"{first}/{last}") == Bounds(first, first)
    if first != last:
        with pytest.raises(InvalidDate, match="ends before it starts"):
            bounds(f"{last}/{first}")


def masks_with_their_days(years: str) -> dict[str, Bounds]:
    """By brute force: each mask that days of 1900 to 2099 fit, with the first and last of them."""
    collected: dict[str, Bounds] = {}
    for ordinal in range(date(1900, 1, 1).toordinal(), date(2100, 1, 1).toordinal()):
        real = date.fromordinal(ordinal)
        year, month, number = real.isoformat().split("-")
        if re.fullmatch(years.replace("X", "[0-9]"), year):
            for m1, m2, d1, d2 in product(*((digit, "X") for digit in month + number)):
                mask = f"{years}-{m1}{m2}-{d1}{d2}"
                collected[mask] = Bounds(
                    collected[mask].earliest if mask in collected else real, real
                )
    return collected


@pytest.mark.parametrize("years", ["2023", "2000", "1900", "20X1", "19XX"])
def test_every_mask_of_month_and_day_agrees_with_brute_force(years: str) -> None:
    result = masks_with_their_days(years)
    for m1, m2, d1, d2 in product("0123456789X", repeat=4):
        mask = f"{years}-{m1}{m2}-{d1}{d2}"
        if mask in result:
            assert bounds(mask) == result[mask], mask
        else:
            with pytest.raises(InvalidDate):
                bounds(mask)


@given(st.text() | st.text(alphabet="0123456789X?~%-/.,[]{}TZ:+SYE", max_size=24))
def test_no_text_raises_anything_but_invalid_date(text: str) -> None:
    for function in (bounds, span, day, moment):
        try:
            result = function(text)
        except InvalidDate:
            continue
        if isinstance(result, Bounds):
            assert result.earliest <= result.latest


@pytest.mark.parametrize("value", [date(2023, 6, 20), "2023-06-20", "2023-06-20?", "[2023-06-20]"])
def test_a_day_is_a_date_or_the_text_of_one(value: object) -> None:
    assert day(value) == date(2023, 6, 20)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2023-06", "a month, not a day: it runs from 2023-06-01 to 2023-06-30"),
        ("2023", "a year, not a day"),
        ("2023-21", "part of a year, not a day"),
        ("2023-06-2X", "several possible days, not a day"),
        ("2023-06-20/2023-06-21", "an interval, not a day"),
        ("2023-02-30", "2023-02 has 28 days"),
        (NAIVE, "pass its date"),
        (datetime(2023, 6, 20, tzinfo=UTC), "pass its date"),
        (20230620, "int is not text"),
        (None, "NoneType is not text"),
    ],
)
def test_what_is_not_one_day_is_refused_as_a_day(value: object, reason: str) -> None:
    with pytest.raises(InvalidDate) as refused:
        day(value)
    assert reason in refused.value.reason
    assert refused.value.value == value


@pytest.mark.parametrize(
    ("since", "until", "first", "last"),
    [
        (None, None, MIN, MAX),
        ("2023", None, "2023-01-01", MAX),
        (None, "2023-06", MIN, "2023-06-30"),
        (date(2023, 6, 20), "2023-06-20", "2023-06-20", "2023-06-20"),
        ("198X", date(1991, 12, 26), "1980-01-01", "1991-12-26"),
        ("1955/1991", "1955/1991", "1955-01-01", "1991-12-31"),
        ("2023-06", "2023", "2023-06-01", "2023-12-31"),
    ],
)
def test_a_period_runs_from_the_earliest_to_the_latest(
    since: object, until: object, first: str, last: str
) -> None:
    assert period(since, until) == days(first, last)


@pytest.mark.parametrize(
    ("since", "until", "reason"),
    [
        ("2023", "2022", "ends before it starts: 2022-12-31 lies before 2023-01-01"),
        (date(2023, 6, 21), date(2023, 6, 20), "ends before it starts"),
        (NAIVE, None, "pass its date"),
        (None, NAIVE, "pass its date"),
        ("", None, "empty"),
        (None, 1991, "int is not text"),
    ],
)
def test_a_period_that_cannot_be_is_refused(since: object, until: object, reason: str) -> None:
    with pytest.raises(InvalidDate) as refused:
        period(since, until)
    assert reason in refused.value.reason


END_OF_DAY = datetime(2023, 6, 13, 23, 59, 59, 999999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2023-06-13", END_OF_DAY),
        (date(2023, 6, 13), END_OF_DAY),
        ("2023-06-13T09:30:00Z", datetime(2023, 6, 13, 9, 30, tzinfo=UTC)),
        ("2023-06-13T09:30Z", datetime(2023, 6, 13, 9, 30, tzinfo=UTC)),
        ("2023-06-13T02:30:00+04:30", datetime(2023, 6, 12, 22, 0, tzinfo=UTC)),
        ("2023-06-13T20:00:00-0500", datetime(2023, 6, 14, 1, 0, tzinfo=UTC)),
        ("2023-06-13T20:00:00-05", datetime(2023, 6, 14, 1, 0, tzinfo=UTC)),
        ("2023-06-13T09:30:00.5Z", datetime(2023, 6, 13, 9, 30, 0, 500000, tzinfo=UTC)),
        ("2023-06-13T23:59:59.9999999Z", END_OF_DAY),
        (
            datetime(2023, 6, 13, 12, tzinfo=timezone(timedelta(hours=5))),
            datetime(2023, 6, 13, 7, tzinfo=UTC),
        ),
    ],
)
def test_a_moment_is_brought_to_utc(value: object, expected: datetime) -> None:
    result = moment(value)
    assert result == expected
    assert result.tzinfo is UTC


class Zoneless(tzinfo):
    """A zone that knows no offset, which leaves its datetimes naive."""

    def utcoffset(self, when: datetime | None) -> None:
        return None

    def dst(self, when: datetime | None) -> None:
        return None

    def tzname(self, when: datetime | None) -> None:
        return None


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (NAIVE, "no time zone"),
        (datetime(2023, 6, 13, tzinfo=Zoneless()), "no time zone"),
        ("2023-06-13T09:30:00", "no time zone"),
        ("2023-06-13T24:00:00Z", "no such time of day"),
        ("2023-06-13T09:30:60Z", "no such time of day"),
        ("2023-06-13T09:30:00+05:60", "no such offset"),
        ("2023-06-31T09:30:00Z", "2023-06 has 30 days"),
        ("0000-06-13T09:30:00Z", "runs from 0001 to 9999"),
        ("2023-02-29", "not a leap year"),
        ("9999-12-31T23:00:00-05:00", "leaves the calendar"),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=5))), "leaves the calendar"),
        ("2023-06", "not a moment"),
        ("2023-06-13?", "not a moment"),
        ("2023-06-13 09:30:00Z", "not a moment"),
        ("2023-06-13T09:30:00z", "not a moment"),
        ("２０２３-06-13T09:30:00Z", "not a moment"),  # noqa: RUF001 - full-width is the point
        ("", "not a moment"),
        (17, "int is no moment"),
        (None, "NoneType is no moment"),
    ],
)
def test_what_is_not_one_moment_is_refused(value: object, reason: str) -> None:
    with pytest.raises(InvalidDate) as refused:
        moment(value)
    assert reason in refused.value.reason
    assert refused.value.value == value


def test_a_moment_of_more_than_200_characters_is_refused() -> None:
    with pytest.raises(InvalidDate, match="not a moment"):
        moment("2023-06-13T09:30:00." + "0" * 200 + "Z")


@given(
    st.datetimes(min_value=datetime.fromisoformat("0002-01-01T00:00:00")),
    st.integers(-23 * 60, 23 * 60),
)
def test_the_iso_text_of_an_aware_datetime_is_the_same_moment(local: datetime, ahead: int) -> None:
    when = local.replace(tzinfo=timezone(timedelta(minutes=ahead)))
    assume(when < datetime(9999, 12, 30, tzinfo=UTC))
    assert moment(when.isoformat()) == moment(when) == when.astimezone(UTC)
